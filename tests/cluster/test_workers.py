"""Several processes share one backfill, whichever of them come, die and go."""

import signal
from collections import Counter

from tests.cluster.conftest import DAYS, PER_DAY
from tests.cluster.workers import Workers

ALL = DAYS * PER_DAY


def archived(crew: Workers) -> int:
    return len(crew.archive.posts())


def assert_whole(crew: Workers) -> None:
    """Every article once: as a file, in the catalog, in the ledger."""
    assert archived(crew) == ALL
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
    killed, *_ = [crew.start() for _ in range(3)]
    crew.until(lambda: archived(crew) > ALL / 4)
    killed.send_signal(signal.SIGKILL)
    assert crew.wait() == [-signal.SIGKILL, 0, 0], crew.logs()
    assert_whole(crew)
    assert sum(report["counts"].get("cluster/taken_over", 0) for report in crew.reports()) > 0
    assert crew.keys() == set()
