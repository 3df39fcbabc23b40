"""The download handler of ``wacz://``: captures come out of the file that the spider was given."""

from scrapy import Request
from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.http import Response
from scrapy.utils.asyncio import run_in_thread


class FromWacz(BaseDownloadHandler):
    """Asks nobody; the spider's ``source`` is a WaczSource."""

    async def download_request(self, request: Request) -> Response:
        """What the file has, or a 404 that nobody sent."""
        source = self.crawler.spider.source  # type: ignore[union-attr]  # that of sina_history
        response: Response = await run_in_thread(source.answer, request.url)
        return response
