"""The shared scheduler, whose worker may be killed between any two commands to Redis."""

import contextlib
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from redis import Redis
from scrapy import Request
from scrapy.crawler import Crawler

from crawler.cluster.crew import crawl_key
from crawler.cluster.leased_queue import LeasedQueue
from crawler.cluster.scheduler import SharedScheduler
from crawler.cluster.seen_articles import SeenArticles
from crawler.spiders.sina_finance import SinaFinanceSpider

ARTICLE = Request("https://finance.sina.com.cn/china/2024-03-01/doc-inaaaaaa0001013.shtml", meta={"doc_id": "a"})
MOST = 6  # commands to Redis that one request may take


class Killed(BaseException):
    """Nobody catches it, as nobody catches a signal."""


class MortalRedis(Redis):
    """A worker's connection, which sends so many commands more."""

    left = MOST

    def execute_command(self, *words: Any, **options: Any) -> Any:
        if not self.left:
            raise Killed
        self.left -= 1
        return super().execute_command(*words, **options)


@pytest.fixture
def server(redis: str) -> Iterator[MortalRedis]:
    with MortalRedis.from_url(redis) as server:
        yield server


@pytest.fixture
def scheduler(server: MortalRedis, crawler: Crawler) -> SharedScheduler:
    """Of a crawl that nobody else knows."""
    spider = SinaFinanceSpider.from_crawler(crawler)
    spider.arguments = {"crawl": uuid.uuid4().hex}
    scheduler = SharedScheduler(server)
    scheduler.spider = spider
    scheduler.queue = LeasedQueue(server, spider, f"{crawl_key(spider)}requests")
    scheduler.df = SeenArticles(server, f"{crawl_key(spider)}seen")
    return scheduler


def counts(scheduler: SharedScheduler, redis: str) -> tuple[int, int]:
    """How many requests are known, and how many wait."""
    key = crawl_key(scheduler.spider)
    with Redis.from_url(redis) as server:
        return server.scard(f"{key}seen"), server.zcard(f"{key}requests")


@pytest.mark.parametrize("commands", range(MOST))
def test_a_worker_that_is_killed_leaves_no_request_that_is_known_and_waits_nowhere(
    scheduler: SharedScheduler, server: MortalRedis, redis: str, commands: int
) -> None:
    server.left = commands
    with contextlib.suppress(Killed):
        scheduler.enqueue_request(ARTICLE)
    known, waiting = counts(scheduler, redis)
    assert known == waiting


def test_an_article_waits_once_and_what_is_to_be_asked_again_does_every_time(
    scheduler: SharedScheduler, server: MortalRedis, redis: str
) -> None:
    server.left = 100
    again = ARTICLE.replace(dont_filter=True, priority=1)
    assert [scheduler.enqueue_request(request) for request in (ARTICLE, ARTICLE, again)] == [True, False, True]
    assert counts(scheduler, redis) == (1, 2)
    taken = scheduler.next_request()
    assert taken and taken.priority == 1  # the highest priority first
