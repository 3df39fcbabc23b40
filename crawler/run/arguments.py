"""The spider's arguments: always text, checked before anything is fetched."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Self

from crawler.sina.channels import Channel, find_channels
from crawler.times import now, parse_time

NAMES = ("channels", "since", "until", "urls", "max_pages")


@dataclass(frozen=True, slots=True)
class Arguments:
    """``urls`` are the lines of the file with their numbers; ``given`` is what was passed, as text."""

    channels: list[Channel]
    window: tuple[datetime, datetime] | None
    urls: list[tuple[int, str]] | None
    max_pages: float
    given: dict[str, str]

    @classmethod
    def parse(cls, channels: str = "", since: str = "", until: str = "", urls: str = "", max_pages: str = "") -> Self:
        """Raises ValueError naming a bad argument, and OSError for a file that cannot be read."""
        values = dict(zip(NAMES, (channels, since, until, urls, max_pages), strict=True))
        return cls(
            channels=find_channels(channels),
            window=_window(since, until),
            urls=_read_urls(Path(urls)) if urls else None,
            max_pages=_positive("max_pages", max_pages),
            given={name: value for name, value in values.items() if value},
        )


def _window(since: str, until: str) -> tuple[datetime, datetime] | None:
    if not since and not until:
        return None
    if not since:
        raise ValueError("until is given without since")
    start = parse_time("since", since)
    end = parse_time("until", until, end=True) if until else now().astimezone(start.tzinfo)
    if start >= end:
        raise ValueError(f"since {since} is not before until {until or 'now'}")
    return start, end


def _positive(name: str, value: str) -> float:
    if not value:
        return float("inf")
    if not (value.isascii() and value.isdigit()) or not int(value):
        raise ValueError(f"{name}: a number from 1 on is wanted, not {value!r}")
    return int(value)


def _read_urls(path: Path) -> list[tuple[int, str]]:
    """Blank lines and comments (#) are passed over."""
    lines = enumerate(path.read_text(encoding="utf-8-sig").splitlines(), start=1)
    return [(number, line.strip()) for number, line in lines if line.strip() and not line.lstrip().startswith("#")]
