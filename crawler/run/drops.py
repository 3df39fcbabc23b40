"""Why a pipeline lets an article go."""

from scrapy.exceptions import DropItem


class Drop(DropItem):
    """``reason`` is one word. ``failed``: the article is missing now and must be tried again."""

    def __init__(self, reason: str, message: str, *, failed: bool, log_level: str = "WARNING") -> None:
        super().__init__(message, log_level=log_level)
        self.reason = reason
        self.failed = failed
