"""No request leaves the spider's allowed domains, whatever a page or a redirection says."""

from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.offsite import OffsiteMiddleware
from scrapy.exceptions import IgnoreRequest


class OtherSite(IgnoreRequest):
    """The request would have gone to another site."""


class StayOnSite(OffsiteMiddleware):
    """A downloader middleware, in the place of Scrapy's own.

    Scrapy's lets pass the requests that are not to be filtered as duplicates, as those for listings and
    further pages, and where they are redirected to; and it drops others before the spider hears of it.
    """

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        assert crawler.stats
        middleware = cls(crawler.stats)
        middleware.crawler = crawler
        return middleware

    def process_request(self, request: Request) -> None:  # type: ignore[override]  # Scrapy's still takes a spider
        """Raises OtherSite; the request's errback hears of it."""
        assert self.crawler.spider
        if not self.should_follow(request, self.crawler.spider):
            self.stats.inc_value("offsite/filtered")
            raise OtherSite(request.url)
