"""The captures of an archive in the order of their time: lists enter the ledger in passing, articles become steps."""

import logging
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import PurePosixPath
from typing import Any

from crawler.archive.archive import Archive
from crawler.items import ListEntry
from crawler.replay.content_encoding import decoded
from crawler.sina.page_address import address_of
from crawler.sina.urls import Address, without_tracking
from crawler.sina.web_address import BadAddress, web_address
from crawler.sources.choose import recognise
from crawler.sources.source import ListCapture, NoAnswer
from crawler.warc.captures import Captures, DamagedCapture
from crawler.warc.cdxj import IndexedCapture
from crawler.warc.urlkey import lookup_key
from crawler.webarchive.witness import witness_of

logger = logging.getLogger(__name__)
_NOT_MODIFIED, _ERROR = 304, 400


@dataclass(frozen=True, slots=True)
class Step:
    """One captured answer to the request for an article; ``args`` are read_capture's, None if it need not be read."""

    capture: IndexedCapture
    doc_id: str
    entry: ListEntry
    args: tuple[Any, ...] | None

    @property
    def at(self) -> datetime:
        """When it was captured, here or by a web archive."""
        return self.capture.at

    @property
    def seen_by(self) -> str:
        """Whose capture it is."""
        return witness_of(self.capture.source)

    @property
    def learned_at(self) -> datetime:
        """When the archive came to know it: at once, or of a web archive's when the run began that fetched it."""
        return _learned_at(self.capture)

    @property
    def is_unchanged(self) -> bool:
        """True for Sina's answer that the page is as it was."""
        return self.capture.status == _NOT_MODIFIED


class Timeline:
    """Says to the archive what its lists showed when, and yields the steps of its articles."""

    def __init__(self, captures: Captures, archive: Archive) -> None:
        self.urls: dict[str, set[str]] = defaultdict(set)  # under which lists showed an article, by doc id
        self._captures = captures
        self._archive = archive
        self._folder = str(archive.root / "captures")
        self._listed: dict[str, ListEntry] = {}  # as the lists show it so far
        self._leads: dict[str, str] = {}  # a redirection's target -> the doc id that was asked for

    @cached_property
    def _in_time(self) -> list[IndexedCapture]:
        return sorted(self._captures.all(), key=lambda capture: (_learned_at(capture), capture.file, capture.offset))

    @property
    def count(self) -> int:
        """How many steps there are at most."""
        return sum(1 for capture in self._in_time if not recognise(capture.url) and _address(capture.url))

    def steps(self) -> Iterator[Step]:
        """In time."""
        for capture in self._in_time:
            if of_list := recognise(capture.url):
                self._list(capture, of_list)
            elif step := self._step(capture):
                yield step

    def _list(self, capture: IndexedCapture, of_list: ListCapture) -> None:
        """Enters what a list showed."""
        try:
            saved = self._captures.read(capture.file, capture.offset, capture.length)
            entries = of_list.read(decoded(saved, self._archive.rules.most_bytes), capture.at)
        except (DamagedCapture, NoAnswer) as error:
            if capture.status < _ERROR:
                logger.warning("no list (%s): %s", error.reason, capture.url)
            return
        shown: dict[str, ListEntry] = {}
        for entry in entries:
            if address := _address(entry.url):
                shown.setdefault(address.doc_id, entry)
                self.urls[address.doc_id].add(without_tracking(entry.url))
        # A second witness has no ctime, and takes none away.
        self._listed |= {id_: entry for id_, entry in shown.items() if entry.created_at or id_ not in self._listed}
        self._archive.listed(shown.items(), of_list.channel, capture.at)

    def _step(self, capture: IndexedCapture) -> Step | None:
        address = _address(capture.url)
        if not address or address.page > 1:
            return None
        if capture.source:
            return self._step_of_web_archive(capture, address.doc_id)
        doc_id = self._leads.pop(lookup_key(capture.url), address.doc_id)
        if capture.redirect and capture.status != _NOT_MODIFIED:
            try:
                self._leads[lookup_key(web_address(capture.redirect, capture.url))] = doc_id
                return None
            except BadAddress as error:
                logger.warning("redirected to no address (%s): %s [%s]", error, capture.url, doc_id)
        entry = self._listed.get(doc_id) or ListEntry(url=capture.url, title="")
        self._archive.listed([(doc_id, entry)], None, capture.at)
        is_error = capture.status >= _ERROR and not capture.truncated
        if capture.redirect or capture.status == _NOT_MODIFIED or is_error:
            return Step(capture, doc_id, entry, None)
        return Step(capture, doc_id, entry, self._args(capture, entry))

    def _step_of_web_archive(self, capture: IndexedCapture, doc_id: str) -> Step | None:
        """It is read for its text only: what else an archive has of the address says nothing of the article."""
        if capture.redirect or capture.status >= _ERROR or capture.truncated:
            return None
        entry = ListEntry(url=capture.url, title="")
        return Step(capture, doc_id, entry, self._args(capture, entry))

    def _args(self, capture: IndexedCapture, entry: ListEntry) -> tuple[Any, ...]:
        place = (capture.file, capture.offset, capture.length)
        return self._folder, place, entry, None, self._archive.rules.most_bytes


def _address(url: str) -> Address | None:
    try:
        return address_of(url)
    except ValueError:
        return None


def _learned_at(capture: IndexedCapture) -> datetime:
    """The name of our runs begins with their start."""
    if not capture.source:
        return capture.at
    begun = PurePosixPath(capture.run).name.partition("-")[0]
    try:
        return datetime.strptime(begun, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        return capture.at
