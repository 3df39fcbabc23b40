"""What the status page shows, counted."""

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from crawler.archive.bad_values import looks_like_time, parsed_time
from crawler.archive.runs import Runs
from crawler.archive.slices import Slices
from crawler.archive.tables import articles, entries
from crawler.completeness.completeness import Completeness, completeness
from crawler.sina.layouts import UNKNOWN
from crawler.status.missing import Missing, missing
from crawler.status.reported_runs import Run, last_runs
from crawler.times import beijing_day

_POPULATIONS = 60  # channels and months that are shown
_PARTS = ("posts", "images", "captures", "reports", "manifests", "catalog.db")


@dataclass(frozen=True, slots=True)
class Shown:
    """An article that is named. ``date`` is aware; ``path``: of its post in the archive, empty if there is no file."""

    title: str
    url: str
    date: datetime
    path: str = ""


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of a window of days in Beijing, or of all days; ``runs`` and ``disk`` are always of all.

    ``days``: articles archived per day of publication; ``unlisted``: days of which no list was read completely;
    ``is_listed``: whether a list ever showed anything. ``layouts``: by month (``2024-03``), articles of each;
    ``unknown``: the newest article of no known one. ``disk``: files and bytes. ``completeness``: newest months first.
    """

    at: datetime
    newest: Shown | None = None
    unknown: Shown | None = None
    is_listed: bool = False
    days: dict[date, int] = field(default_factory=dict)
    missing: Missing = field(default_factory=Missing)
    unlisted: frozenset[date] = frozenset()
    layouts: dict[str, Counter[str]] = field(default_factory=dict)
    runs: Sequence[Run] = ()
    last_success: datetime | None = None
    disk: dict[str, tuple[int, int]] = field(default_factory=dict)
    completeness: Sequence[Completeness] = ()

    @property
    def articles(self) -> int:
        return sum(self.days.values())


def collect(engine: sa.Engine, root: Path, at: datetime, since: date | None, until: date | None) -> Figures:
    """The figures of the archive at `root` from `since` to `until`, both included; `at` is now."""
    first, last = since or date.min, until or date.max
    days, layouts = _articles(engine, first, last)
    return Figures(
        at=at,
        newest=_newest(engine, root),
        unknown=_newest(engine, root, articles.c.layout == UNKNOWN),
        is_listed=_is_listed(engine),
        days=days,
        missing=missing(engine, first, last),
        unlisted=frozenset(day for day in _unlisted(engine) if first <= day <= last),
        layouts=layouts,
        runs=last_runs(engine, root),
        last_success=Runs(engine).last_success(),
        disk={name: used for name in _PARTS if (used := _size(root / name))[0]},
        completeness=sorted(completeness(engine, since, until), key=lambda row: row.month, reverse=True)[:_POPULATIONS],
    )


def _articles(engine: sa.Engine, first: date, last: date) -> tuple[dict[date, int], dict[str, Counter[str]]]:
    """How many articles every day has, and every layout in every month.

    The database, whichever it is, counts by hour of UTC; here the hours are put together to days in Beijing.
    """
    hour = sa.func.substr(articles.c.date, 1, 13)
    query = sa.select(hour, articles.c.layout, sa.func.count()).group_by(hour, articles.c.layout)
    days: Counter[date] = Counter()
    layouts: dict[str, Counter[str]] = {}
    with engine.connect() as connection:
        for hour_text, layout, count in connection.execute(query):
            moment = parsed_time(f"{hour_text}:00:00Z")
            if moment and first <= (day := beijing_day(moment)) <= last:
                days[day] += count
                layouts.setdefault(f"{day:%Y-%m}", Counter())[layout or "?"] += count
    return dict(sorted(days.items())), dict(sorted(layouts.items()))


def _newest(engine: sa.Engine, root: Path, *which: sa.ColumnElement[bool]) -> Shown | None:
    query = sa.select(articles.c.title, articles.c.url, articles.c.date, articles.c.path)
    query = query.where(looks_like_time(articles.c.date), *which).order_by(articles.c.date.desc()).limit(1)
    with engine.connect() as connection:
        row = connection.execute(query).first()
    date = parsed_time(row.date) if row else None
    return Shown(row.title, row.url, date, row.path if (root / row.path).is_file() else "") if row and date else None


def _is_listed(engine: sa.Engine) -> bool:
    with engine.connect() as connection:
        return connection.execute(sa.select(entries.c.doc_id).limit(1)).first() is not None


def _unlisted(engine: sa.Engine) -> Iterator[date]:
    for failed in Slices(engine).failures():
        start, end = parsed_time(failed["start"]), parsed_time(failed["end"])
        while start and end and start < end:
            yield beijing_day(start)
            start += timedelta(days=1)


def _size(path: Path) -> tuple[int, int]:
    """How many files and bytes there are in a folder or a file; of a database with what SQLite keeps beside it."""
    files = [path, *path.parent.glob(f"{path.name}-*")] if path.is_file() else []
    for folder, _folders, names in os.walk(path):
        files += [Path(folder, name) for name in names]
    sizes = [size for file in files if (size := _bytes(file)) is not None]
    return len(sizes), sum(sizes)


def _bytes(path: Path) -> int | None:
    try:
        return path.stat().st_size
    except OSError:  # gone meanwhile
        return None
