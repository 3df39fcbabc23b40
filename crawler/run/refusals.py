"""Why a response is not read, or a request not sent."""

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    IgnoreRequest,
)

UNCONNECTED = (CannotResolveHostError, DownloadConnectionRefusedError)  # the host was not reached at all
NO_CONNECTION = "no_connection"


class NotRead(IgnoreRequest):
    """A response came and is not to be read: a failed attempt, of which the request's errback hears.

    ``reason`` is one word.
    """

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


class NotWanted(NotRead):
    """What was asked for came, is proved, and is nothing to be archived: it is not asked for again."""


class NotAsked(IgnoreRequest):
    """A request that is not sent. ``reason`` is one word.

    ``is_for_now``: nothing is known of what it asks for, so that this is no attempt, and it stays due.
    """

    def __init__(self, reason: str, message: str, *, is_for_now: bool) -> None:
        super().__init__(message)
        self.reason = reason
        self.is_for_now = is_for_now


def reason_of(error: BaseException | None) -> str:
    """In one word, why there is nothing to read."""
    if isinstance(error, DownloadCancelledError):  # Scrapy's client cancels what is larger than DOWNLOAD_MAXSIZE
        return "too_large"
    if isinstance(error, UNCONNECTED):
        return NO_CONNECTION
    return error.reason if isinstance(error, (NotRead, NotAsked)) else type(error).__name__
