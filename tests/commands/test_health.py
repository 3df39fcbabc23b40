"""`scrapy health` is 0 after a run that did its job, and 1 after one that did not, long after it, and before any."""

import json
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from crawler.run import outcome
from crawler.times import iso, now
from tests.conftest import Crawled
from tests.support.forked_scrapy import Done, ForkedScrapy, forked_scrapy


@pytest.fixture(scope="module")
def scrapy() -> Iterator[ForkedScrapy]:
    with forked_scrapy() as calls:
        yield calls


def health(scrapy: ForkedScrapy, archive: Path, *words: str) -> Done:
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


def test_the_archive_of_a_run_that_did_its_job_is_healthy(crawled: Crawled, scrapy: ForkedScrapy) -> None:
    done = health(scrapy, crawled.archive, "--max-age", "1d")
    assert done.status == 0
    assert done.stdout.startswith("healthy: run 20")
    assert "ok (exit status 0)" in done.stdout


def test_the_newest_report_counts(tmp_path: Path, scrapy: ForkedScrapy) -> None:
    write_report(tmp_path, "20240305T000000Z-1", exit_status=outcome.LISTING, outcome="listing_failed")
    assert health(scrapy, tmp_path).status == 1
    write_report(tmp_path, "20240305T001000Z-1")
    assert health(scrapy, tmp_path).status == 0


@pytest.mark.parametrize(
    "status", [value for name, value in vars(outcome).items() if name.isupper() and name[0] != "_"]
)
def test_a_run_that_failed_is_unhealthy_and_one_that_was_told_to_stop_is_not(
    tmp_path: Path, scrapy: ForkedScrapy, status: int
) -> None:
    write_report(tmp_path, "20240305T000000Z-1", exit_status=status, outcome="x", reason="why")
    done = health(scrapy, tmp_path)
    is_healthy = status in (0, outcome.INTERRUPTED)
    assert done.status == int(not is_healthy)
    said = f"run 20240305T000000Z-1: x (exit status {status}), 1 min ago: why"
    assert done.stdout == f"{'healthy' if is_healthy else 'unhealthy'}: {said}\n"


def test_a_run_that_is_too_long_ago_is_unhealthy(tmp_path: Path, scrapy: ForkedScrapy) -> None:
    write_report(tmp_path, "20240305T000000Z-1", ended_at=iso(now() - timedelta(hours=2)))
    assert health(scrapy, tmp_path).status == 1
    assert health(scrapy, tmp_path, "--max-age", "3h").status == 0


def test_an_archive_without_a_report_is_unhealthy_and_nothing_is_made(tmp_path: Path, scrapy: ForkedScrapy) -> None:
    done = health(scrapy, tmp_path / "archive")
    assert done.status == 1
    assert done.stdout == f"unhealthy: no run has ended: there is no report in {tmp_path}/archive/reports\n"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"run": "1", "outcome": "ok", "exit_status": 0, "reason": ""}'])
def test_a_report_that_is_none_is_named(crawled: Crawled, tmp_path: Path, scrapy: ForkedScrapy, text: str) -> None:
    shutil.copytree(crawled.archive / "reports", tmp_path / "reports")
    (tmp_path / "reports/30000101T000000Z-1.json").write_text(text)
    done = scrapy("health", ARCHIVE_DIR=str(tmp_path))
    assert (done.status, done.stdout) == (1, "")
    assert done.stderr.startswith(f"{tmp_path}/reports/30000101T000000Z-1.json is no report: ")
    assert done.stderr.count("\n") == 1
