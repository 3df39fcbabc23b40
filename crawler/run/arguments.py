"""The spider's arguments: always text, checked before anything is fetched."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Self

from crawler.archive.ledger import FLASHES, OLD_LIST
from crawler.run.check_settings import did_you_mean
from crawler.sina.channels import Channel, find_channels
from crawler.sina.old_list import PAGE
from crawler.sina.page_address import address_of
from crawler.times import now, parse_time

NAMES = ("channels", "since", "until", "urls", "max_pages", "sources", "flashes")
# What `scrapy crawl -h` says of each.
MEANINGS = {
    "channels": "numbers or names, comma-separated: 1687,国内滚动",
    "since": "first day of a backfill, Beijing time: 2024-3-1, yesterday, 2024-03-01T12:00",
    "until": "its last day, or the moment before which; default: now",
    "urls": "a file with one article's address a line; no list is read then",
    "max_pages": "pages of each channel's list at most",
    "sources": "roll, and second witnesses beside it, comma-separated: roll,columns,7x24",
    "flashes": "articles: with sources=7x24, flashes that have a page are archived, too",
}

# What ``sources`` may name: the lists of the roll API, and beside them second witnesses as the ledger names them.
ROLL, COLUMNS_TOO = "roll", "columns"


@dataclass(frozen=True, slots=True)
class Arguments:
    """``urls`` are the lines of the file with their numbers; ``given`` is what was passed, as text.

    ``sources``: those named, none for the default. ``has_flashes``: flashes with a page of their own are articles.
    """

    channels: list[Channel]
    window: tuple[datetime, datetime] | None
    urls: list[tuple[int, str]] | None
    max_pages: float
    sources: tuple[str, ...]
    has_flashes: bool
    given: dict[str, str]

    @classmethod
    def parse(cls, channels: str = "", since: str = "", until: str = "", urls: str = "", max_pages: str = "",
              sources: str = "", flashes: str = "") -> Self:  # fmt: skip
        """Raises ValueError naming a bad argument, and OSError for a file that cannot be read."""
        values = dict(zip(NAMES, (channels, since, until, urls, max_pages, sources, flashes), strict=True))
        refuse_together(values)
        named = _sources(sources)
        if named not in ((), (ROLL,)) and since:
            raise ValueError(f"sources: a window is read in the lists of the roll API only, not in {sources!r}")
        if flashes and (flashes != "articles" or FLASHES not in named):
            raise ValueError(f"flashes: 'articles' is wanted, with sources={FLASHES}, not {flashes!r}")
        return cls(
            channels=find_channels(channels),
            window=_window(since, until),
            urls=read_urls(Path(urls)) if urls else None,
            max_pages=_positive("max_pages", max_pages),
            sources=named,
            has_flashes=bool(flashes),
            given={name: value for name, value in values.items() if value},
        )


def refuse_unknown(given: Collection[str], known: Collection[str]) -> None:
    """Raises ValueError for an argument that is none: it would be ignored, and the default be crawled.

    Those that begin with an underscore are scrapyd's.
    """
    for name in sorted(given):
        if name not in known and not name.startswith("_"):
            names = f"known are: {', '.join(known)}" if known else "this spider takes none"
            raise ValueError(f"unknown argument {name!r}{did_you_mean(name, known)}; {names}")


def refuse_together(given: Mapping[str, str]) -> None:
    """Raises ValueError for a file of URLs beside what says which lists to read: the others would be ignored."""
    others = [name for name in NAMES if given.get(name) and name != "urls"]
    if given.get("urls") and others:
        raise ValueError(f"urls is given together with {', '.join(others)}: a run asks for those URLs or reads lists")


def _sources(names: str) -> tuple[str, ...]:
    """Each once, in order."""
    known = (ROLL, COLUMNS_TOO, FLASHES)
    named = tuple(dict.fromkeys(name.strip() for name in names.split(",") if name.strip()))
    for name in named:
        if name not in known and not (name.startswith(OLD_LIST) and PAGE.fullmatch(name.removeprefix(OLD_LIST))):
            choices = f"{', '.join(known)}, {OLD_LIST}SECTION/index_N"
            raise ValueError(f"unknown source {name!r}{did_you_mean(name, known)}; known are: {choices}")
    return named


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


def read_urls(path: Path) -> list[tuple[int, str]]:
    """Blank lines and comments (#) are passed over. Raises ValueError for a file that names no article at all."""
    try:
        numbered = enumerate(path.read_text(encoding="utf-8-sig").splitlines(), start=1)
    except UnicodeDecodeError as error:
        raise ValueError(f"urls: {path} is no text in UTF-8") from error
    lines = [(number, line.strip()) for number, line in numbered if line.strip() and not line.lstrip().startswith("#")]
    if not any(_is_article(line) for _, line in lines):
        example = f": of {len(lines)} the first is {lines[0][1][:200]!r}" if lines else ""
        raise ValueError(f"urls: {path} has no line that is an article's URL{example}")
    return lines


def _is_article(url: str) -> bool:
    try:
        address_of(url)
    except ValueError:
        return False
    return True
