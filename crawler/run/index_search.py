"""What an index of a web archive is asked for, and which of the captures it shows are wanted."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from crawler.archive.mementos import HeldMemento
from crawler.sina.urls import Address, NotAnArticle, identify
from crawler.webarchive.article_prefixes import SECTIONS, prefixes
from crawler.webarchive.memento import Memento

_SCHEME = re.compile(r"^https?://", re.I)
_ENDING = re.compile(r"(?:_\d{1,3})?(?:\.d)?\.s?html?$", re.I)
_FEW = 12  # prefixes that are each asked for in every crawl of Common Crawl; more cost more than the whole host


@dataclass(frozen=True, slots=True)
class Search:
    """``prefix``: with what the addresses begin; ``is_wanted``: which of the articles there; ``since``: their day.

    ``name`` is what the catalog knows it by.
    """

    prefix: str
    name: str
    is_wanted: Callable[[Address], bool]
    since: date | None = None

    def select(self, shown: Iterable[Memento], skipped: Callable[[str], None]) -> Iterator[HeldMemento]:
        """The captures of wanted articles; `skipped` hears in one word why another is none."""
        for memento in shown:
            try:
                address = identify(memento.url)
            except NotAnArticle as error:
                skipped(error.reason)
                continue
            if self.is_wanted(address):
                yield HeldMemento(address.doc_id, address.page, memento)


def searches_of_days(since: date, until: date, newest_first: bool) -> Iterator[Search]:
    """All articles of the days from `since` to before `until`, by section, and by month or day."""
    for prefix in prefixes(since, until, newest_first=newest_first):
        yield Search(prefix.text, prefix.text, _within(prefix.since, prefix.until), prefix.since)


def searches_of_hosts(since: date, until: date) -> list[Search]:
    """All articles of the days, for an index that is asked crawl by crawl: whole hosts where the sections are many."""
    by_section = list(searches_of_days(since, until, newest_first=False))
    if len(by_section) <= _FEW:
        return by_section
    hosts = dict.fromkeys(section.path.partition("/")[0] for section in SECTIONS)
    return [Search(f"{host}/", f"{host}/ {since} {until}", _within(since, until), since) for host in hosts]


def searches_of_article(url: str) -> Iterator[Search]:
    """One article with its further pages, by its address and its canonical one. Raises NotAnArticle."""
    address = identify(url)
    prefixes_of = (_ENDING.sub("", _SCHEME.sub("", known).partition("#")[0]) for known in (address.url, url))
    for prefix in dict.fromkeys(prefixes_of):
        yield Search(prefix, prefix, _is_article(address.doc_id), address.day)


def _within(since: date, until: date) -> Callable[[Address], bool]:
    return lambda address: address.day is not None and since <= address.day < until


def _is_article(doc_id: str) -> Callable[[Address], bool]:
    return lambda address: address.doc_id == doc_id
