"""A host is asked no more often by many workers than by one."""

import subprocess
import sys

import pytest
from redis import Redis
from scrapy import Request
from scrapy.http import Response

from crawler.cluster.shared_pace import SharedPace
from tests.support.crawling import ROOT
from tests.support.workers import Workers

DELAY = 0.25
ASK = """
import asyncio, sys, time
from redis import Redis
from scrapy import Request
from crawler.cluster.shared_pace import SharedPace

async def ask(url, delay, count):
    pace = SharedPace(Redis.from_url(url), float(delay), 2)
    async def ask_once():
        await pace.process_request(Request("https://finance.sina.com.cn/"))
        print(time.time(), flush=True)
    await asyncio.gather(*(ask_once() for _ in range(int(count))))

asyncio.run(ask(*sys.argv[1:]))
"""


def assert_paced(times: list[float]) -> None:
    """What a busy machine may take between a turn and the note of its time makes one gap shorter, not the next too."""
    assert times[-1] - times[0] >= (len(times) - 2) * DELAY
    assert all(after - before >= DELAY for before, after in zip(times, times[2:], strict=False))


def test_three_processes_take_turns(redis: str) -> None:
    words = [sys.executable, "-c", ASK, redis, str(DELAY), "5"]
    asking = [subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    times = sorted(float(line) for process in asking for line in process.communicate(timeout=60)[0].split())
    assert len(times) == 15
    assert_paced(times)


def test_workers_keep_to_the_delay_together_and_each_host_has_its_own(crew: Workers) -> None:
    crew.arguments = ("-a", "since=2024-03-01", "-a", "until=2024-03-01")
    handlers = dict.fromkeys(("http", "https"), "tests.support.timed_server.TimedServer")
    polite = {"ADDONS": {"crawler.cluster.addon.Cluster": 300}, "DOWNLOAD_DELAY": DELAY, "ROBOTSTXT_OBEY": 0}
    for _ in range(3):
        crew.start(**polite, DOWNLOAD_HANDLERS=handlers)
    assert crew.wait() == [0, 0, 0], crew.logs()
    lines = (crew.archive.site.folder / "times.log").read_text(encoding="utf-8").split("\n")[:-1]
    articles = sorted(float(line.split()[0]) for line in lines if line.endswith(" finance.sina.com.cn"))
    assert (len(articles), len(lines)) == (30, 32)  # the second page of the list shows that the first was all
    assert_paced(articles)


class TestASlowHost:
    """A slow host gets, as from AutoThrottle, as many connections as may be open, however long an answer takes."""

    @pytest.fixture
    def server(self, redis: str) -> Redis:
        server = Redis.from_url(redis)
        server.flushdb()
        yield server
        server.close()

    def spacing(self, server: Redis) -> float:
        return float(server.hget("archive:pace:a.sina.com.cn", "spacing") or 0)

    def answered(self, server: Redis, latency: float, status: int = 200, delay: float = 1) -> float:
        """The spacing after one answer more."""
        request = Request("https://a.sina.com.cn/", meta={"download_latency": latency})
        SharedPace(server, delay, 2).process_response(request, Response(request.url, status=status))
        return self.spacing(server)

    def test_is_asked_less_often_by_all(self, server: Redis) -> None:
        assert [self.answered(server, 8.0) for _ in range(3)] == [2.5, 3.25, 3.625]

    def test_and_more_often_when_it_recovers_but_never_below_the_delay(self, server: Redis) -> None:
        self.answered(server, 8.0)
        assert [self.answered(server, 0.1) for _ in range(2)] == [1.275, 1.0]

    def test_a_quick_error_does_not_make_it_faster(self, server: Redis) -> None:
        assert self.answered(server, 8.0) == self.answered(server, 0.1, status=503)

    def test_is_asked_once_a_minute_at_least(self, server: Redis) -> None:
        assert max(self.answered(server, 3600.0) for _ in range(3)) == 60
