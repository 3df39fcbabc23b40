"""A report is a file for a week and a line from then on, and read alike."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from crawler.archive.reports import Reports

NOW = datetime(2024, 3, 20, 12, tzinfo=UTC)
RUNS = [f"{NOW - timedelta(days=days, minutes=minutes):%Y%m%dT%H%M%SZ}-1" for days in (14, 9, 1) for minutes in (9, 0)]


def report(run: str) -> dict[str, Any]:
    return {"run": run, "outcome": "ok", "reason": "读到了"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "reports"
    folder.mkdir()
    for run in RUNS:
        (folder / f"{run}.json").write_text(json.dumps(report(run), indent=1), encoding="utf-8")
    (folder / "notes.json").write_text("{}")
    return folder


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_those_of_a_week_ago_are_a_file_a_day(folder: Path) -> None:
    Reports(folder.parent).fold(NOW)
    assert names(folder) == ["2024-03-06.jsonl", "2024-03-11.jsonl", *(f"{run}.json" for run in RUNS[4:]), "notes.json"]


@pytest.mark.parametrize("is_folded", [False, True])
def test_all_are_read_wherever_they_are(folder: Path, is_folded: bool) -> None:
    reports = Reports(folder.parent)
    if is_folded:
        reports.fold(NOW)
    assert [reports.of(run) for run in RUNS] == [report(run) for run in RUNS]
    assert [each for _, each in reports.newest()] == [report(run) for run in reversed(RUNS)]
    assert reports.of("20240101T000000Z-1") is None


@pytest.mark.parametrize("step", range(4))
def test_one_that_is_killed_loses_and_doubles_none(folder: Path, step: int, monkeypatch: pytest.MonkeyPatch) -> None:
    unlink, steps = Path.unlink, iter(range(step))

    def killed(path: Path, **options: bool) -> None:
        if path.suffix == ".json" and next(steps, None) is None:
            raise KeyboardInterrupt
        unlink(path, **options)

    monkeypatch.setattr(Path, "unlink", killed)
    with pytest.raises(KeyboardInterrupt):
        Reports(folder.parent).fold(NOW)
    assert {each["run"] for _, each in Reports(folder.parent).newest()} == set(RUNS)
    monkeypatch.undo()
    Reports(folder.parent).fold(NOW)
    assert [each for _, each in Reports(folder.parent).newest()] == [report(run) for run in reversed(RUNS)]


def test_what_is_damaged_stays_as_it_is(folder: Path) -> None:
    half = folder / f"{RUNS[0]}.json"
    half.write_text("{")
    (folder / "2024-03-11.jsonl").write_text("no line")
    Reports(folder.parent).fold(NOW)
    assert half.read_text() == "{"
    assert (folder / "2024-03-11.jsonl").read_text() == "no line"
    assert [each["run"] for _, each in Reports(folder.parent).newest()] == [*RUNS[:0:-1]]
