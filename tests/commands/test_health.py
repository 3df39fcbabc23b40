"""`scrapy health` is 0 after a run that did its job, and 1 after one that did not, long after it, and before any."""

import json
import shutil
from datetime import timedelta
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

from crawler.run import outcome
from crawler.times import iso, now
from tests.conftest import Crawled
from tests.support.forked_scrapy import scrapy


def health(archive: Path, *words: str) -> CompletedProcess[str]:
    done = scrapy("health", *words, ARCHIVE_DIR=str(archive))
    assert done.stderr == ""
    assert done.stdout.count("\n") == 1
    return done


def write_report(archive: Path, run: str, **changes: Any) -> None:
    """One of a run that did its job a minute ago, but for the changes."""
    report = {"run": run, "outcome": "ok", "exit_status": 0, "reason": "the run did its job"}
    report |= {"ended_at": iso(now() - timedelta(minutes=1))} | changes
    (archive / "reports").mkdir(parents=True, exist_ok=True)
    (archive / f"reports/{run}.json").write_text(json.dumps(report), encoding="utf-8")


def test_the_archive_of_a_run_that_did_its_job_is_healthy(crawled: Crawled) -> None:
    done = health(crawled.archive, "--max-age", "1d")
    assert done.returncode == 0
    assert done.stdout.startswith("healthy: run 20")
    assert "ok (exit status 0)" in done.stdout


def test_the_newest_report_counts(tmp_path: Path) -> None:
    write_report(tmp_path, "20240305T000000Z-1", exit_status=outcome.LISTING, outcome="listing_failed")
    assert health(tmp_path).returncode == 1
    write_report(tmp_path, "20240305T001000Z-1")
    assert health(tmp_path).returncode == 0


@pytest.mark.parametrize(
    "status", [value for name, value in vars(outcome).items() if name.isupper() and name[0] != "_"]
)
def test_a_run_that_failed_is_unhealthy_and_one_that_was_told_to_stop_is_not(tmp_path: Path, status: int) -> None:
    write_report(tmp_path, "20240305T000000Z-1", exit_status=status, outcome="x", reason="why")
    done = health(tmp_path)
    is_healthy = status in (0, outcome.INTERRUPTED)
    assert done.returncode == int(not is_healthy)
    said = f"run 20240305T000000Z-1: x (exit status {status}), 1 min ago: why"
    assert done.stdout == f"{'healthy' if is_healthy else 'unhealthy'}: {said}\n"


def test_a_run_that_is_too_long_ago_is_unhealthy(tmp_path: Path) -> None:
    write_report(tmp_path, "20240305T000000Z-1", ended_at=iso(now() - timedelta(hours=2)))
    assert health(tmp_path).returncode == 1
    assert health(tmp_path, "--max-age", "3h").returncode == 0


def test_an_archive_without_a_report_is_unhealthy_and_nothing_is_made(tmp_path: Path) -> None:
    done = health(tmp_path / "archive")
    assert done.returncode == 1
    assert done.stdout == f"unhealthy: no run has ended: there is no report in {tmp_path}/archive/reports\n"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"run": "1", "outcome": "ok", "exit_status": 0, "reason": ""}'])
def test_a_report_that_is_none_is_named(crawled: Crawled, tmp_path: Path, text: str) -> None:
    shutil.copytree(crawled.archive / "reports", tmp_path / "reports")
    (tmp_path / "reports/30000101T000000Z-1.json").write_text(text)
    done = scrapy("health", ARCHIVE_DIR=str(tmp_path))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"{tmp_path}/reports/30000101T000000Z-1.json is no report: ")
    assert done.stderr.count("\n") == 1
