"""The arguments of sina_history: always text, checked before anything is fetched."""

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Self

from crawler.items import COMMON_CRAWL, INTERNET_ARCHIVE
from crawler.run.arguments import read_urls
from crawler.times import beijing_day, now, parse_time

HISTORY_NAMES = ("since", "until", "archives", "urls", "records", "gaps", "order")
# What `scrapy crawl -h` says of each.
HISTORY_MEANINGS = {
    "since": "first day of the articles' addresses: 2010-01-01",
    "until": "last day of them",
    "archives": "internet_archive, common_crawl, or both, comma-separated",
    "urls": "a file with one article's address a line",
    "records": "a file of lines of Common Crawl's index",
    "gaps": "1: what Sina no longer has of what its lists showed",
    "order": "newest or oldest: which days come first",
}
ARCHIVES = (INTERNET_ARCHIVE, COMMON_CRAWL)
_DAY = timedelta(days=1)
_LOOKED_FOR_BY = ("urls", "records", "gaps")


@dataclass(frozen=True, slots=True)
class HistoryArguments:
    """``days``: of the articles' addresses, from the first to before the last, in Beijing.

    ``urls`` are lines with their numbers; ``records``: a file of lines of Common Crawl's index; ``is_gaps``: what
    Sina no longer has of the ledger's entries, of these days. Without any of them only what is due is fetched.
    """

    days: tuple[date, date] | None
    archives: tuple[str, ...]
    urls: list[tuple[int, str]] | None
    records: Path | None
    is_gaps: bool
    is_newest_first: bool
    given: dict[str, str]

    @classmethod
    def parse(cls, **given: str) -> Self:
        """Raises ValueError naming a bad argument, and OSError for a file of URLs that cannot be read."""
        given = {name: value for name, value in given.items() if value}
        _refuse_two(given)
        return cls(
            days=_days(given.get("since", ""), given.get("until", "")),
            archives=_archives(given.get("archives", "")),
            urls=read_urls(Path(given["urls"])) if "urls" in given else None,
            records=_file(given["records"]) if "records" in given else None,
            is_gaps=_one_of("gaps", given.get("gaps", "0"), ("0", "1")) == "1",
            is_newest_first=_one_of("order", given.get("order", "newest"), ("newest", "oldest")) == "newest",
            given=given,
        )


def _refuse_two(given: dict[str, str]) -> None:
    ways = [name for name in _LOOKED_FOR_BY if name in given]
    if len(ways) > 1:
        raise ValueError(f"{ways[0]} and {ways[1]} are given: one of them is enough")
    if ways and ways != ["gaps"] and ("since" in given or "until" in given):
        raise ValueError(f"{ways[0]} is given with a window: it names the captures itself")


def _days(since: str, until: str) -> tuple[date, date] | None:
    if not since and not until:
        return None
    if not since:
        raise ValueError("until is given without since")
    first = _day("since", since)
    last = _day("until", until) if until else beijing_day(now())
    if first > last:
        raise ValueError(f"since {since} is after until {until or last}")
    return first, last + _DAY


def _day(name: str, text: str) -> date:
    if len(text) > len("2010-01-01"):
        raise ValueError(f"{name}: a day is wanted, YYYY-MM-DD, not {text!r}")
    return parse_time(name, text).date()


def _archives(text: str) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(filter(None, map(str.strip, text.split(","))))) or ARCHIVES
    for name in names:
        _one_of("archives", name, ARCHIVES)
    return names


def _file(text: str) -> Path:
    path = Path(text)
    if not path.is_file():
        raise ValueError(f"records: no such file: {path}")
    return path


def _one_of(name: str, value: str, allowed: tuple[str, ...]) -> str:
    if value not in allowed:
        raise ValueError(f"{name}: {' or '.join(allowed)} is wanted, not {value!r}")
    return value
