"""The heat map: a year is weeks of seven days, Monday first; each day has a shade by how much was archived."""

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from crawler.status.figures import Figures

_SHADES = 4


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the map. ``shade``: 0 without articles, to 4; None before the archive begins and after today."""

    day: date
    articles: int
    missing: int
    is_unlisted: bool
    shade: int | None

    @property
    def is_gap(self) -> bool:
        return bool(self.missing or self.is_unlisted)


@dataclass(frozen=True, slots=True)
class Half:
    """January to June or July to December of a year: side by side where there is room, one below the other on a phone.

    ``before``: empty places in front of its first day; ``months``: the week in which each begins, from 1.
    """

    before: int
    days: Sequence[Day]
    months: Sequence[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Year:
    """A year of the map, in two halves."""

    year: int
    halves: Sequence[Half]

    @property
    def articles(self) -> int:
        return sum(day.articles for half in self.halves for day in half.days)

    @property
    def gaps(self) -> int:
        return sum(day.is_gap for half in self.halves for day in half.days)


def years(figures: Figures, today: date) -> list[Year]:
    """Every year that has an article or a gap, the newest first; days after `today` are blank."""
    known = {*figures.days, *figures.missing.days, *figures.unlisted}
    if not known:
        return []
    first, last = min(known), max(today, *known)
    bounds = shade_bounds(list(figures.days.values()))

    def day_of(day: date) -> Day:
        count = figures.days.get(day, 0)
        shade = None if not first <= day <= last else bisect_left(bounds, count) + 1 if count else 0
        return Day(day, count, figures.missing.days.get(day, 0), day in figures.unlisted, shade)

    return [Year(year, _halves(year, day_of)) for year in sorted({day.year for day in known}, reverse=True)]


def shade_bounds(counts: Sequence[int]) -> list[float]:
    """The largest count of every shade but the last: even steps up to a busy day, not to the busiest."""
    busy = sorted(counts)[len(counts) * 19 // 20] if counts else 0
    return [busy * step / _SHADES for step in range(1, _SHADES)]


def _halves(year: int, day_of: Callable[[date], Day]) -> list[Half]:
    bounds = (date(year, 1, 1), date(year, 7, 1), date(year + 1, 1, 1))
    return [_half(start, end, day_of) for start, end in pairwise(bounds)]


def _half(start: date, end: date, day_of: Callable[[date], Day]) -> Half:
    days = [start + timedelta(days=offset) for offset in range((end - start).days)]
    before = start.weekday()
    months = [(day.month, (before + offset) // 7 + 1) for offset, day in enumerate(days) if day.day == 1]
    return Half(before, [day_of(day) for day in days], months)
