"""How far the indexes of web archives were read: each query goes on where it was interrupted."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from crawler.archive.database import insert_into
from crawler.archive.mementos import HeldMemento, Mementos
from crawler.archive.tables import index_queries
from crawler.times import from_iso, iso

OPEN, DONE, FAILED = "open", "done", "failed"


@dataclass(frozen=True, slots=True)
class IndexQuery:
    """What an archive's index is asked for.

    ``next`` is the resume key or the page that goes on, or empty; ``count``: of new captures so far.
    """

    archive: str
    query: str
    next: str = ""
    count: int = 0


class IndexQueries:
    """On the archive's engine."""

    def __init__(self, engine: sa.Engine, mementos: Mementos) -> None:
        self._engine = engine
        self._mementos = mementos

    def resume(self, archive: str, query: str, at: datetime, good_for: timedelta | None) -> IndexQuery | None:
        """Where the query stands; None where all of it was read, and not longer ago than `good_for`, if that is given.

        One that was read long ago begins anew.
        """
        table = sa.select(index_queries).where(index_queries.c.archive == archive, index_queries.c.query == query)
        with self._engine.connect() as connection:
            row = connection.execute(table).first()
        if row is None:
            return IndexQuery(archive, query)
        if row.state == DONE:
            read_at = from_iso(row.at)
            is_good = good_for is None or (read_at is not None and at - read_at < good_for)
            return None if is_good else IndexQuery(archive, query)
        return IndexQuery(archive, query, row.next or "", row.found)

    def answered(self, query: IndexQuery, shown: Iterable[HeldMemento], goes_on: str, at: datetime) -> IndexQuery:
        """Enters an answer and, in the same transaction, where the query goes on; empty: it is done."""
        with self._engine.begin() as connection:
            new = self._mementos.hold(shown, at, connection)
            following = replace(query, next=goes_on, count=query.count + new)
            state = OPEN if goes_on else DONE
            self._enter(connection, following, {"state": state, "reason": None}, at)
        return following

    def failed(self, query: IndexQuery, reason: str, at: datetime) -> None:
        """It was not answered, or with what is none; a later run goes on with it."""
        with self._engine.begin() as connection:
            self._enter(connection, query, {"state": FAILED, "reason": reason}, at)

    def failures(self) -> list[dict[str, Any]]:
        """The queries that are not done: archive, query, state and reason."""
        columns = [index_queries.c[name] for name in ("archive", "query", "state", "reason", "found")]
        query = sa.select(*columns).where(index_queries.c.state != DONE).order_by(*columns[:2])
        with self._engine.connect() as connection:
            return [dict(row) for row in connection.execute(query).mappings()]

    def _enter(self, connection: sa.Connection, query: IndexQuery, values: dict[str, Any], at: datetime) -> None:
        key = {"archive": query.archive, "query": query.query}
        row = values | {"next": query.next or None, "found": query.count, "at": iso(at)}
        insert = insert_into(self._engine, index_queries).values(**key, **row)
        connection.execute(insert.on_conflict_do_update(index_elements=list(key), set_=row))
