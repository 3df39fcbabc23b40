"""The shared duplicate filter: an article is asked for by one worker, under whatever URL."""

from typing import Self

from scrapy import Request, Spider
from scrapy_redis.connection import from_settings
from scrapy_redis.dupefilter import RFPDupeFilter

from crawler.cluster.crew import crawl_key


class SeenArticles(RFPDupeFilter):  # type: ignore[misc]  # scrapy-redis ships no types
    """scrapy-redis' filter; it knows an article by its doc id. The last worker empties it, see Crew."""

    @classmethod
    def from_spider(cls, spider: Spider) -> Self:
        return cls(from_settings(spider.settings), key=f"{crawl_key(spider)}seen")

    def request_fingerprint(self, request: Request) -> str:
        """A redirection is another request for the same article."""
        if doc_id := request.meta.get("doc_id"):
            return f"{doc_id} {request.meta.get('redirect_times', 0)}"
        return str(super().request_fingerprint(request))
