"""The table of runs: when each began and ended, and how."""

import json
from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa

from crawler.archive.bad_values import looks_like_time, parsed_time
from crawler.archive.tables import runs
from crawler.times import iso


class Runs:
    """On the archive's engine. A run that is killed leaves its row without an end."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def begin(self, run: str, at: datetime) -> None:
        """A run, by its name, began."""
        with self._engine.begin() as connection:
            connection.execute(sa.insert(runs).values(run=run, started_at=iso(at)))

    def end(self, run: str, at: datetime, outcome: str, counts: Mapping[str, object] | None = None) -> None:
        """It ended so."""
        values = {"ended_at": iso(at), "outcome": outcome}
        if counts is not None:
            values["counts"] = json.dumps(counts)
        with self._engine.begin() as connection:
            connection.execute(sa.update(runs).where(runs.c.run == run).values(values))

    def unended(self, ending: str = "") -> list[tuple[str, datetime]]:
        """Name and start of the runs that did not end, or not yet, newest first; of those whose name ends so."""
        query = sa.select(runs.c.run, runs.c.started_at).where(runs.c.ended_at.is_(None), runs.c.run.endswith(ending))
        with self._engine.connect() as connection:
            rows = connection.execute(query.order_by(runs.c.started_at.desc()))
            return [(row.run, started) for row in rows if (started := parsed_time(row.started_at))]

    def last_success(self) -> datetime | None:
        """When the last run that did its job ended."""
        query = sa.select(sa.func.max(runs.c.ended_at)).where(runs.c.outcome == "ok", looks_like_time(runs.c.ended_at))
        with self._engine.connect() as connection:
            return parsed_time(connection.scalar(query))
