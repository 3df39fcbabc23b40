"""Hosts that asked us to wait for longer than a run does, and until when: the next runs don't ask them before."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from crawler.archive.bad_values import parsed_time
from crawler.archive.database import insert_into
from crawler.archive.tables import waits
from crawler.times import iso

_LONGEST = timedelta(days=1)  # a host that says ten years may be mistaken


class Waits:
    """On the archive's engine."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def enter(self, host: str, at: datetime, wait: timedelta, detail: str) -> None:
        """At `at` the host asked for `wait`, of which a day is remembered at most; `detail`: what it did, in words."""
        row = {"until": iso(at + min(wait, _LONGEST)), "detail": detail}
        insert = insert_into(self._engine, waits).values(host=host, **row)
        with self._engine.begin() as connection:
            connection.execute(insert.on_conflict_do_update(index_elements=["host"], set_=row))

    def pending(self, at: datetime) -> list[tuple[str, datetime, str]]:
        """Host, until when, and detail of those that are not to be asked at `at`."""
        with self._engine.connect() as connection:
            rows = connection.execute(sa.select(waits).order_by(waits.c.host)).all()
        times = [(row.host, parsed_time(row.until), row.detail) for row in rows]
        return [(host, until, detail) for host, until, detail in times if until and at < until <= at + _LONGEST]
