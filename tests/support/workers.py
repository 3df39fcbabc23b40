"""Workers: processes of ``scrapy crawl`` that share a queue in Redis, a catalog in PostgreSQL and an archive."""

import contextlib
import json
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from redis import Redis
from scrapy.settings import Settings

from tests.support.archives import UNREAD, Archive
from tests.support.crawling import ROOT, environment

_LONGEST = 90  # seconds that workers may take


@dataclass
class Workers:
    """Of the archive of a saved site, all started with the same arguments."""

    archive: Archive
    database: str
    redis: str
    arguments: tuple[str, ...] = ()
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self, root: Path = ROOT, **settings: Any) -> subprocess.Popen[bytes]:
        """One more worker, with the code in `root`; what it says goes to a file beside the archive."""
        shared = {"ARCHIVE_DATABASE_URL": self.database, "ARCHIVE_REDIS_URL": self.redis}
        words = self.archive.command(*self.arguments, **{**shared, "ITEM_PIPELINES": _pipelines(), **settings})
        with self.log(len(self.processes)).open("wb") as log:
            process = subprocess.Popen(
                words, cwd=root, env=environment(PYTHONPATH=str(root)), stdout=log, stderr=subprocess.STDOUT
            )
        self.processes.append(process)
        return process

    def log(self, number: int) -> Path:
        """Of worker `number`, from 0."""
        return self.archive.folder.parent / f"worker-{number}.log"

    def wait(self) -> list[int]:
        """The exit statuses of all of them."""
        return [process.wait(_LONGEST) for process in self.processes]

    def logs(self) -> str:
        """All that they said."""
        return "\n".join(self.log(number).read_text(encoding="utf-8") for number in range(len(self.processes)))

    def reports(self) -> list[dict[str, Any]]:
        """Of those that came to their end."""
        files = sorted((self.archive.folder / "reports").glob("*.json"))
        return [json.loads(file.read_text(encoding="utf-8")) for file in files]

    def requests(self) -> list[str]:
        """The URLs that were asked for, by all of them."""
        log = self.archive.site.folder / "requests.log"
        return log.read_text(encoding="utf-8").splitlines() if log.exists() else []

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """What the catalog answers."""
        engine = sa.create_engine(self.database)
        with engine.connect() as connection:
            found = [tuple(row) for row in connection.execute(sa.text(query))]
        engine.dispose()
        return found

    def until(self, what: Callable[[], object]) -> None:
        """Waits for something to become true while the workers work."""
        end = time.monotonic() + _LONGEST
        while not what():
            assert time.monotonic() < end, self.logs()
            time.sleep(0.05)

    def held(self, process: subprocess.Popen[bytes]) -> int:
        """How many requests a worker has taken and not finished."""
        with Redis.from_url(self.redis) as server:
            return sum(server.zcard(key) for key in server.keys(f"archive:*:held:*-{process.pid}-*"))

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        """Kills a worker that has work in hand."""
        while True:
            self.until(lambda: self.held(process))
            process.send_signal(signal.SIGSTOP)  # so that nothing changes between the look and the kill
            if self.held(process):
                break
            process.send_signal(signal.SIGCONT)
        process.send_signal(signal.SIGKILL)
        process.wait()

    def forget(self) -> None:
        """Redis loses all it holds."""
        with Redis.from_url(self.redis) as server:
            server.flushdb()

    def keys(self) -> set[str]:
        """What Redis holds, without the crawl's name."""
        with Redis.from_url(self.redis) as server:
            return {key.decode().split(":")[2] for key in server.keys("archive:*")}


@contextlib.contextmanager
def workers(archive: Archive, database: str, redis: str, *arguments: str) -> Iterator[Workers]:
    """None of them outlives the test."""
    crew = Workers(archive, database, redis, arguments)
    crew.forget()
    try:
        yield crew
    finally:
        for process in crew.processes:
            if process.poll() is None:
                process.send_signal(signal.SIGKILL)
            process.wait()


def _pipelines() -> dict[str, int | None]:
    """All of them but the one that reads the texts, which these tests don't need."""
    ours = Settings()
    ours.setmodule("crawler.settings")
    return {**ours.getdict("ITEM_PIPELINES"), **UNREAD}
