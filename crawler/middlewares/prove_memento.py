"""What a web archive gives is proved to be the capture that its index names, before anything else reads it."""

import asyncio
from http import HTTPStatus
from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Headers, Response
from scrapy.responsetypes import responsetypes
from scrapy.statscollectors import StatsCollector

from crawler.items import COMMON_CRAWL
from crawler.replay.replay import NOT_SAVED
from crawler.run.refusals import NotRead, NotWanted
from crawler.warc.received import DATALOSS
from crawler.webarchive.memento import Memento, NotTheMemento, Original
from crawler.webarchive.replayed_memento import read_memento
from crawler.webarchive.warc_record import read_record


class ProveMemento:
    """A downloader middleware, the closest to the network: it needs the body in all its encodings.

    It knows a request for a capture by ``memento`` in its meta. From here on the response is the archived
    server's, at its own address; ``original`` in the meta is that answer with its provenance.
    """

    def __init__(self, stats: StatsCollector) -> None:
        self._stats = stats

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        assert crawler.stats
        return cls(crawler.stats)

    async def process_response(self, request: Request, response: Response) -> Response:
        """Raises NotRead for what is not proved, and NotWanted for a capture of something else than a page."""
        request.meta.pop("original", None)
        memento: Memento | None = request.meta.get("memento")
        if memento is None or DATALOSS in response.flags or NOT_SAVED in response.flags or _is_own(response, memento):
            return response
        try:
            original = await asyncio.to_thread(_prove, memento, response)
        except NotTheMemento as error:
            self._stats.inc_value(f"archive/prove_memento/{error.reason}")
            raise NotRead(error.reason, str(error)) from error
        if original.status != HTTPStatus.OK:
            raise NotWanted(f"http_{original.status}", f"the capture is an answer {original.status}: {original.url}")
        request.meta["original"] = original
        request.meta.pop("download_maxsize", None)  # it was that of the archive's record
        return _as_it_was(original)


def _is_own(response: Response, memento: Memento) -> bool:
    """True for an error of the archive itself, which says nothing of the capture: it is waited, or asked again."""
    if memento.archive == COMMON_CRAWL:
        return response.status not in (HTTPStatus.OK, HTTPStatus.PARTIAL_CONTENT)
    is_error = response.status >= HTTPStatus.INTERNAL_SERVER_ERROR or response.status == HTTPStatus.TOO_MANY_REQUESTS
    return is_error and "Memento-Datetime" not in response.headers


def _prove(memento: Memento, response: Response) -> Original:
    if memento.archive == COMMON_CRAWL:
        return read_record(memento, response.url, response.body)
    headers = [
        (name.decode("latin-1"), value.decode("latin-1"))
        for name in response.headers
        for value in response.headers.getlist(name)
    ]
    return read_memento(memento, response.url, response.status, headers, response.body)


def _as_it_was(original: Original) -> Response:
    """Without the flags of the archive's answer: the digest says more of its end than they do."""
    headers = Headers()
    for name, value in original.headers:
        headers.appendlist(name, value)
    kind = responsetypes.from_args(headers=headers, url=original.url, body=original.body)
    return kind(original.url, status=original.status, headers=headers, body=original.body)
