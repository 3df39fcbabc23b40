"""What a run of sina_history looks for, by its arguments."""

import logging
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

from crawler.archive.archive import Archive
from crawler.archive.mementos import HeldMemento
from crawler.items import COMMON_CRAWL
from crawler.run.history_arguments import HistoryArguments
from crawler.run.index_search import Search, searches_of_article, searches_of_days, searches_of_hosts
from crawler.sina.urls import NotAnArticle, identify
from crawler.times import now
from crawler.webarchive.memento import BadIndexLine, Memento
from crawler.webarchive.records_file import read_records_file

logger = logging.getLogger(__name__)
_BATCH = 1000  # lines of a file of records that are entered at once


def history_searches(arguments: HistoryArguments, archive: str, urls: Iterable[str] | None) -> Iterator[Search]:
    """What the index of `archive` is asked for; `urls`: the addresses of articles that are looked for, if they are."""
    if urls is not None:
        for url in urls:
            yield from searches_of_article(url)
    elif arguments.days and archive == COMMON_CRAWL:
        yield from searches_of_hosts(*arguments.days)
    elif arguments.days:
        yield from searches_of_days(*arguments.days, arguments.is_newest_first)


def addresses(arguments: HistoryArguments, archive: Archive) -> dict[str, str] | None:
    """The articles that are named, or that Sina no longer has, by doc id; None where a run looks for days."""
    if arguments.urls is not None:
        return dict(_named(arguments.urls))
    if not arguments.is_gaps:
        return None
    since, until = arguments.days or (None, None)
    return dict(archive.ledger.lost(since, until))


def read_records(path: Path, archive: Archive) -> Counter[str]:
    """Enters the captures that a file names; how many are new (``held``), and how many lines are none, by reason.

    Raises OSError and UnicodeDecodeError.
    """
    counts = Counter[str]()
    with path.open(encoding="utf-8-sig") as file:
        lines = read_records_file(file, now())
        while batch := list(islice(lines, _BATCH)):
            counts["held"] += archive.mementos.hold(_articles(batch, counts), now())
    return counts


def _articles(batch: Iterable[Memento | BadIndexLine], counts: Counter[str]) -> Iterator[HeldMemento]:
    for line in batch:
        if isinstance(line, BadIndexLine):
            counts[line.reason] += 1
            logger.warning("passed over: %s", line)
            continue
        try:
            address = identify(line.url)
        except NotAnArticle as error:
            counts[error.reason] += 1
        else:
            yield HeldMemento(address.doc_id, address.page, line)


def _named(lines: Iterable[tuple[int, str]]) -> Iterator[tuple[str, str]]:
    for number, url in lines:
        try:
            yield identify(url).doc_id, url
        except NotAnArticle as error:
            logger.error("urls, line %s: no article (%s): %s", number, error.reason, url)
