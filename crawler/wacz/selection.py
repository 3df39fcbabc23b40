"""The captures that are handed on: a table on the disk, which SQLite takes away by itself, so that any number fits."""

import sqlite3
from collections.abc import Collection, Iterable, Iterator
from datetime import UTC, datetime

from crawler.wacz.held_elsewhere import HeldElsewhere
from crawler.wacz.of_sina import is_of_sina
from crawler.warc.captures import Captures
from crawler.warc.cdxj import IndexedCapture, index_of
from crawler.warc.reader import WarcFile

_TABLES = """
CREATE TABLE captures (
    file TEXT, offset INTEGER, time TEXT, url TEXT, digest TEXT, is_revisit INTEGER, line TEXT,
    PRIMARY KEY (file, offset)
) WITHOUT ROWID;
CREATE INDEX in_time ON captures (time, url, file, offset);
CREATE INDEX by_digest ON captures (digest, is_revisit);
CREATE INDEX by_line ON captures (line);
"""
_LACKING = "SELECT digest FROM captures GROUP BY digest HAVING min(is_revisit)"


class Selection:
    """Of what is closed: a file that a run still writes is left to a later time.

    ``lost``: what would be in it too, for all that can be told, but is damaged: a line for each place.
    """

    def __init__(self) -> None:
        self.lost: list[str] = []
        self._tables = sqlite3.connect("", isolation_level=None)
        self._tables.executescript(_TABLES)

    def close(self) -> None:
        """It is gone."""
        self._tables.close()

    def select(
        self, captures: Captures, since: datetime | None, until: datetime | None, elsewhere: HeldElsewhere
    ) -> None:
        """Those of Sina from `since` to before `until` that are not held elsewhere, and the payloads of revisits.

        An index is read at a time. Raises OSError.
        """
        first, end = (f"{at.astimezone(UTC):%Y%m%d%H%M%S}" if at else "" for at in (since, until))
        for warc in _closed(captures):
            if not elsewhere.has_file(warc):
                index = index_of(warc)
                in_time = [capture for capture in index.captures if first <= capture.time < (end or "9")]
                self._add(capture for capture in in_time if is_of_sina(capture.url) and not elsewhere.has(capture))
                if in_time or not index.captures:
                    self.lost += [f"{warc.name} at {damage.offset}: {damage.reason}" for damage in index.damages]
        self._add_payloads(_closed(captures))

    def add_at(self, captures: Captures, places: Collection[tuple[str, int]]) -> None:
        """Those at `places`, by file and offset, too. Raises OSError."""
        files = {file for file, _ in places}
        for warc in _closed(captures):
            if warc.name in files:
                self._add(capture for capture in index_of(warc).captures if (warc.name, capture.offset) in places)
        self._add_payloads(_closed(captures))

    @property
    def count(self) -> int:
        """How many there are."""
        count: int = self._tables.execute("SELECT count(*) FROM captures").fetchone()[0]
        return count

    @property
    def newest(self) -> datetime:
        """When the last one was captured."""
        query = "SELECT file, line FROM captures ORDER BY time DESC LIMIT 1"
        return _capture(self._tables.execute(query).fetchone()).at

    def in_time(self) -> Iterator[IndexedCapture]:
        """In the order of their time, whatever files they are in."""
        query = "SELECT file, line FROM captures ORDER BY time, url, file, offset"
        yield from map(_capture, self._tables.execute(query))

    def lines(self) -> Iterator[str]:
        """As CDXJ, sorted."""
        return (line for (line,) in self._tables.execute("SELECT line FROM captures ORDER BY line, file"))

    def at(self, file: str, offset: int) -> IndexedCapture | None:
        """The capture at a place, if it is selected."""
        query = "SELECT file, line FROM captures WHERE file = ? AND offset = ?"
        row = self._tables.execute(query, (file, offset)).fetchone()
        return _capture(row) if row else None

    def _add(self, captures: Iterable[IndexedCapture]) -> None:
        rows = (
            (capture.file, capture.offset, capture.time, capture.url, capture.digest, capture.is_revisit,
             capture.line(capture.file))
            for capture in captures
        )  # fmt: skip
        self._tables.execute("BEGIN")
        self._tables.executemany("INSERT OR IGNORE INTO captures VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
        self._tables.execute("COMMIT")

    def _add_payloads(self, warcs: Collection[WarcFile]) -> None:
        """Of revisits whose payload is of another time; one that no file holds is none that can be shown."""
        lacking = {digest for (digest,) in self._tables.execute(_LACKING)}
        for warc in warcs if lacking else ():
            originals = [
                capture
                for capture in index_of(warc).captures
                if capture.digest in lacking and not capture.is_revisit and is_of_sina(capture.url)
            ]
            self._add(originals)
            lacking -= {capture.digest for capture in originals}
        for digest in sorted(lacking):
            gone = self._tables.execute("SELECT file, offset FROM captures WHERE digest = ?", (digest,))
            self.lost += [f"{file} at {offset}: unresolved_revisit" for file, offset in gone]
            self._tables.execute("DELETE FROM captures WHERE digest = ?", (digest,))


def _closed(captures: Captures) -> list[WarcFile]:
    return [warc for warc in captures.warcs.values() if warc.current_path() == warc.path]


def _capture(row: tuple[str, str]) -> IndexedCapture:
    file, line = row
    return IndexedCapture.of_line(line, file)
