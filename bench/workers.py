"""One replayed backfill shared by 1, 2 and 4 workers; Redis and PostgreSQL are on this machine, too.

    python -m bench.workers [ARTICLES]

Each worker is a ``scrapy crawl`` with one process beside it that reads the pages. Time is the wall
clock's from the first article to the last. Where answers come at once the processors are the limit;
where each takes its time, waiting is, and what sharing costs shows.
"""

import json
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import psutil
import sqlalchemy as sa

from bench import report
from bench.make_site import make_site
from tests.support.servers import postgres_database, postgres_server, redis_server
from tests.support.serving import HANDLERS

WORKERS = (1, 2, 4)
DELAY = 0.5  # seconds that an answer takes where waiting is the limit


@dataclass(frozen=True, slots=True)
class Shared:
    """One backfill: ``cpu`` is the processor seconds of all workers, ``connections`` the most that they had open."""

    workers: int
    articles: int
    requests: int
    seconds: float
    cpu: float
    connections: int

    @property
    def rate(self) -> float:
        return self.articles / self.seconds


def measure(site: Path, days: int, delay: float, workers: Sequence[int] = WORKERS) -> list[Shared]:
    """One backfill by each number of workers, into an archive of its own each time."""
    behaviour = {"status": {}, "etags": False, "delay": delay, "tick": 0}
    (site / "behaviour.json").write_text(json.dumps(behaviour), encoding="utf-8")
    with postgres_server() as postgres, redis_server() as redis:
        return [_backfill(site, days, count, postgres, redis) for count in workers]


def table(backfills: Sequence[Shared]) -> str:
    """Efficiency: the rate against as many times the first row's rate as there are workers."""
    first = backfills[0]
    rows = []
    for backfill in backfills:
        times = backfill.rate / first.rate
        efficiency = times / (backfill.workers / first.workers)
        cpu = 1000 * backfill.cpu / backfill.articles
        listings = backfill.requests - backfill.articles
        row = [f"{backfill.rate:.0f}", f"{times:.2f}", f"{efficiency:.0%}", f"{cpu:.1f}", f"{listings:,}"]
        rows.append([str(backfill.workers), *row, str(backfill.connections)])
    head = [
        "workers",
        "articles/s",
        "× one worker",
        "efficiency",
        "processor ms an article",
        "listing requests",
        "connections",
    ]
    return report.table(head, rows)


def section(articles: int) -> str:
    """Both tables."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        make_site(articles, folder)
        days = articles // 144 + 2
        at_once, waiting = (measure(folder / "site", days, delay) for delay in (0.0, DELAY))
    return f"""## Workers that share a backfill
{articles:,} articles, one backfill, each worker a crawl and a process that reads pages. Time is from the first
article to the last, processor time with start-up. Redis and PostgreSQL run on the same machine.

Answers come at once, so the processors are the limit, and this machine has {psutil.cpu_count()}: workers beyond
the number of cores only pay for more processes.

{table(at_once)}

An answer takes {DELAY:g} s, as over a network, and a worker has eight requests under way: waiting is the limit, and
each worker adds its own until the processors are used up.

{table(waiting)}"""


def _backfill(site: Path, days: int, count: int, server: str, redis: str) -> Shared:
    with tempfile.TemporaryDirectory() as archive, postgres_database(server) as database:
        words = [sys.executable, "-m", "scrapy", "crawl", "sina_finance", "-a", "since=2021-01-01"]
        words += ["-a", f"until={_day(days)}", "-s", f"DOWNLOAD_HANDLERS={json.dumps(HANDLERS)}"]
        for name, value in {
            "ARCHIVE_DIR": archive, "ARCHIVE_REPLAY_FROM": site, "ARCHIVE_DATABASE_URL": database,
            "ARCHIVE_REDIS_URL": redis, "ARCHIVE_EXTRACT_WORKERS": 1,
        }.items():  # fmt: skip
            words += ["-s", f"{name}={value}"]
        (site / "requests.log").unlink(missing_ok=True)
        ended = threading.Event()
        peaks: list[int] = []
        watching = threading.Thread(target=_watch, args=[database, ended, peaks])
        watching.start()
        before = _children_cpu()
        with (Path(archive) / "log").open("wb") as log:
            crews = [subprocess.Popen(words, stdout=log, stderr=log) for _ in range(count)]
            statuses = [process.wait() for process in crews]
        cpu = _children_cpu() - before
        ended.set()
        watching.join()
        if any(statuses):
            raise RuntimeError((Path(archive) / "log").read_text(encoding="utf-8")[-3000:])
        articles, seconds = _archived(database)
        requests = len((site / "requests.log").read_text(encoding="utf-8").splitlines())
        return Shared(count, articles, requests, seconds, cpu, max(peaks, default=0))


def _archived(database: str) -> tuple[int, float]:
    """How many articles, and the seconds from the first to the last."""
    engine = sa.create_engine(database)
    with engine.connect() as connection:
        query = "SELECT count(*), min(archived_at)::timestamptz, max(archived_at)::timestamptz FROM articles"
        count, first, last = connection.execute(sa.text(query)).one()
    engine.dispose()
    return count, (last - first).total_seconds()


def _watch(database: str, ended: threading.Event, peaks: list[int]) -> None:
    """Counts the workers' connections now and then."""
    engine = sa.create_engine(database, isolation_level="AUTOCOMMIT")  # each look is a new one
    others = "datname = current_database() AND pid <> pg_backend_pid()"
    query = sa.text(f"SELECT count(*) FROM pg_stat_activity WHERE {others}")
    with engine.connect() as connection:
        while not ended.wait(0.5):
            peaks.append(connection.scalar(query) or 0)
    engine.dispose()


def _children_cpu() -> float:
    """Of the processes that have ended, and all that they waited for."""
    times = psutil.Process().cpu_times()
    return float(times.children_user + times.children_system)


def _day(number: int) -> str:
    return str(date(2021, 1, 1) + timedelta(days=number - 1))


def main() -> None:
    """Prints the section of RESULTS.md."""
    print(report.machine(), section(int(sys.argv[1]) if len(sys.argv) > 1 else 2_000), sep="\n\n")


if __name__ == "__main__":
    main()
