"""How each channel's list was read: what of it is known, how often it is read on, and what that proves.

A reading goes from the list's top, page by page, to where everything was known, or to its end. It is
told from the others by a number, not by a time: what a list shows first while it is being read is
known once that reading is complete, however long it takes and whatever the clock does meanwhile.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from crawler.archive.bad_values import parsed_time
from crawler.archive.database import insert_into
from crawler.archive.proofs import BY_LIST, Proofs
from crawler.archive.slices import SHORT_ANSWER, Slice, Slices
from crawler.archive.tables import listed, readings
from crawler.times import beijing_day, iso, iso_or_none

_MOST_SHORT = 3  # times in a row that a list may end too early until what it left out is entered as a gap
_MOST_PAGES_ON = 12  # list requests a channel and day of Beijing to pages above which nothing was new

_OF_CHANNEL = sa.select(readings).where(readings.c.channel == sa.bindparam("channel"))
_TIMES_READ = sa.select(readings.c.times_read).where(readings.c.channel == sa.bindparam("channel")).scalar_subquery()
_KNOWN = sa.select(listed.c.doc_id).where(
    listed.c.channel == sa.bindparam("channel"),
    listed.c.doc_id.in_(sa.bindparam("doc_ids", expanding=True)),
    listed.c.times_read < _TIMES_READ,
)


@dataclass(frozen=True, slots=True)
class Remembered:
    """What the complete readings of a channel's list left: how often it was read, and what it showed last.

    ``total`` is the API's word, ``newest`` the newest ctime seen, ``deep_at`` when it was last read on
    although nothing was new; ``excess``: by how much the total was too high when it was last read to its end.
    """

    times_read: int = 0
    total: int | None = None
    newest: datetime | None = None
    deep_at: datetime | None = None
    excess: int = 0


@dataclass(frozen=True, slots=True)
class Reading:
    """A reading that came to its end, in one word ``how``.

    ``is_complete``: everything above what was known, or all that the list shows, was listed. ``begun``:
    when the first page came; ``total`` and ``newest`` are to be remembered. ``first_day``: from it on, to
    the day of ``begun``, no entry of the list is missing, which ``by`` proves. ``lowest`` is how far down in time
    it came. ``excess``: of the total over the entries of a list that was read to its end.
    """

    channel: str
    begun: datetime
    how: str
    is_complete: bool
    is_deep: bool = False
    count: int = 0
    total: int | None = None
    newest: datetime | None = None
    first_day: date | None = None
    lowest: datetime | None = None
    by: str = BY_LIST
    excess: int | None = None


class Readings:
    """On the archive's engine."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def of(self, channel: str) -> Remembered:
        """What is remembered of a channel's list."""
        with self._engine.connect() as connection:
            row = connection.execute(_OF_CHANNEL, {"channel": channel}).mappings().first()
        if row is None:
            return Remembered()
        times = parsed_time(row["newest_at"]), parsed_time(row["deep_at"])
        return Remembered(row["times_read"], row["total"], *times, row["excess"] or 0)

    def known(self, doc_ids: Collection[str], channel: str) -> set[str]:
        """Those of a page's entries that a complete reading of the channel's list, or what came before it, had."""
        with self._engine.connect() as connection:
            return set(connection.scalars(_KNOWN, {"channel": channel, "doc_ids": list(doc_ids)}))

    def may_read_on(self, channel: str, at: datetime) -> bool:
        """Takes one from the pages that may be asked for today although nothing is new; False: none is left."""
        today, of_channel = str(beijing_day(at)), readings.c.channel == channel
        spent = sa.case((readings.c.spent_on == today, readings.c.spent), else_=0)
        update = sa.update(readings).where(of_channel, spent < _MOST_PAGES_ON).values(spent=spent + 1, spent_on=today)
        with self._engine.begin() as connection:
            return connection.execute(update).rowcount > 0

    def was_tried(self, channel: str, at: datetime) -> bool:
        """True if on that day of Beijing the channel's list was read completely, or asked for in vain."""
        with self._engine.connect() as connection:
            row = connection.execute(_OF_CHANNEL, {"channel": channel}).mappings().first()
        if row is None:
            return False
        read_at = parsed_time(row["complete_at"]) if row["times_read"] else None
        return str(beijing_day(at)) in (row["spent_on"], str(read_at and beijing_day(read_at)))

    def tried(self, channel: str, at: datetime) -> None:
        """The channel's list was asked for in vain."""
        values = {"spent_on": str(beijing_day(at)), "spent": 1}
        row = {"channel": channel, "complete_at": iso(at), "times_read": 0} | values
        insert = insert_into(self._engine, readings).values(row)
        with self._engine.begin() as connection:
            connection.execute(insert.on_conflict_do_update(index_elements=["channel"], set_=values))

    def end(self, reading: Reading) -> None:
        """A reading came to its end, and all that it showed is listed."""
        is_complete, short = reading.is_complete, 0
        before = self.of(reading.channel)
        if reading.how == SHORT_ANSWER:
            is_complete, short = self._fell_short(reading, before)
        if not is_complete:
            values: dict[str, object] = {"short": short}
        else:
            newest = max(filter(None, (before.newest, reading.newest)), default=None)
            values = {"times_read": before.times_read + 1, "complete_at": iso(reading.begun), "short": 0}
            values |= {"total": reading.total, "newest_at": iso_or_none(newest)}
            values |= {"deep_at": iso(reading.begun)} if reading.is_deep else {}
            values |= {} if reading.excess is None else {"excess": reading.excess}
        row = {"channel": reading.channel, "times_read": 0, "complete_at": iso(reading.begun)} | values
        insert = insert_into(self._engine, readings).values(row)
        with self._engine.begin() as connection:
            if is_complete or before.times_read:
                connection.execute(insert.on_conflict_do_update(index_elements=["channel"], set_=values))
            if reading.first_day:
                last_day = beijing_day(reading.begun)
                Proofs(self._engine).enter(
                    reading.channel, reading.first_day, last_day, reading.begun, reading.by, connection
                )

    def _fell_short(self, reading: Reading, before: Remembered) -> tuple[bool, int]:
        """Whether the reading is to be taken for complete all the same, and how often in a row it fell short.

        A list that shows only its newest pages will not show what lies between them and what was known: that
        time is entered as a slice that failed, which `scrapy coverage` names until a backfill lists it.
        """
        with self._engine.connect() as connection:
            of_channel = sa.select(readings.c.short).where(readings.c.channel == reading.channel)
            short = (connection.scalar(of_channel) or 0) + 1
        if short < _MOST_SHORT:
            return False, short
        if before.newest and reading.lowest and before.newest < reading.lowest:
            gap = Slice(reading.channel, before.newest, reading.lowest)
            Slices(self._engine).failed(gap, SHORT_ANSWER, reading.count, reading.total)
        return True, 0
