"""The newest payload of each page in the captures, so that one that comes again is not stored again.

It only saves space: lost, a payload is stored once more.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass

import sqlalchemy as sa

from crawler.schema import insert_into, one_at_a_time, open_engine

logger = logging.getLogger(__name__)
_MOST_PENDING = 200  # rows kept back, to be written at once

metadata = sa.MetaData()
payloads = sa.Table(
    "payloads",
    metadata,
    sa.Column("page", sa.Text, primary_key=True, comment="page_key of the URL"),
    sa.Column("digest", sa.Text, nullable=False, comment="as in WARC-Payload-Digest"),
    sa.Column("url", sa.Text, nullable=False),
    sa.Column("date", sa.Text, nullable=False, comment="as in WARC-Date"),
    sa.Column("file", sa.Text, nullable=False, comment="the WARC that has it"),
)
_COLUMNS = (payloads.c.digest, payloads.c.url, payloads.c.date, payloads.c.file)
_OF_PAGE = sa.select(*_COLUMNS).where(payloads.c.page == sa.bindparam("page"))  # made once: it is asked per response


@dataclass(frozen=True, slots=True)
class Payload:
    """Where a payload stands: the record's WARC-Target-URI and WARC-Date, and its file's name."""

    digest: str
    url: str
    date: str
    file: str


class SeenPayloads:
    """A table in the catalog's database. May be used from several threads."""

    def __init__(self, database_url: str, is_there: Callable[[str], bool]) -> None:
        """`is_there` says whether a WARC still is, by its name."""
        self._engine = open_engine(database_url)
        with self._engine.begin() as connection:
            one_at_a_time(connection)
            metadata.create_all(connection)
        self._is_there = is_there
        self._pending: dict[str, Payload] = {}
        self._writing = threading.Lock()

    def find(self, page: str, digest: str) -> Payload | None:
        """The earlier record with that payload, if its file is still there."""
        found = self._pending.get(page) or self._kept(page)
        if not found or found.digest != digest:
            return None
        return found if self._is_there(found.file) else None

    def remember(self, page: str, payload: Payload) -> None:
        """To be called when the record is on the disk."""
        with self._writing:
            self._pending[page] = payload
            if len(self._pending) >= _MOST_PENDING:
                self._flush()

    def close(self) -> None:
        """Writes what was kept back, and gives the database back."""
        with self._writing:
            self._flush()
        self._engine.dispose()

    def _kept(self, page: str) -> Payload | None:
        with self._engine.connect() as connection:
            row = connection.execute(_OF_PAGE, {"page": page}).first()
        return Payload(*row) if row else None

    def _flush(self) -> None:
        if not self._pending:
            return
        insert = insert_into(self._engine, payloads)
        newest = {name: insert.excluded[name] for name in ("digest", "url", "date", "file")}
        with self._engine.begin() as connection:
            rows = [{"page": page} | asdict(payload) for page, payload in sorted(self._pending.items())]
            connection.execute(insert.on_conflict_do_update(index_elements=["page"], set_=newest), rows)
        self._pending = {}
