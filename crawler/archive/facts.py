"""What a probe found of Sina's side, kept so that a backfill chooses its way by it."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from crawler.archive.database import insert_into
from crawler.archive.tables import probes
from crawler.times import iso


class Facts:
    """On the archive's engine; of each assumption the newest answer."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def keep(self, facts: Mapping[str, tuple[bool | None, Mapping[str, Any]]], at: datetime) -> None:
        """By the name of the assumption: whether it holds, None where that is not known, and all that is said of it.

        What was not found out this time does not replace what was once.
        """
        with self._engine.begin() as connection:
            for name, (holds, line) in facts.items():
                row = {"holds": holds, "line": json.dumps(line, ensure_ascii=False), "at": iso(at)}
                insert = insert_into(self._engine, probes).values(fact=name, **row)
                known = insert.on_conflict_do_nothing()
                connection.execute(
                    known if holds is None else insert.on_conflict_do_update(index_elements=["fact"], set_=row)
                )

    def holds(self, name: str) -> bool | None:
        """Whether an assumption held when it was last asked for; None where that is not known."""
        with self._engine.connect() as connection:
            held: bool | None = connection.scalar(sa.select(probes.c.holds).where(probes.c.fact == name))
        return held
