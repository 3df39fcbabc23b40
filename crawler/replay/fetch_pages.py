"""Fetches a few articles to be kept as fixtures, as politely as a crawl does."""

import logging
from collections.abc import AsyncIterator, Iterator
from typing import Any, ClassVar

import scrapy
from scrapy.http import Response
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure

from crawler.run.refusals import reason_of
from crawler.sina.article import parse_page
from crawler.sina.urls import NotAnArticle
from crawler.times import now
from crawler.warc.saved_response import SavedResponse

logger = logging.getLogger(__name__)


class FetchPages(scrapy.Spider):
    """Puts each page by the URL that was asked for into `kept`, or into `lost` why it could not be had.

    The further pages of an article are fetched, too. Nothing is archived, and no catalog is opened.
    """

    name = "fetch_pages"
    allowed_domains: ClassVar = ["sina.com.cn", "sina.cn"]
    custom_settings: ClassVar[dict[str, Any]] = {  # type: ignore[misc]
        "ITEM_PIPELINES": {},
        "EXTENSIONS": {},
        "SPIDER_MIDDLEWARES": {},
        "DOWNLOADER_MIDDLEWARES": {
            "crawler.middlewares.stay_on_site.StayOnSite": 50,
            "crawler.middlewares.prove_whole.ProveWhole": 595,
        },
    }

    def __init__(self, urls: list[str], kept: dict[str, SavedResponse], lost: dict[str, str]) -> None:
        super().__init__()
        self._urls = urls
        self._kept = kept
        self._lost = lost

    async def start(self) -> AsyncIterator[scrapy.Request]:
        """The requests for the articles."""
        for url in self._urls:
            yield self._request(url)

    def parse(self, response: Response, **kwargs: Any) -> Iterator[scrapy.Request]:
        """Keeps a page, its content encoding taken off, and goes on to the next one."""
        self._kept[kwargs["asked"]] = SavedResponse(response.url, response.status, (), response.body, now())
        try:
            page = parse_page(response.body, response.url)
        except NotAnArticle as error:
            logger.info("%s", error)
        else:
            if page.next_url:
                yield self._request(page.next_url)

    def failed(self, failure: Failure) -> None:
        """Notes why a page could not be had."""
        error = failure.value
        reason = f"http_{error.response.status}" if isinstance(error, HttpError) else reason_of(error)
        self._lost[failure.request.cb_kwargs["asked"]] = reason  # type: ignore[attr-defined]  # Scrapy sets it

    def _request(self, url: str) -> scrapy.Request:
        return scrapy.Request(url, self.parse, errback=self.failed, cb_kwargs={"asked": url}, dont_filter=True)
