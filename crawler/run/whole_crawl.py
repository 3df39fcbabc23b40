"""One crawl in this process, from its beginning to its end."""

import asyncio
from typing import Any

from scrapy import Spider
from scrapy.crawler import Crawler


def whole_crawl(process: Any, crawler: Crawler | type[Spider], **arguments: Any) -> BaseException | None:
    """Returns what kept it from beginning, of which else only a log has the traceback; `process`: a CrawlerProcess."""
    crawling = process.crawl(crawler, **arguments)
    process.start()
    is_over = isinstance(crawling, asyncio.Task) and crawling.done() and not crawling.cancelled()
    return crawling.exception() if is_over else None
