"""The slices of a backfill: which part of a channel's time is listed completely, and which is to be."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from crawler.archive.bad_values import parsed_time
from crawler.archive.database import insert_into
from crawler.archive.tables import readings, slices
from crawler.times import BEIJING, iso, now, parse_time

SHORT_ANSWER = "short_answer"  # of a list that ends before as many entries as its total came
_SLICE = timedelta(days=1)
_SMALLEST = timedelta(minutes=10)
# One that was walked before its time was over lacks what came after.
_DONE = sa.select(slices.c.channel, slices.c.start, slices.c.end, slices.c.at).where(
    slices.c.state == "done", slices.c.at >= slices.c.end
)


@dataclass(frozen=True, slots=True)
class Slice:
    """The time of a channel from ``start`` up to, not including, ``end``; both aware."""

    channel: str
    start: datetime
    end: datetime

    def holds(self, moment: datetime | None) -> bool:
        """True for a moment in the slice; an entry without a time counts as in it.

        So does one of the very end: whether the API takes its bounds as in or out is not known.
        """
        return moment is None or self.start <= moment <= self.end

    def halves(self) -> "list[Slice]":
        """Two slices in its place, or none where it is too small to be cut."""
        if self.end - self.start < 2 * _SMALLEST:
            return []
        middle = (self.start + (self.end - self.start) / 2).replace(microsecond=0)
        return [Slice(self.channel, self.start, middle), Slice(self.channel, middle, self.end)]


class Slices:
    """On the archive's engine."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def pending(self, channel: str, since: datetime, until: datetime, newest_first: bool) -> list[Slice]:
        """The days of the window that are not done yet, cut at its ends."""
        days = list(_cut(channel, since, until))
        done = self._done(channel, iso(since), iso(until))
        left = [day for day in days if not _is_covered(iso(day.start), iso(day.end), done)]
        return left[::-1] if newest_first else left

    def done(self, part: Slice, count: int, total: int | None) -> None:
        """The slice is listed completely."""
        self._enter(part, "done", None, count, total)

    def failed(self, part: Slice, reason: str, count: int, total: int | None) -> None:
        """The slice is not; the same backfill takes it up again."""
        self._enter(part, "failed", reason, count, total)

    def is_usual(self, part: Slice, count: int, total: int, before: datetime) -> bool:
        """True where the total is too high by as much as the list's totals are: so it says nothing of this answer.

        The list's own was so when it was last read to its end; or the same slice gave the same answer in a run
        `before`, or another slice of the channel did so twice.
        """
        same_slice = (slices.c.start == iso(part.start)) & (slices.c.end == iso(part.end))
        same_answer = (slices.c.found == count) & (slices.c.total == total)
        again = same_slice & same_answer & (slices.c.reason == SHORT_ANSWER) & (slices.c.at < iso(before))
        learned = (slices.c.state == "done") & (slices.c.total - slices.c.found == total - count)
        of_slices = sa.select(slices.c.start).where(slices.c.channel == part.channel, again | learned).limit(1)
        of_list = sa.select(readings.c.excess).where(readings.c.channel == part.channel)
        with self._engine.connect() as connection:
            return connection.scalar(of_list) == total - count or connection.scalar(of_slices) is not None

    def failures(self) -> list[dict[str, object]]:
        """The slices that failed and were not done since, be it by others that cover them."""
        query = sa.select(slices).where(slices.c.state == "failed").order_by(slices.c.channel, slices.c.start)
        with self._engine.connect() as connection:
            failed = [dict(row) for row in connection.execute(query).mappings()]
        return [row for row in failed if not self._is_done(row["channel"], row["start"], row["end"])]

    def complete_days(self) -> dict[tuple[str, str], str]:
        """When each day of Beijing, by day and channel, was walked completely, ISO in UTC."""
        walked: dict[tuple[str, str], list[tuple[str, str, str]]] = defaultdict(list)
        with self._engine.connect() as connection:
            for row in connection.execute(_DONE):
                start, end = parsed_time(row.start), parsed_time(row.end)
                if not start or not end:
                    continue
                for part in _cut(row.channel, start.astimezone(BEIJING), end.astimezone(BEIJING)):
                    day = str(part.start.date()), row.channel
                    walked[day].append((iso(part.start), iso(part.end), row.at))
        return {key: min(at for *_, at in parts) for key, parts in walked.items() if _is_whole(key[0], parts)}

    def _is_done(self, channel: str, start: str, end: str) -> bool:
        return _is_covered(start, end, self._done(channel, start, end))

    def _done(self, channel: str, start: str, end: str) -> list[tuple[str, str]]:
        query = _DONE.where(slices.c.channel == channel, slices.c.start < end, slices.c.end > start)
        with self._engine.connect() as connection:
            return sorted((row.start, row.end) for row in connection.execute(query))

    def _enter(self, part: Slice, state: str, reason: str | None, count: int, total: int | None) -> None:
        key = {"channel": part.channel, "start": iso(part.start), "end": iso(part.end)}
        row = {"state": state, "reason": reason, "found": count, "total": total, "at": iso(now())}
        insert = insert_into(self._engine, slices)
        with self._engine.begin() as connection:
            connection.execute(insert.values(**key, **row).on_conflict_do_update(index_elements=list(key), set_=row))


def _cut(channel: str, since: datetime, until: datetime) -> Iterator[Slice]:
    """Whole days of Beijing, so that another window over the same days finds them done."""
    start = since
    while start < until:
        midnight = start.replace(hour=0, minute=0, second=0) + _SLICE
        yield Slice(channel, start, min(midnight, until))
        start = midnight


def _is_whole(day: str, parts: list[tuple[str, str, str]]) -> bool:
    start = parse_time("day", day)
    return _is_covered(iso(start), iso(start + _SLICE), sorted((first, end) for first, end, _ in parts))


def _is_covered(at: str, end: str, done: list[tuple[str, str]]) -> bool:
    for start, stop in done:
        if start <= at < stop:
            at = stop
    return at >= end
