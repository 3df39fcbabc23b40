"""Until when each day of a channel was proved complete, and by what."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from crawler.archive.database import insert_into, writing
from crawler.archive.slices import Slices
from crawler.archive.tables import proofs
from crawler.times import iso

BY_LIST, BY_WINDOW, BY_COLUMN = "list", "window", "column"


@dataclass(frozen=True, slots=True)
class Proof:
    """At ``complete_at``, ISO in UTC, nothing that the list showed of a day was missing in the ledger.

    ``by``: BY_LIST, which was read on to before the day; BY_WINDOW, a backfill; BY_COLUMN, a column's page, of
    the column's own days. What enters the day's list later is seen by the next proof.
    """

    complete_at: str
    by: str


class Proofs:
    """On the archive's engine: of lists from the table of proofs, of windows from that of slices."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def enter(
        self, channel: str, first: date, last: date, at: datetime, by: str, within: sa.Connection | None = None
    ) -> None:
        """The days from `first` to `last` are complete; older proofs of no other days go."""
        key = {"channel": channel, "first_day": str(first), "last_day": str(last)}
        row = {"complete_at": iso(at), "by": by}
        older = sa.delete(proofs).where(
            proofs.c.channel == channel,
            proofs.c.first_day >= str(first),
            proofs.c.last_day <= str(last),
            proofs.c.complete_at <= iso(at),
        )
        with writing(self._engine, within) as connection:
            connection.execute(older)
            connection.execute(insert_into(self._engine, proofs).values(key | row).on_conflict_do_nothing())

    def of(self, days: set[tuple[str, str]]) -> dict[tuple[str, str], Proof]:
        """The newest proof of each of some days, by day and channel; a day that never was proved is left out."""
        ranges = defaultdict(list)
        with self._engine.connect() as connection:
            for row in connection.execute(sa.select(proofs)):
                ranges[row.channel].append((row.first_day, row.last_day, Proof(row.complete_at, row.by)))
        windows = {key: Proof(at, BY_WINDOW) for key, at in Slices(self._engine).complete_days().items()}
        newest = {}
        for day, channel in days:
            of_day = [proof for first, last, proof in ranges[channel] if first <= day <= last]
            of_day += [windows[day, channel]] if (day, channel) in windows else []
            if of_day:
                newest[day, channel] = max(of_day, key=lambda proof: proof.complete_at)
        return newest
