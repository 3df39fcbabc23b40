"""Common Crawl: the addresses of its indexes and its records, and what the indexes answer.

Each crawl has an index of its own, served by pywb (https://index.commoncrawl.org); the records stand in WARCs, each a
gzip member of its own, which a range of bytes reaches (https://data.commoncrawl.org).
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from crawler.items import COMMON_CRAWL
from crawler.webarchive.index_line import answer_of, memento_of
from crawler.webarchive.memento import BadIndex, BadIndexLine, IndexAnswer, Memento

INDEX, DATA = "https://index.commoncrawl.org", "https://data.commoncrawl.org"
_ID = re.compile(r"[A-Z0-9-]+", re.A)  # CC-MAIN-2024-10, CC-MAIN-2009-2010


@dataclass(frozen=True, slots=True)
class Crawl:
    """A crawl, and when it was made; None where its list does not say."""

    id: str
    since: datetime | None
    until: datetime | None


def collections_url(base: str) -> str:
    """Asks for the list of crawls."""
    return f"{base}/collinfo.json"


def pages_url(base: str, crawl: str, prefix: str) -> str:
    """Asks how many pages there are of captures, in a crawl, of addresses that begin with `prefix`."""
    return f"{base}/{crawl}-index?{urlencode(_query(prefix) | {'showNumPages': 'true'})}"


def search_url(base: str, crawl: str, prefix: str, page: int) -> str:
    """Asks for such a page, from 0."""
    return f"{base}/{crawl}-index?{urlencode(_query(prefix) | {'page': str(page)})}"


def record_request(base: str, memento: Memento) -> tuple[str, str]:
    """Where the capture's record is: the address of its WARC, and the value of the header Range."""
    first, length = memento.offset or 0, memento.length or 0
    return f"{base}/{memento.place}", f"bytes={first}-{first + length - 1}"


def read_collections(body: bytes) -> tuple[Crawl, ...]:
    """The crawls, newest first. Raises BadIndex where the list is none."""
    try:
        rows = json.loads(body)
        crawls = [Crawl(row["id"], _moment(row.get("from")), _moment(row.get("to"))) for row in rows]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise BadIndex("no_collections", f"{error!r}: {body[:200]!r}") from error
    unfit = [crawl.id for crawl in crawls if not _ID.fullmatch(crawl.id)]
    if unfit or not crawls:
        raise BadIndex("no_collections", f"no crawls: {unfit[:3]}")
    return tuple(crawls)


def read_page_count(body: bytes) -> int:
    """How many pages there are; 0 where nothing is held. Raises BadIndex."""
    text = body.decode("utf-8", "replace")
    if _is_nothing_held(text):
        return 0
    pages = _object(text).get("pages")
    if not isinstance(pages, int) or isinstance(pages, bool) or pages < 0:
        raise BadIndex("no_page_count", text[:300])
    return pages


def read_index(body: bytes, seen_at: datetime) -> IndexAnswer:
    """The captures of a page of an index that came at `seen_at`; "No Captures found" is an answer, too.

    Raises BadIndex for an error, for an answer that was cut off, and for an empty one, which a server gives that was
    asked too fast.
    """
    text = body.decode("utf-8", "replace")
    if _is_nothing_held(text):
        return IndexAnswer((), "", ())
    lines = text.splitlines()
    if not text.startswith("{") or "urlkey" not in text:
        raise BadIndex("error_page" if text.strip() else "empty", text[:300])
    if not text.endswith("\n") and not _object(lines[-1], "cut"):
        raise BadIndex("cut", f"…{text[-200:]}")
    return answer_of(_mementos(lines, seen_at))


def memento_of_line(line: str, seen_at: datetime) -> Memento:
    """The capture of a line of JSON in the index's names. Raises BadIndexLine."""
    try:
        fields = _object(line)
    except BadIndex:
        raise BadIndexLine("no_json", line) from None
    return memento_of(fields, line, COMMON_CRAWL, seen_at)


def _mementos(lines: list[str], seen_at: datetime) -> Iterator[Memento | BadIndexLine]:
    for line in filter(str.strip, lines):
        try:
            yield memento_of_line(line, seen_at)
        except BadIndexLine as bad:
            yield bad


def _query(prefix: str) -> dict[str, str]:
    """``filter==status:200``: equality is a sign in front of the field; redirects and errors are left out."""
    return {"url": prefix, "matchType": "prefix", "output": "json", "filter": "=status:200"}


def _is_nothing_held(text: str) -> bool:
    """Its status is 404, as that of an index that is not there."""
    return text.startswith("{") and "No Captures found" in text[:200]


def _object(text: str, reason: str = "no_json") -> dict[str, Any]:
    try:
        fields = json.loads(text)
    except (ValueError, RecursionError):
        fields = None
    if not isinstance(fields, dict):
        raise BadIndex(reason, f"…{text[-200:]}")
    return fields


def _moment(text: str | None) -> datetime | None:
    """Of ``2024-02-20T20:55:57``, which is UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC) if text else None
