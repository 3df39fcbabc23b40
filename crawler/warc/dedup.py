"""The newest payload of each page in the captures, so that one that comes again is not stored again.

It only saves space: lost, a payload is stored once more.
"""

import threading
from collections.abc import Callable, Collection
from dataclasses import asdict, dataclass

import sqlalchemy as sa

from crawler.archive.database import insert_into
from crawler.archive.tables import payloads

_MOST_PENDING = 200  # rows kept back, to be written at once

_PAYLOADS_OF_PAGES = sa.select(payloads).where(payloads.c.page.in_(sa.bindparam("pages", expanding=True)))  # made once


@dataclass(frozen=True, slots=True)
class Payload:
    """Where a payload stands: its page, the record's WARC-Target-URI and WARC-Date, and its file's name."""

    page: str
    digest: str
    url: str
    date: str
    file: str | None = None

    @property
    def key(self) -> tuple[str, str]:
        """Equal for equal payloads of one page."""
        return self.page, self.digest


class Dedup:
    """Finds and remembers payloads in a table on the archive's engine. May be used from several threads."""

    def __init__(self, engine: sa.Engine, is_there: Callable[[str], bool]) -> None:
        """`is_there` says whether a WARC still is, by its name."""
        self._engine = engine
        self._is_there = is_there
        self._pending: dict[str, Payload] = {}
        self._writing = threading.Lock()

    def find(self, wanted: Collection[Payload]) -> dict[tuple[str, str], Payload]:
        """The earlier records that have these payloads, by their keys; only such whose file is still there."""
        keys = {payload.key for payload in wanted}
        pending = {page: self._pending[page] for page, _ in keys if page in self._pending}
        stored = self._stored({page for page, _ in keys} - pending.keys())
        earlier = [payload for payload in (*pending.values(), *stored) if payload.key in keys]
        return {payload.key: payload for payload in earlier if payload.file and self._is_there(payload.file)}

    def remember(self, new: Collection[Payload]) -> None:
        """Takes note of payloads whose records are on the disk."""
        with self._writing:
            self._pending |= {payload.page: payload for payload in new}
            if len(self._pending) >= _MOST_PENDING:
                self._flush()

    def close(self) -> None:
        """Writes what was kept back."""
        with self._writing:
            self._flush()

    def _stored(self, pages: Collection[str]) -> list[Payload]:
        if not pages:
            return []
        with self._engine.connect() as connection:
            return [Payload(*row) for row in connection.execute(_PAYLOADS_OF_PAGES, {"pages": sorted(pages)})]

    def _flush(self) -> None:
        if not self._pending:
            return
        insert = insert_into(self._engine, payloads)
        newest = {name: insert.excluded[name] for name in ("digest", "url", "date", "file")}
        with self._engine.begin() as connection:
            rows = [asdict(payload) for _, payload in sorted(self._pending.items())]
            connection.execute(insert.on_conflict_do_update(index_elements=["page"], set_=newest), rows)
        self._pending = {}
