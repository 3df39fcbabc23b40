"""What another archive holds, as its own lists say: manifests, and CDXJ such as ``scrapy export --format cdxj`` writes.

A manifest names files by their sha256: it serves a copy of an archive. CDXJ names captures one by one, by address, time
and digest, in whatever files they are: it serves two archives that each crawled for themselves.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path

from crawler.archive.files import open_regular, sha256_of
from crawler.integrity.manifest import parse_line
from crawler.warc.cdxj import IndexedCapture
from crawler.warc.reader import WarcFile
from crawler.warc.urlkey import urlkey

_REMARKS = ("#", "!")  # of manifests and of CDXJ
_CAPTURES = "captures/"


class HeldElsewhere:
    """A table on the disk, which SQLite takes away by itself."""

    def __init__(self) -> None:
        self._tables = sqlite3.connect("", isolation_level=None)
        self._tables.execute("CREATE TABLE held (key TEXT PRIMARY KEY) WITHOUT ROWID")

    def close(self) -> None:
        """It is gone."""
        self._tables.close()

    def read(self, path: Path) -> None:
        """Adds what a list says. Raises OSError, and ValueError naming the line that is none of a list."""
        self._tables.execute("BEGIN")
        self._tables.executemany("INSERT OR IGNORE INTO held VALUES (?)", ((key,) for key in _keys(path)))
        self._tables.execute("COMMIT")

    def has(self, capture: IndexedCapture) -> bool:
        """Whether a capture of that address, time and payload is there."""
        return self._has(_key(capture))

    def has_file(self, warc: WarcFile) -> bool:
        """Whether a WARC is there that has its name and its bytes. Raises OSError."""
        if warc.size is not None or not self._has(f"{_CAPTURES}{warc.name}"):
            return False
        return self._has(f"{sha256_of(warc.path)}  {_CAPTURES}{warc.name}")

    def _has(self, key: str) -> bool:
        return self._tables.execute("SELECT 1 FROM held WHERE key = ?", (key,)).fetchone() is not None


def _keys(path: Path) -> Iterator[str]:
    with open_regular(path) as file:
        for number, line in enumerate(file, start=1):
            try:
                yield from _keys_of(line.decode().rstrip("\r\n"))
            except (ValueError, KeyError, TypeError, AttributeError):
                raise ValueError(f"{path}, line {number}: neither a line of a manifest nor of CDXJ") from None


def _keys_of(line: str) -> Iterable[str]:
    if not line or line.startswith(_REMARKS):
        return ()
    if entry := parse_line(line):
        name, sha256 = entry
        return (name, f"{sha256}  {name}") if name.startswith(_CAPTURES) else ()
    return (_key(IndexedCapture.of_line(line, "")),)


def _key(capture: IndexedCapture) -> str:
    digest = capture.digest.rpartition(":")[2].upper()
    return f"{urlkey(capture.url)} {capture.time} {digest}"
