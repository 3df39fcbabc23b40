"""A capture in somebody else's archive: what an index says of it, and the answer it turned out to hold."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class Memento:
    """A line of an index: a capture that ``archive``, INTERNET_ARCHIVE or COMMON_CRAWL, says it holds.

    ``url`` is the address as the index has it, ``at`` is in UTC. ``status`` is None where the index does not say, as
    of a revisit. ``digest`` is the base32 SHA-1 of the payload, ``length`` counts bytes of the stored record;
    ``place`` is the WARC's name at Common Crawl, and ``offset`` where the record begins in it.
    """

    archive: str
    url: str
    at: datetime
    urlkey: str
    status: int | None
    mime: str
    digest: str
    length: int | None
    place: str = ""
    offset: int | None = None
    truncated: str = ""


@dataclass(frozen=True, slots=True)
class Original:
    """The answer as the archived server gave it: `body` in the content encodings that `headers` name, unchunked.

    ``source_uri`` is where the archive has it, fit for WARC-Source-URI.
    """

    url: str
    at: datetime
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes = field(repr=False)
    source_uri: str


class BadIndexLine(ValueError):
    """A line of an index that is no capture; ``reason`` is one word, fit for a stat's name."""

    def __init__(self, reason: str, line: str) -> None:
        super().__init__(reason, line)  # as given, so that it can be raised in one process and caught in another
        self.reason = reason

    def __str__(self) -> str:
        return f"index line {self.args[1][:300]!r}: {self.reason}"


class BadIndex(ValueError):
    """An answer that is no index at all, such as an error page; ``reason`` is one word, fit for a stat's name."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(reason, detail)
        self.reason = reason

    def __str__(self) -> str:
        return f"no index: {self.args[1]}"


class NotTheMemento(ValueError):
    """What came is not proved to be the capture; ``reason`` is one word, fit for a stat's name.

    ``at`` is the time of the capture that came, if it is one: for ``other_time`` the index has a line of its own.
    """

    def __init__(self, reason: str, sentence: str, at: datetime | None = None) -> None:
        super().__init__(reason, sentence, at)
        self.reason, self.at = reason, at

    def __str__(self) -> str:
        return str(self.args[1])


class IndexAnswer(NamedTuple):
    """What an index answered: its captures, where to go on (empty at the end), and the lines that are none."""

    mementos: tuple[Memento, ...]
    resume_key: str
    bad_lines: tuple[BadIndexLine, ...]

    @property
    def left_out(self) -> Counter[str]:
        """How many lines are no captures, by reason."""
        return Counter(line.reason for line in self.bad_lines)


def digits(moment: datetime) -> str:
    """An aware time as indexes and addresses of mementos have it: 14 digits, UTC."""
    return f"{moment.astimezone(UTC):%Y%m%d%H%M%S}"
