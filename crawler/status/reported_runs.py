"""The runs that the status page shows: as their reports tell of them, and those without one."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from crawler.archive.bad_values import parsed_time
from crawler.archive.ledger import FAILED, GIVEN_UP
from crawler.archive.reports import Reports
from crawler.archive.runs import Runs

_SHOWN = 15


@dataclass(frozen=True, slots=True)
class Run:
    """One run. Without a report it goes on, or was killed: then ``outcome`` and ``report`` are empty.

    ``report``: its path in the archive; ``shortened``: articles whose new text is far shorter than the old one.
    """

    started: datetime
    ended: datetime | None = None
    outcome: str = ""
    reason: str = ""
    archived: int = 0
    revised: int = 0
    failed: int = 0
    report: str = ""
    shortened: Sequence[str] = ()

    @property
    def duration(self) -> timedelta | None:
        return self.ended - self.started if self.ended else None


def last_runs(engine: sa.Engine, root: Path) -> list[Run]:
    """The newest first."""
    unended = [Run(started) for _, started in Runs(engine).unended()[:_SHOWN]]
    return sorted([*unended, *_reported(root)], key=lambda run: run.started, reverse=True)[:_SHOWN]


def _reported(root: Path) -> Iterator[Run]:
    """The runs of the newest reports; a report that lacks something is left out."""
    for path, report in islice(Reports(root).newest(), _SHOWN):
        with suppress(ValueError, KeyError, TypeError, AttributeError):
            yield _run(path, report)


def _run(name: str, report: dict[str, Any]) -> Run:
    started, ended = parsed_time(report["started_at"]), parsed_time(report["ended_at"])
    if not started or not ended:
        raise ValueError(f"{name}: no times of a run")
    return Run(
        started=started,
        ended=ended,
        outcome=str(report["outcome"]),
        reason=str(report["reason"]),
        archived=int(report["counts"].get("record_article/archived", 0)),
        revised=int(report["counts"].get("record_article/revised", 0)),
        failed=sum(failure["state"] in (FAILED, GIVEN_UP) for failure in report["failures"]),
        report=name,
        shortened=tuple(str(article["url"]) for article in report.get("shortened", ())),
    )
