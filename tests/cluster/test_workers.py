"""Several processes share one backfill, whichever of them come, die and go."""

import shutil
import signal
from collections import Counter
from pathlib import Path

import pytest

from crawler.run.outcome import CLOSED, INTERRUPTED, LOCKED
from tests.cluster.conftest import DAYS, PER_DAY
from tests.support.crawling import ROOT
from tests.support.workers import Workers

ALL = DAYS * PER_DAY
SOON = {"ARCHIVE_LEASE": 4}  # seconds until a killed worker counts as dead


def archived(crew: Workers) -> int:
    """So far: the workers are writing."""
    return crew.archive.posted()


def assert_whole(crew: Workers) -> None:
    """Every article once: as a file, in the catalog, in the ledger."""
    assert len(crew.archive.posts()) == ALL
    assert crew.rows("SELECT count(*), max(revision) FROM articles") == [(ALL, 1)]
    assert crew.rows("SELECT state, count(*) FROM entries GROUP BY state") == [("archived", ALL)]
    assert crew.rows("SELECT state, count(*) FROM slices GROUP BY state") == [("done", DAYS)]


def test_three_workers_share_a_backfill_and_ask_for_every_page_once(crew: Workers) -> None:
    for _ in range(3):
        crew.start()
    assert crew.wait() == [0, 0, 0], crew.logs()
    assert_whole(crew)
    assert Counter(crew.requests()).most_common(1)[0][1] == 1
    shares = [report["counts"].get("record_article/archived", 0) for report in crew.reports()]
    assert sum(shares) == ALL
    assert min(shares) > ALL / 10
    assert crew.keys() == set()


def test_the_work_of_a_worker_that_is_killed_is_taken_over(crew: Workers) -> None:
    killed, *_ = [crew.start(**SOON) for _ in range(3)]
    crew.until(lambda: archived(crew) > ALL / 10)
    crew.kill(killed)
    assert crew.wait() == [-signal.SIGKILL, 0, 0], crew.logs()
    assert_whole(crew)
    assert sum(report["counts"].get("cluster/taken_over", 0) for report in crew.reports()) > 0
    assert crew.keys() == set()


def test_a_worker_that_is_added_later_joins(crew: Workers) -> None:
    first = crew.start(CONCURRENT_REQUESTS=4)
    crew.until(lambda: archived(crew) > 0)
    first.send_signal(signal.SIGSTOP)
    before = archived(crew)
    crew.start()
    crew.until(lambda: archived(crew) > before)
    first.send_signal(signal.SIGCONT)
    assert crew.wait() == [0, 0], crew.logs()
    assert_whole(crew)
    assert all(report["counts"]["record_article/archived"] for report in crew.reports())


def test_a_worker_that_is_told_to_stop_leaves_the_rest_to_the_others(crew: Workers) -> None:
    stopped, _ = crew.start(), crew.start()
    crew.until(lambda: archived(crew) > ALL / 10)
    stopped.send_signal(signal.SIGTERM)
    assert crew.wait() == [INTERRUPTED, 0], crew.logs()
    assert_whole(crew)
    assert not any("cluster/taken_over" in report["counts"] for report in crew.reports())


def test_when_all_are_killed_the_same_command_goes_on_where_they_were(crew: Workers) -> None:
    for _ in range(2):
        crew.start(**SOON)
    crew.until(lambda: archived(crew) > ALL / 4)
    for process in crew.processes:
        crew.kill(process)
    crew.start(**SOON)
    assert crew.wait()[-1] == 0, crew.logs()
    assert_whole(crew)
    assert crew.reports()[-1]["counts"]["cluster/taken_over"] > 0


def test_when_redis_loses_everything_no_worker_takes_the_crawl_for_finished_that_is_not(crew: Workers) -> None:
    for _ in range(2):
        crew.start(CONCURRENT_REQUESTS=1)
    crew.until(lambda: archived(crew) > 0 and all(crew.held(process) for process in crew.processes))
    crew.forget()
    statuses = crew.wait()  # one that still waited for the start makes it anew, and so may finish all
    assert statuses == [CLOSED, CLOSED] or (set(statuses) == {0, CLOSED} and archived(crew) == ALL), crew.logs()
    assert "the run ended early: queue_lost" in {report["reason"] for report in crew.reports()}
    crew.start()
    assert crew.wait()[-1] == 0, crew.logs()
    assert_whole(crew)


def test_without_redis_data_the_catalog_is_enough_to_go_on(crew: Workers) -> None:
    crew.start()
    crew.until(lambda: archived(crew) > ALL / 4)
    crew.kill(crew.processes[0])
    crew.forget()
    crew.start()
    assert crew.wait()[-1] == 0, crew.logs()
    assert_whole(crew)


@pytest.fixture
def other_code(tmp_path: Path) -> Path:
    """A checkout with one line more."""
    root = tmp_path / "other"
    for name in ("crawler", "pipelines"):
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "scrapy.cfg", root)
    (root / "tests").symlink_to(ROOT / "tests")
    with (root / "crawler/sina/boilerplate_markup.py").open("a", encoding="utf-8") as source:
        source.write("# a change\n")
    return root


def test_a_worker_with_other_code_is_refused_and_the_first_one_goes_on(crew: Workers, other_code: Path) -> None:
    first = crew.start(CONCURRENT_REQUESTS=4)
    crew.until(lambda: archived(crew) > 0)
    first.send_signal(signal.SIGSTOP)
    assert crew.start(other_code).wait(60) == LOCKED, crew.logs()
    first.send_signal(signal.SIGCONT)
    assert crew.wait()[0] == 0, crew.logs()
    refusal = crew.log(1).read_text(encoding="utf-8")
    assert f"process {first.pid} on " in refusal
    assert "which runs other code" in refusal
    assert_whole(crew)


def test_a_run_of_one_machine_and_workers_refuse_each_other(crew: Workers) -> None:
    first = crew.start(CONCURRENT_REQUESTS=4)
    crew.until(lambda: archived(crew) > 0)
    first.send_signal(signal.SIGSTOP)
    alone = crew.start(ARCHIVE_REDIS_URL="")
    without_database = crew.start(ARCHIVE_REDIS_URL="", ARCHIVE_DATABASE_URL="")
    assert (alone.wait(60), without_database.wait(60)) == (LOCKED, LOCKED), crew.logs()
    assert "is locked by process" in crew.log(1).read_text(encoding="utf-8")
    first.send_signal(signal.SIGCONT)
    assert crew.wait()[0] == 0
