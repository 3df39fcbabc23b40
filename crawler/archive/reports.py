"""The reports of runs: a file each, ``reports/<run>.json``, and after a week a line each in ``reports/<day>.jsonl``.

A run every ten minutes would leave 52,000 files a year.
"""

import json
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any

from crawler.archive.files import is_regular, put_in_place, read_regular

_KEPT = timedelta(days=7)  # as files, which a person opens
_FILE = re.compile(r"(\d{4})(\d{2})(\d{2})T.*\.json")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}\.jsonl")

_Report = dict[str, Any]


class Reports:
    """Those of an archive in a folder. What can't be read is left out, and left where it is."""

    def __init__(self, root: Path) -> None:
        self._folder = root / "reports"
        self._last_day: tuple[str, dict[str, _Report]] = ("", {})

    def of(self, run: str) -> _Report | None:
        """That of a run; asked for in the order of runs, each day's file is read once."""
        day = _day(f"{run}.json")
        if day != self._last_day[0]:
            self._last_day = day, _lines(self._folder / f"{day}.jsonl")
        return _load(self._folder / f"{run}.json") or self._last_day[1].get(run)

    def newest(self) -> Iterator[tuple[str, _Report]]:
        """The newest first, each with the path in the archive where it stands."""
        for name in reversed(self._names(_FILE)):
            if (report := _load(self._folder / name)) is not None:
                yield f"reports/{name}", report
        for name in reversed(self._names(_DAY)):
            for _run, report in sorted(_lines(self._folder / name).items(), reverse=True):
                yield f"reports/{name}", report

    def fold(self, at: datetime) -> None:
        """Makes lines of the files that are more than a week old. Raises OSError.

        A run that is killed meanwhile leaves each report in one place or in both, and the next one does the rest.
        """
        first = f"{at - _KEPT:%Y-%m-%d}"
        old = [name for name in self._names(_FILE) if _day(name) < first and is_regular(self._folder / name)]
        for day, names in groupby(old, key=_day):
            files = {path: report for name in names if (report := _load(path := self._folder / name)) is not None}
            place = self._folder / f"{day}.jsonl"
            held = _lines(place)
            if place.exists() and not held:
                continue  # it is damaged: nothing is written over it
            reports = held | {path.stem: report for path, report in files.items()}
            lines = [f"{json.dumps(reports[run], ensure_ascii=False)}\n" for run in sorted(reports)]
            put_in_place(place, "".join(lines).encode())
            for path in files:
                path.unlink()

    def _names(self, pattern: re.Pattern[str]) -> list[str]:
        if not self._folder.is_dir():
            return []
        return sorted(path.name for path in self._folder.iterdir() if pattern.fullmatch(path.name))


def _day(name: str) -> str:
    """``2024-03-05`` of the name of a report; empty for another one."""
    match = _FILE.fullmatch(name)
    return "-".join(match.groups()) if match else ""


def _load(path: Path) -> _Report | None:
    try:
        report = json.loads(read_regular(path))
    except (OSError, ValueError):
        return None
    return report if isinstance(report, dict) else None


def _lines(path: Path) -> dict[str, _Report]:
    """The reports of a day's file, by run."""
    try:
        reports = [json.loads(line) for line in read_regular(path).splitlines()]
        return {report["run"]: report for report in reports}
    except (OSError, ValueError, KeyError, TypeError):
        return {}
