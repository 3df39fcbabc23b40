"""Captures to look up and to read: those of a WARC, of a .wacz, or of a folder of them, ours or another's."""

import logging
import os
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property
from itertools import chain
from pathlib import Path

from crawler.archive.files import kind_of
from crawler.warc.cdxj import Index, IndexedCapture, index_of, make_index
from crawler.warc.reader import WarcFile, WarcRecord, warcs_of
from crawler.warc.saved_response import SavedResponse
from crawler.warc.scan import Damage
from crawler.warc.urlkey import lookup_key

logger = logging.getLogger(__name__)
_WARC_ENDINGS = (".warc", ".warc.gz", ".warc.open", ".warc.gz.open")
_INDEX_ENDINGS = (".cdxj",)  # beside WARCs, and no strangers there


class DamagedCapture(ValueError):
    """A capture that can't be read; ``reason`` is one word."""

    def __init__(self, reason: str, what: str) -> None:
        super().__init__(f"{what}: {reason}")
        self.reason = reason


class Captures:
    """Reads by place at once; looks up by URL through an index, made on first use and kept beside each WARC.

    Holds no file open, and may be used from several threads.
    """

    def __init__(self, path: Path, at: str = "", keeps_indexes: bool = True) -> None:
        """`at`: 14 digits; later captures are not looked up. Raises FileNotFoundError.

        Without `keeps_indexes` nothing is written beside the WARCs, and what stands there is not believed.
        """
        self._index_of = index_of if keeps_indexes else make_index
        self._at = at or "9" * 14
        self.others: list[Path] = []
        self.warcs: dict[str, WarcFile] = {warc.name: warc for warc in self._find_warcs(path)}

    def find(self, url: str) -> IndexedCapture | None:
        """The newest capture of a page, as lookup_key knows it. Raises ValueError for what is no URL.

        What says nothing of a page's content is passed over: a 304, and a redirection from http to
        https or back. So is one that is not whole, if there is one that is.
        """
        captures = [capture for capture in self.by_page.get(lookup_key(url), []) if capture.time <= self._at]
        preferred = [capture for capture in captures if not capture.truncated] or captures
        return preferred[-1] if preferred else None

    def get(self, url: str) -> SavedResponse | None:
        """The response that `find` finds, read; None if there is none. Raises DamagedCapture."""
        capture = self.find(url)
        return self.read(capture.file, capture.offset, capture.length) if capture else None

    def all(self) -> Iterator[IndexedCapture]:
        """Every capture, in the order of the files and of the places in them."""
        return chain.from_iterable(index.captures for index in self.indexes.values())

    def damages(self) -> Iterator[tuple[str, Damage]]:
        """What is damaged, each with the name of its WARC."""
        return ((name, damage) for name, index in self.indexes.items() for damage in index.damages)

    def read(self, file: str, offset: int, length: int) -> SavedResponse:
        """The response at a place, a revisit with the payload it stands for. Raises DamagedCapture."""
        record = self._record(file, offset, length)
        payload = self._original(record) if record.type == "revisit" else record
        http = record.http or payload.http
        stored = http.headers if http else [("Content-Type", record.head.get_header("Content-Type", ""))]
        status = record.status if record.http else payload.status
        headers = tuple((name, value) for name, value in stored if value and name.lower() != "transfer-encoding")
        return SavedResponse(record.url, status, headers, payload.body, record.date, record.truncated)

    @cached_property
    def indexes(self) -> dict[str, Index]:
        """The index of each WARC, by its name."""
        return {name: self._index_of(warc) for name, warc in self.warcs.items()}

    @cached_property
    def by_page(self) -> dict[str, list[IndexedCapture]]:
        """The captures of each page by its lookup_key, oldest first."""
        by_page: dict[str, list[IndexedCapture]] = defaultdict(list)
        for capture in self.all():
            key = lookup_key(capture.url)
            if capture.status != 304 and not (capture.redirect and _leads_to(capture, key)):
                by_page[key].append(capture)
        for captures in by_page.values():
            captures.sort(key=lambda capture: capture.time)
        return dict(by_page)

    @cached_property
    def _by_payload(self) -> dict[str | tuple[str, str], IndexedCapture]:
        """The captures that hold a payload themselves, by its digest, and by URL and time."""
        by_payload: dict[str | tuple[str, str], IndexedCapture] = {}
        for capture in self.all():
            if not capture.is_revisit:
                by_payload.setdefault(capture.digest, capture)
                by_payload.setdefault((capture.url, capture.time), capture)
        return by_payload

    def _original(self, revisit: WarcRecord) -> WarcRecord:
        digest = revisit.head.get_header("WARC-Payload-Digest", "")
        url = revisit.head.get_header("WARC-Refers-To-Target-URI", revisit.url).strip("<>")
        time = "".join(filter(str.isdigit, revisit.head.get_header("WARC-Refers-To-Date", "")))[:14]
        original = self._by_payload.get(digest) or self._by_payload.get((url, time))
        if not original:
            raise DamagedCapture("unresolved_revisit", f"{revisit.url} as of {time} ({digest})")
        return self._record(original.file, original.offset, original.length)

    def _record(self, file: str, offset: int, length: int) -> WarcRecord:
        where = f"{file} at {offset}"
        if file not in self.warcs:
            raise DamagedCapture("missing_file", where)
        try:
            record = self.warcs[file].record(offset, length)
        except OSError as error:
            raise DamagedCapture("unreadable_file", f"{where}: {error}") from error
        if isinstance(record, Damage):
            raise DamagedCapture(record.reason, where)
        return record

    def _find_warcs(self, path: Path) -> Iterator[WarcFile]:
        if not path.exists():
            raise FileNotFoundError(f"no such captures: {path}")
        files = sorted(_files(path)) if path.is_dir() else [path]
        for place in files:
            name = place.relative_to(path).as_posix() if path.is_dir() else place.name
            file = place.resolve() if place.is_symlink() else place  # captures may be on another disk
            kind = kind_of(file)
            if kind not in ("a file", "nothing") or (place.is_symlink() and kind == "nothing"):
                self.others.append(place)
            elif place.name.endswith(_WARC_ENDINGS):
                yield WarcFile(file.with_name(file.name.removesuffix(".open")), name.removesuffix(".open"))
            elif place.suffix == ".wacz":
                yield from self._of_wacz(file, name)
            elif place.suffix not in _INDEX_ENDINGS:
                self.others.append(place)

    def _of_wacz(self, file: Path, name: str) -> list[WarcFile]:
        try:
            warcs = warcs_of(file, name)
        except (OSError, zipfile.BadZipFile, ValueError, NotImplementedError) as error:
            logger.warning("not readable: %s: %s", file, error)
            warcs = []
        if not warcs:
            self.others.append(file)
        return warcs


def has_captures(path: Path) -> bool:
    """True for a WARC or .wacz, and for a folder that holds one, however deep."""
    names = (file.name for file in _files(path)) if path.is_dir() else [path.name]
    return any(name.endswith((*_WARC_ENDINGS, ".wacz")) for name in names)


def _files(folder: Path) -> Iterator[Path]:
    for parent, folders, names in os.walk(folder):
        folders.sort()
        yield from (Path(parent, name) for name in names if not name.startswith("."))


def _leads_to(capture: IndexedCapture, key: str) -> bool:
    """True if a redirection leads to the page it is at; a relative one never changes the scheme alone."""
    try:
        return "://" in capture.redirect and lookup_key(capture.redirect) == key
    except ValueError:
        return False
