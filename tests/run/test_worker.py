"""A worker loads what its work needs, and no more: there is one on each core, for as long as the crawl lasts."""

import asyncio

from crawler.post.extract import extract
from crawler.rebuild.read_capture import read_capture
from crawler.run.worker_pool import WorkerPool
from crawler.sina.article import parse_page
from tests.support.crawling import SITE
from tests.support.loaded import loaded

_NOT_NEEDED = {"frontmatter", "rich", "scipy", "scrapy", "sqlalchemy", "twisted"}
_PAGE = SITE / "finance.sina.com.cn/roll/2024-03-04/doc-inamqhtv5093318.shtml"


def test_a_worker_loads_only_what_its_work_needs() -> None:
    async def check() -> set[str]:
        pool = WorkerPool(1)
        try:
            url = f"https://{_PAGE.relative_to(SITE)}"
            article = (await pool.run(60, parse_page, _PAGE.read_bytes(), url)).article
            assert (await pool.run(60, extract, article.body_html, article.layout, article.url)).markdown
            await pool.run(60, read_capture, "nowhere", ("none.warc.gz", 0, 0), None, None)
            return await pool.run(60, loaded)
        finally:
            await asyncio.to_thread(pool.stop)

    modules = asyncio.run(check())
    assert {"trafilatura", "lxml", "numpy"} <= modules
    assert modules & _NOT_NEEDED == set()
