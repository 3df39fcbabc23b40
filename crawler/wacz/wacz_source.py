"""Somebody's captures in a WACZ, as a web archive: which articles it holds, and what it answers for each capture."""

import functools
from collections.abc import Callable, Iterator
from email.utils import format_datetime
from pathlib import Path

from scrapy.http import Headers, Response

from crawler.archive.mementos import HeldMemento
from crawler.replay.replay import NOT_SAVED
from crawler.sina.urls import NotAnArticle, identify
from crawler.times import now
from crawler.wacz.check_package import BadPackage, check_package
from crawler.wacz.check_records import check_records
from crawler.wacz.signature import load_public_key
from crawler.wacz.source_name import checked_name
from crawler.warc.captures import Captures, DamagedCapture
from crawler.warc.cdxj import IndexedCapture
from crawler.warc.urlkey import urlkey
from crawler.webarchive.memento import Memento, digits
from crawler.webarchive.payload import digest_of
from crawler.webarchive.wacz_address import asked_for

_OK = 200


class WaczSource:
    """``name`` is whose it is. Its file is checked, and nothing is written beside it."""

    def __init__(self, path: Path, name: str) -> None:
        self.name = name
        self._captures = Captures(path, keeps_indexes=False)
        self._by_place: dict[tuple[str, str], IndexedCapture] = {}
        for capture in self._captures.all():
            self._by_place.setdefault((capture.url, capture.time), capture)

    def held(self, skipped: Callable[[str], None]) -> Iterator[HeldMemento]:
        """The captures of articles; `skipped` hears in one word why another is none."""
        for capture in self._by_place.values():
            try:
                address = identify(capture.url)
                if capture.status == _OK:
                    yield HeldMemento(address.doc_id, address.page, self._memento(capture))
                else:
                    skipped(f"http_{capture.status}")
            except (NotAnArticle, DamagedCapture) as error:
                skipped(error.reason)

    def has(self, memento: Memento) -> bool:
        """Whether it is in this file: another one of the same source may have others."""
        return (memento.url, digits(memento.at)) in self._by_place

    def answer(self, address: str) -> Response:
        """What is captured, with the headers that say so (RFC 7089); a 404 that nobody sent if it is not there."""
        capture = self._by_place.get(asked_for(address))
        if capture is None:
            return Response(address, status=404, flags=[NOT_SAVED])
        saved = self._captures.read(capture.file, capture.offset, capture.length)
        headers = Headers({"Memento-Datetime": format_datetime(capture.at, usegmt=True)})
        headers["Link"] = f'<{capture.url}>; rel="original"'
        for name, value in saved.headers:
            headers.appendlist(f"X-Archive-Orig-{name}", value)
        return Response(address, status=saved.status, headers=headers, body=saved.body)

    def _memento(self, capture: IndexedCapture) -> Memento:
        """Its digest is of the body without transfer chunking, whatever the record's is of."""
        body = self._captures.read(capture.file, capture.offset, capture.length).body
        return Memento(
            self.name, capture.url, capture.at, urlkey(capture.url), capture.status, capture.mime, digest_of(body),
            capture.length, truncated=capture.truncated,
        )  # fmt: skip


def open_source(path: Path, name: str, key: Path | None) -> WaczSource:
    """The source in a file, every byte of it checked; `key` is that with which it has to be signed.

    Raises OSError, and ValueError that names the file and what is wrong with it, or with the name.
    """
    status = path.stat()
    return _opened(path, name, key, (status.st_ino, status.st_size, status.st_mtime_ns))


@functools.lru_cache(maxsize=1)
def _opened(path: Path, name: str, key: Path | None, _stamp: tuple[int, int, int]) -> WaczSource:
    """Once: a run is checked before it begins."""
    wanted = load_public_key(key) if key else ""
    stated = check_package(path)
    if wanted and stated.signer != wanted:
        raise BadPackage(f"{path} is {'signed with another key than' if stated.signer else 'not signed with'} {key}")
    if not name and not stated.name:
        raise ValueError(f"{path} does not say whose it is: --name archive.example.org would")
    named = checked_name(name or stated.name)
    check_records(path, now())
    return WaczSource(path, named)
