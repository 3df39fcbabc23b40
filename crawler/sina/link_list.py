"""Lists that Sina serves as HTML: links in a ``ul``, each with a month, a day and a minute, and no year."""

import re
from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, datetime

from lxml import etree
from lxml.etree import _Element

from crawler.items import ListEntry
from crawler.sina.decoding import to_utf8
from crawler.sina.dom import parse_html, text_content
from crawler.sina.json_answer import ListingError
from crawler.sina.urls import identify
from crawler.sina.web_address import BadAddress, web_address
from crawler.times import BEIJING, is_credible

_SHOWN = re.compile(r"[(（]\s*(\d{1,2})月(\d{1,2})日\s*(\d{1,2}):(\d\d)\s*[)）]")


@dataclass(frozen=True, slots=True)
class LinkList:
    """Its entries, and what was left out, by reason; ``shown``: of each the minute that the list shows, aware.

    None where no year is known. It is no ctime: an entry keeps its day only.
    """

    entries: tuple[ListEntry, ...]
    shown: tuple[datetime | None, ...]
    left_out: Counter[str]


def parse_link_list(body: bytes, items: etree.XPath, base: str, seen_at: datetime | None = None) -> LinkList:
    """The list at the address `base`, seen at `seen_at`; `items` selects the ``li`` of the page.

    Raises ListingError for a page without any. An item without a usable link is left out and counted.
    """
    try:
        elements: list[_Element] = items(parse_html(to_utf8(body)))
    except ValueError as error:
        raise ListingError("no_list", f"{error}: {base}") from error
    if not elements:
        raise ListingError("no_list", f"no list in {base}")
    entries, shown, left_out = [], [], Counter[str]()
    for element in elements:
        link = element.find(".//a[@href]")
        if link is None:
            left_out["no_url"] += 1
            continue
        url, title = str(link.get("href")), " ".join(text_content(link).split())
        try:
            entry = ListEntry(url=web_address(url, base), title=title)
        except BadAddress as error:
            left_out[error.reason] += 1
            continue
        day = _day_of(entry.url)
        moment = _moment(text_content(element), day, seen_at)
        entries.append(replace(entry, day=moment.date() if moment else day))
        shown.append(moment)
    return LinkList(tuple(entries), tuple(shown), left_out)


def _day_of(url: str) -> date | None:
    try:
        return identify(url).day
    except ValueError:
        return None


def _moment(text: str, day: date | None, seen_at: datetime | None) -> datetime | None:
    """The minute shown, in the year that brings it nearest to the day in the address."""
    match = _SHOWN.search(text)
    if not match or not day:
        return None
    month, day_of_month, hour, minute = map(int, match.groups())
    candidates = []
    for year in (day.year - 1, day.year, day.year + 1):
        try:
            candidates.append(datetime(year, month, day_of_month, hour, minute, tzinfo=BEIJING))
        except ValueError:
            continue
    moment = min(candidates, key=lambda candidate: abs(candidate.date() - day), default=None)
    return moment if moment and is_credible(moment, seen_at) else None
