"""Scrapy's client with a bound on the head of an answer: its own are on a line, a body, and the time of both."""

from typing import Any

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import (
    HTTP11DownloadHandler,
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
)
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadFailedError
from scrapy.http import Response
from twisted.internet.defer import Deferred
from twisted.python.failure import Failure
from twisted.web._newclient import BODY, DONE
from twisted.web.client import ResponseFailed

from crawler.run.refusals import NotRead

MOST_HEAD = 1 << 16  # bytes of status line and headers, and of the answers 1xx before them; servers send 8 kB at most


class _HeadTooLarge(Exception):
    pass


class BoundHeads(HTTP11DownloadHandler):
    """The download handler for http and https. DOWNLOAD_TIMEOUT bounds the whole of a download, trickles too."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._pool._factory = _BoundFactory

    async def download_request(self, request: Request) -> Response:
        """The response. Raises NotRead for one whose head has no end in sight."""
        try:
            return await super().download_request(request)
        except DownloadFailedError as error:
            cause = error.__cause__
            if isinstance(cause, ResponseFailed) and any(reason.check(_HeadTooLarge) for reason in cause.reasons):
                raise NotRead("absurd_head", f"{request.url}: more than {MOST_HEAD} bytes of headers") from error
            raise


class _BoundProtocol(_LenientHTTP11ClientProtocol):
    _head_size = 0

    def request(self, request: Any) -> "Deferred[Any]":
        self._head_size = 0
        answer = super().request(request)
        if self._parser:
            self._parser.MAX_LENGTH = 2 * MOST_HEAD  # of a line; else what it is named hangs on how it comes in pieces
        return answer

    def dataReceived(self, data: bytes) -> None:
        super().dataReceived(data)  # type: ignore[no-untyped-call]  # Twisted has no types here
        if self._parser and self._parser.state not in (BODY, DONE):
            self._head_size += len(data)
            if self._head_size > MOST_HEAD:
                self._giveUp(Failure(_HeadTooLarge()))  # type: ignore[no-untyped-call]


class _BoundFactory(_LenientHTTP11ClientFactory):
    def buildProtocol(self, _address: Any) -> _BoundProtocol:
        return _BoundProtocol(self._quiescentCallback)  # type: ignore[no-untyped-call]
