"""What is not proved whole is not read: a body cut in its middle looks like an edited article."""

import logging
from http import HTTPStatus
from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.retry import get_retry_request
from scrapy.http import Response

from crawler.run.refusals import NotRead
from crawler.warc.received import prove_whole
from crawler.webarchive.content_coding import TOO_LARGE, NotDecoded

logger = logging.getLogger(__name__)
_GONE = (HTTPStatus.NOT_FOUND, HTTPStatus.GONE)


class ProveWhole:
    """A downloader middleware before HttpCompression, which takes what there is of a stream that was cut off.

    It asks again as Scrapy's RetryMiddleware does, which hears of no exception that a response raises.
    """

    def __init__(self, crawler: Crawler, most: int, retries: bool) -> None:
        """`most`: bytes that a decoded body may have, where a request says nothing else."""
        assert crawler.stats
        self._crawler = crawler
        self._stats = crawler.stats
        self._most = most
        self._retries = retries

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        settings = crawler.settings
        return cls(crawler, settings.getint("DOWNLOAD_MAXSIZE"), settings.getbool("RETRY_ENABLED"))

    def process_request(self, request: Request) -> None:
        """What is cut off is to come here, and not to end in the client: it is captured first."""
        request.meta["download_fail_on_dataloss"] = False

    def process_response(self, request: Request, response: Response) -> Request | Response:
        """The response, or the request for it anew. Raises NotRead if that was the last attempt."""
        try:
            prove_whole(response, request.meta.get("download_maxsize", self._most))
        except NotDecoded as error:
            self._stats.inc_value(f"archive/prove_whole/{error.reason}")
            if response.status >= HTTPStatus.BAD_REQUEST and response.status not in _GONE:
                response.headers.pop("Content-Encoding", None)
                return response.replace(body=b"")  # the status says enough: nothing is read
            if again := self._again(request, error):
                return again
            raise NotRead(error.reason, f"{response.url}: {error}") from error
        return response

    def _again(self, request: Request, error: NotDecoded) -> Request | None:
        """The request for another attempt, if there is one left, and it can be of use."""
        if not self._retries or request.meta.get("dont_retry") or error.reason == TOO_LARGE:
            return None
        assert self._crawler.spider
        return get_retry_request(request, spider=self._crawler.spider, reason=error.reason)
