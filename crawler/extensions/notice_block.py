"""Looks at each answer for an article, as it comes from the network, for signs that its host blocks us."""

from typing import Self

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.http import Response

from crawler.run.block_signs import BlockSigns
from crawler.run.host_stops import host_of


class NoticeBlock:
    """What a page says, PageReader tells BlockSigns; this tells the rest."""

    def __init__(self, signs: BlockSigns) -> None:
        self._signs = signs

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        extension = cls(BlockSigns.of(crawler))
        # Scrapy sends it before it takes the next request for the host.
        crawler.signals.connect(extension.response_downloaded, signals.response_downloaded)
        return extension

    def response_downloaded(self, response: Response, request: Request) -> None:
        """Images are other pages' and refused for other reasons; a list that is refused fails its run anyway."""
        is_article = ("doc_id" in request.meta and "image" not in request.meta) or "part_of" in request.meta
        if not is_article:
            return
        location = response.headers.get("Location") or b""
        target = response.urljoin(location.decode("latin-1")) if location else ""
        asked = request.meta.get("redirect_urls", [request.url])[0]
        self._signs.answered(host_of(request), asked, response.status, target)
