"""What the status page shows, counted."""

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from crawler.archive.bad_values import looks_like_time, parsed_day, parsed_time
from crawler.archive.ledger import FAILED, GIVEN_UP, LISTED
from crawler.archive.reports import Reports
from crawler.archive.runs import Runs
from crawler.archive.slices import Slices
from crawler.archive.tables import articles, entries
from crawler.completeness.completeness import Completeness, completeness
from crawler.times import beijing_day

_RUNS = 15  # shown
_POPULATIONS = 60  # channels and months that are shown
_PARTS = ("posts", "images", "captures", "reports", "manifests", "catalog.db")


@dataclass(frozen=True, slots=True)
class Newest:
    """The article published last. ``date`` is aware."""

    title: str
    url: str
    date: datetime


@dataclass(frozen=True, slots=True)
class Run:
    """A run as its report tells of it; ``outcome`` is empty if it has no report: it goes on, or was killed."""

    started: datetime
    ended: datetime | None
    outcome: str
    reason: str
    archived: int
    revised: int
    failed: int

    @property
    def duration(self) -> timedelta | None:
        return self.ended - self.started if self.ended else None


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of a window of days in Beijing, or of all days; ``runs`` and ``disk`` are always of all.

    ``days``: articles archived per day of publication; ``gaps``: per day, listed and not archived;
    ``unlisted``: days of which no list was read completely. ``failures``: by reason, what is to be
    tried again or was given up. ``layouts``: by month (``2024-03``), articles of each. ``disk``: files and bytes.
    ``completeness``: of the newest months first.
    """

    at: datetime
    newest: Newest | None
    days: dict[date, int]
    gaps: dict[date, int]
    unlisted: frozenset[date]
    failures: Counter[str]
    layouts: dict[str, Counter[str]]
    runs: list[Run]
    disk: dict[str, tuple[int, int]]
    completeness: Sequence[Completeness] = ()

    @property
    def articles(self) -> int:
        return sum(self.days.values())


def collect(engine: sa.Engine, root: Path, at: datetime, since: date | None, until: date | None) -> Figures:
    """The figures of the archive at `root` from `since` to `until`, both included; `at` is now."""
    first, last = since or date.min, until or date.max
    gaps, failures = _gaps(engine, first, last)
    days, layouts = _articles(engine, first, last)
    return Figures(
        at=at,
        newest=_newest(engine),
        days=days,
        gaps=gaps,
        unlisted=frozenset(day for day in _unlisted(engine) if first <= day <= last),
        failures=failures,
        layouts=layouts,
        runs=sorted([*_unended(engine), *_reported(root)], key=lambda run: run.started, reverse=True)[:_RUNS],
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


def _newest(engine: sa.Engine) -> Newest | None:
    query = sa.select(articles.c.title, articles.c.url, articles.c.date).where(looks_like_time(articles.c.date))
    query = query.order_by(articles.c.date.desc()).limit(1)
    with engine.connect() as connection:
        row = connection.execute(query).first()
    date = parsed_time(row.date) if row else None
    return Newest(row.title, row.url, date) if row and date else None


def _gaps(engine: sa.Engine, first: date, last: date) -> tuple[dict[date, int], Counter[str]]:
    query = sa.select(entries.c.day, entries.c.state, entries.c.reason, sa.func.count())
    query = query.where(entries.c.state.in_([LISTED, FAILED, GIVEN_UP]))
    days: Counter[date] = Counter()
    failures: Counter[str] = Counter()
    with engine.connect() as connection:
        for text, _state, reason, count in connection.execute(query.group_by(*query.selected_columns[:3])):
            if (day := parsed_day(text)) and first <= day <= last:
                days[day] += count
                failures[reason or "not_tried"] += count
    return dict(days), failures


def _unlisted(engine: sa.Engine) -> Iterator[date]:
    for failed in Slices(engine).failures():
        start, end = parsed_time(failed["start"]), parsed_time(failed["end"])
        while start and end and start < end:
            yield beijing_day(start)
            start += timedelta(days=1)


def _unended(engine: sa.Engine) -> Iterator[Run]:
    for _name, started in Runs(engine).unended()[:_RUNS]:
        yield Run(started, None, "", "", 0, 0, 0)


def _reported(root: Path) -> Iterator[Run]:
    """The runs of the newest reports; a report that lacks something is left out."""
    for report in islice(Reports(root).newest(), _RUNS):
        with suppress(ValueError, KeyError, TypeError, AttributeError):
            yield _run(report)


def _run(report: dict[str, Any]) -> Run:
    return Run(
        started=datetime.fromisoformat(report["started_at"]),
        ended=datetime.fromisoformat(report["ended_at"]),
        outcome=str(report["outcome"]),
        reason=str(report["reason"]),
        archived=int(report["counts"].get("record_article/archived", 0)),
        revised=int(report["counts"].get("record_article/revised", 0)),
        failed=sum(failure["state"] in (FAILED, GIVEN_UP) for failure in report["failures"]),
    )


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
