"""What an archive holds, as its folder, its captures, its catalog and its manifests have it.

A table on the disk, which SQLite takes away by itself: of a large archive the paths alone would fill the memory.
"""

import os
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from crawler.warc.cdxj import IndexedCapture

_TABLES = """
CREATE TABLE present (path BLOB PRIMARY KEY, sha256 TEXT, name BLOB) WITHOUT ROWID;
CREATE INDEX by_name ON present (name) WHERE name IS NOT NULL;
CREATE TABLE known (path BLOB PRIMARY KEY, doc_id TEXT) WITHOUT ROWID;
CREATE TABLE listed (path BLOB PRIMARY KEY, sha256 TEXT, manifest TEXT) WITHOUT ROWID;
CREATE TABLE captures (
    warc TEXT, at INTEGER, length INTEGER, url TEXT, time TEXT, digest TEXT, truncated TEXT, is_revisit INTEGER,
    PRIMARY KEY (warc, at)
) WITHOUT ROWID;
CREATE INDEX payloads ON captures (digest) WHERE is_revisit = 0;
"""
_NAMES_OF_SEVERAL = "SELECT name FROM present WHERE name IS NOT NULL GROUP BY name HAVING count(*) > 1"
_OF_NAME = "SELECT path FROM present LEFT JOIN known USING (path) WHERE name = ? ORDER BY doc_id IS NULL, path"
_UNKNOWN = "SELECT path FROM present LEFT JOIN known USING (path) WHERE name IS NOT NULL AND doc_id IS NULL"
_MISSING = "SELECT path, doc_id FROM known LEFT JOIN present USING (path) WHERE present.path IS NULL"
_LISTED = "SELECT path, listed.sha256, manifest, present.sha256 FROM listed LEFT JOIN present USING (path)"
_DIFFERENT = f"{_LISTED} WHERE present.sha256 IS NULL OR present.sha256 NOT IN ('', listed.sha256)"
_UNLISTED = "SELECT path FROM present LEFT JOIN listed USING (path) WHERE present.sha256 <> '' AND manifest IS NULL"
_CAPTURE = "SELECT url, length, truncated FROM captures WHERE warc = ? AND at = ?"
_PAYLOAD = "SELECT 1 FROM captures WHERE digest = ? AND is_revisit = 0 AND warc = ? AND url = ? AND time = ?"
_LOST_PAYLOADS = """
SELECT warc, at, digest FROM captures AS revisit WHERE is_revisit = 1
AND NOT EXISTS (SELECT 1 FROM captures WHERE digest = revisit.digest AND is_revisit = 0)
"""


@dataclass(frozen=True, slots=True)
class HeldCapture:
    """A captured response that a WARC holds; ``truncated`` is empty for one that is whole."""

    url: str
    length: int
    truncated: str


class Inventory:
    """Paths are relative to the archive, in any encoding that a folder may have them in."""

    def __init__(self) -> None:
        self._tables = sqlite3.connect("", isolation_level=None)
        self._tables.executescript(_TABLES)

    def close(self) -> None:
        """It is gone."""
        self._tables.close()

    def add_post(self, path: str, sha256: str) -> None:
        """A post that is there; `sha256` is empty where it could not be read."""
        name = os.fsencode(Path(path).stem.casefold())
        self._tables.execute("INSERT INTO present VALUES (?, ?, ?)", (os.fsencode(path), sha256, name))

    def add_capture(self, path: str, sha256: str) -> None:
        """A WARC, or a time stamp, that is there; `sha256` is empty where it could not be read, or is still written."""
        self._tables.execute("INSERT OR REPLACE INTO present VALUES (?, ?, NULL)", (os.fsencode(path), sha256))

    def add_known(self, posts: Iterable[tuple[str, str]]) -> None:
        """Paths and doc ids of posts that the catalog has."""
        rows = ((os.fsencode(path), doc_id) for path, doc_id in posts)
        self._tables.executemany("INSERT OR REPLACE INTO known VALUES (?, ?)", rows)

    def doc_ids(self, paths: Iterable[str]) -> list[str]:
        """Those that the catalog has at these paths."""
        rows = (self._tables.execute("SELECT doc_id FROM known WHERE path = ?", (os.fsencode(path),)) for path in paths)
        return [doc_id for (doc_id,) in chain.from_iterable(rows)]

    def add_listed(self, path: str, sha256: str, manifest: str) -> tuple[str, str] | None:
        """What a manifest lists, in the place of what an earlier one did: returns that one's sha256 and name."""
        key = os.fsencode(path)
        earlier: tuple[str, str] | None = self._tables.execute(
            "SELECT sha256, manifest FROM listed WHERE path = ?", (key,)
        ).fetchone()
        self._tables.execute("INSERT OR REPLACE INTO listed VALUES (?, ?, ?)", (key, sha256, manifest))
        return earlier

    def add_captures(self, warc: str, captures: Iterable[IndexedCapture]) -> None:
        """Those that were found in a WARC; what they are called in it is `warc`."""
        rows = (
            (warc, each.offset, each.length, each.url, each.time, each.digest, each.truncated, each.is_revisit)
            for each in captures
        )
        self._tables.executemany("INSERT OR REPLACE INTO captures VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)

    def capture(self, warc: str, offset: int | None) -> HeldCapture | None:
        """That at a place."""
        row = self._tables.execute(_CAPTURE, (warc, offset)).fetchone()
        return HeldCapture(*row) if row else None

    def has_payload(self, warc: str, url: str, time: str, digest: str) -> bool:
        """Whether a WARC has this payload, captured at that time."""
        return self._tables.execute(_PAYLOAD, (digest, warc, url, time)).fetchone() is not None

    def posts_of_one_name(self) -> Iterator[list[str]]:
        """The paths of posts whose names are one, whatever their case: first that which the catalog knows."""
        for (name,) in self._tables.execute(_NAMES_OF_SEVERAL):
            yield [os.fsdecode(path) for (path,) in self._tables.execute(_OF_NAME, (name,))]

    def unknown_posts(self) -> Iterator[str]:
        """Those that are there and not in the catalog."""
        return (os.fsdecode(path) for (path,) in self._tables.execute(_UNKNOWN))

    def missing_posts(self) -> Iterator[tuple[str, str]]:
        """Path and doc id of those that are in the catalog and not there."""
        return ((os.fsdecode(path), doc_id) for path, doc_id in self._tables.execute(_MISSING))

    def not_as_listed(self) -> Iterator[tuple[str, str, str, bool]]:
        """Path, sha256 and manifest that list it last, and whether it is there, of what isn't as that says."""
        rows = self._tables.execute(_DIFFERENT)
        return ((os.fsdecode(path), sha256, manifest, present is not None) for path, sha256, manifest, present in rows)

    def unlisted(self) -> Iterator[str]:
        """What is there, can be read and is in no manifest."""
        return (os.fsdecode(path) for (path,) in self._tables.execute(_UNLISTED))

    def lost_payloads(self) -> Iterator[tuple[str, int, str]]:
        """WARC, offset and digest of each revisit of a payload that no WARC holds."""
        yield from self._tables.execute(_LOST_PAYLOADS)
