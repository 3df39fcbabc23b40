"""What a saved page is replayed as."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class SavedResponse:
    """A response as it was received: `body` without transfer chunking, its content encoding as it came.

    ``date`` is when it was captured; None where that isn't known. ``truncated`` says why it is not whole, in a
    word of WARC-Truncated; a content encoding without its end shows when the body is decoded.
    """

    url: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes = field(repr=False)
    date: datetime | None = None
    truncated: str = ""

    def header(self, name: str) -> str:
        """The first header of that name, in any case, or an empty text."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")
