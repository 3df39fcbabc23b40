"""Text is extracted beside the event loop, and a page that goes wrong goes wrong alone."""

import asyncio
import multiprocessing
import os
import signal
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem

from crawler.run.worker_pool import WorkerPool
from pipelines.extract_body import ExtractBody
from tests.conftest import make_crawler
from tests.support.articles import make_article

# About two seconds of work.
SLOW = "<div>" + "<p>第一季度同比增长3.4%，<strong>增速</strong>回落。</p>" * 8000 + "</div>"


def run(crawler: Crawler, work: Callable[[Any], Awaitable[Any]]) -> Any:
    """What `work` returns for a pipeline that is closed afterwards."""

    async def body() -> Any:
        pipeline = ExtractBody.from_crawler(crawler)
        try:
            return await work(pipeline)
        finally:
            await WorkerPool.of(crawler).close()

    return asyncio.run(body())


@pytest.fixture
def one_worker(tmp_path: Path) -> Crawler:
    return make_crawler(tmp_path, ARCHIVE_EXTRACT_WORKERS="1")


def stats(crawler: Crawler) -> dict[str, Any]:
    assert crawler.stats
    return {k: v for k, v in crawler.stats.get_stats().items() if k.startswith("archive/extract_body/")}


def test_the_markdown_and_the_images_are_filled_in(crawler: Crawler) -> None:
    body = '<div><p>正文<strong>粗</strong></p><p><img src="https://n.sinaimg.cn/1.jpg" alt=""></p></div>'
    article = run(crawler, lambda pipeline: pipeline.process_item(make_article(body_html=body)))
    assert article.markdown == "正文**粗**\n\n![](https://n.sinaimg.cn/1.jpg)"
    assert article.images == ("https://n.sinaimg.cn/1.jpg",)


def test_a_body_without_text_is_dropped_named_and_counted(crawler: Crawler) -> None:
    with pytest.raises(DropItem, match=f"no text: {make_article().url}"):
        run(crawler, lambda pipeline: pipeline.process_item(make_article(body_html="<div><p> </p></div>")))
    assert stats(crawler)["archive/extract_body/empty"] == 1


def test_a_page_that_breaks_the_extraction_is_dropped_named_and_counted(crawler: Crawler) -> None:
    with pytest.raises(DropItem, match=make_article().url):
        run(crawler, lambda pipeline: pipeline.process_item(make_article(body_html="", layout="unknown")))
    assert stats(crawler) == {"archive/extract_body/failed": 1}


def test_the_event_loop_goes_on_while_a_page_is_extracted(one_worker: Crawler) -> None:
    async def work(pipeline: Any) -> int:
        await pipeline.process_item(make_article())  # the worker is there
        slow = asyncio.ensure_future(pipeline.process_item(make_article(body_html=SLOW)))
        turns = 0
        while not slow.done():
            await asyncio.sleep(0.01)
            turns += 1
        await slow
        return turns

    assert run(one_worker, work) > 5, "a loop that is held up goes round once"


@pytest.mark.slow
def test_a_page_over_the_time_bound_fails_alone_and_is_named(tmp_path: Path) -> None:
    crawler = make_crawler(tmp_path, ARCHIVE_EXTRACT_WORKERS="1", ARCHIVE_EXTRACT_TIMEOUT="3")
    slow = make_article(body_html=SLOW * 10, url="https://finance.sina.com.cn/2024-03-04/doc-inaaaaaa0000001.shtml")

    async def work(pipeline: Any) -> list[Any]:
        await pipeline.process_item(make_article())
        articles = [slow, make_article(), make_article()]
        return await asyncio.gather(*map(pipeline.process_item, articles), return_exceptions=True)

    failed, *others = run(crawler, work)
    assert isinstance(failed, DropItem)
    assert str(failed) == f"no text after 3 s: {slow.url}"
    assert all(other.markdown for other in others)
    assert stats(crawler) == {"archive/extract_body/timeout": 1}


def test_a_worker_that_is_killed_takes_one_article_with_it_and_that_is_named(one_worker: Crawler) -> None:
    slow = make_article(body_html=SLOW, url="https://finance.sina.com.cn/2024-03-04/doc-inaaaaaa0000001.shtml")

    async def work(pipeline: Any) -> list[Any]:
        await pipeline.process_item(make_article())
        tasks = [asyncio.ensure_future(pipeline.process_item(article)) for article in (slow, make_article())]
        await asyncio.sleep(0.3)  # the worker is at it
        (worker,) = multiprocessing.active_children()
        assert worker.pid
        os.kill(worker.pid, signal.SIGKILL)
        return await asyncio.gather(*tasks, return_exceptions=True)

    failed, other = run(one_worker, work)
    assert isinstance(failed, DropItem)
    assert slow.url in str(failed)
    assert other.markdown
    assert stats(one_worker) == {"archive/extract_body/failed": 1}


def test_a_closed_pool_leaves_no_worker(crawler: Crawler) -> None:
    run(crawler, lambda pipeline: pipeline.process_item(make_article()))
    assert multiprocessing.active_children() == []


def test_a_run_without_articles_starts_no_worker(crawler: Crawler) -> None:
    async def nothing(_pipeline: Any) -> list[Any]:
        return multiprocessing.active_children()

    assert run(crawler, nothing) == []
