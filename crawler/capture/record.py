"""Keeps every response as it was received, in a WARC, before anything else reads it.

Scrapy has taken the transfer chunking off, and written the headers' names in its own capitals, before
this sees a response. So a record holds the payload without chunking, and a Transfer-Encoding header
would stand there as ``X-Archive-Orig-Transfer-Encoding``. Content encodings stay on.
"""

import json
import logging
import os
import platform
from http import HTTPStatus
from importlib.metadata import version
from io import BytesIO
from typing import Self
from urllib.parse import urldefrag, urlsplit

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.http import Headers, Response
from scrapy.http.request import NO_CALLBACK
from scrapy.statscollectors import StatsCollector
from scrapy.utils.asyncio import run_in_thread
from scrapy.utils.misc import load_object
from sqlalchemy.exc import SQLAlchemyError
from warcio.recordbuilder import RecordBuilder
from warcio.statusandheaders import StatusAndHeaders

from crawler.capture.page_key import page_key
from crawler.capture.replay import CAPTURED_AT, NOT_SAVED
from crawler.capture.seen_payloads import Payload, SeenPayloads
from crawler.capture.spool import Spool
from crawler.capture.warc_writer import WarcWriter
from crawler.items import Capture
from crawler.locations import archive_url, captures_dir, database_url
from crawler.moments import iso, now
from crawler.storage import ObjectStore

logger = logging.getLogger(__name__)
_NOT_RECEIVED = {"cached", NOT_SAVED}  # flags of responses that nobody sent now
_REPORT = "crawler.extensions.run_report.RunReport"  # it names the run; a part of a run is no import for an archive
_SECRET = {"authorization", "cookie", "proxy-authorization"}
_PHRASES = {status.value: status.phrase for status in HTTPStatus}
_LIBRARIES = ("Scrapy", "Twisted", "warcio", "trafilatura", "lxml")


class NotRecorded(OSError):
    """A response could not be kept, so it is not read either: of what is archived there is a capture."""


class RecordCaptures:
    """The downloader middleware closest to the network. Where a record is stands in ``meta["capture"]``."""

    def __init__(self, writer: WarcWriter, seen: SeenPayloads, stats: StatsCollector) -> None:
        self._writer = writer
        self._seen = seen
        self._stats = stats
        self._builder = RecordBuilder(warc_version="1.1")

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        settings = crawler.settings
        if not settings.getbool("ARCHIVE_CAPTURE_ENABLED"):
            raise NotConfigured("ARCHIVE_CAPTURE_ENABLED is 0")
        assert crawler.stats
        report = crawler.get_extension(load_object(_REPORT))
        run = report.run if report else f"{now():%Y%m%dT%H%M%SZ}-{os.getpid()}"
        url = archive_url(settings)
        spool = Spool(captures_dir(settings), ObjectStore(url) if url else None)
        spool.take_up()
        most = settings.getint("ARCHIVE_CAPTURE_MAX_BYTES")
        writer = WarcWriter(spool.folder, run, most, _warcinfo(run, crawler), spool.closed)
        middleware = cls(writer, SeenPayloads(database_url(settings), spool.holds), crawler.stats)
        crawler.signals.connect(middleware.close, signals.spider_closed)
        return middleware

    async def process_response(self, request: Request, response: Response) -> Response:
        """Raises NotRecorded if the disk refuses the capture of a response that is to be parsed."""
        request.meta.pop("capture", None)
        if _NOT_RECEIVED & set(response.flags):
            return response
        date = iso(request.meta.get(CAPTURED_AT) or now())
        try:
            request.meta["capture"] = await run_in_thread(self.record, request, response, date)
        except OSError as error:
            self._stats.inc_value("archive/capture/failed")
            logger.error("not captured: %s: %s", request.url, error)
            if request.callback is not NO_CALLBACK:  # robots.txt is obeyed all the same
                raise NotRecorded(f"{request.url}: {error}") from error
        else:
            self._stats.inc_value("archive/capture/responses")
        return response

    def record(self, request: Request, response: Response, date: str) -> Capture:
        """Writes response and request; of a payload that an earlier record holds, a revisit. Raises OSError."""
        url = urldefrag(response.url).url
        named = {"WARC-Date": date} | ({"WARC-IP-Address": str(response.ip_address)} if response.ip_address else {})
        head = _response_head(response)
        record = self._builder.create_warc_record(
            url, "response", BytesIO(response.body), len(response.body), http_headers=head, warc_headers_dict=named
        )
        digest = record.rec_headers.get_header("WARC-Payload-Digest")
        page = page_key(url)
        earlier = self._earlier(page, digest) if response.body else None
        if earlier:
            record = self._builder.create_revisit_record(url, digest, earlier.url, earlier.date, head, named)
        named = {"WARC-Date": date, "WARC-Concurrent-To": record.rec_headers.get_header("WARC-Record-ID")}
        asked = self._builder.create_warc_record(
            url, "request", BytesIO(request.body), len(request.body), http_headers=_request_head(request),
            warc_headers_dict=named,
        )  # fmt: skip
        capture = self._writer.append([record, asked])
        if response.body and not earlier:
            assert capture.file
            self._remember(page, Payload(digest, url, date, capture.file))
        return capture

    def close(self) -> None:
        """Closes the file. If that fails, the next run finishes it."""
        try:
            self._writer.close()
            self._seen.close()
        except (OSError, SQLAlchemyError) as error:
            logger.error("captures not closed: %s", error)

    def _earlier(self, page: str, digest: str) -> Payload | None:
        try:
            return self._seen.find(page, digest)
        except SQLAlchemyError as error:
            logger.warning("earlier captures not looked up: %s", error)
            return None

    def _remember(self, page: str, payload: Payload) -> None:
        try:
            self._seen.remember(page, payload)
        except SQLAlchemyError as error:
            logger.warning("captures not remembered: %s", error)


def _response_head(response: Response) -> StatusAndHeaders:
    headers = [
        (f"X-Archive-Orig-{name}" if name.lower() == "transfer-encoding" else name, value)
        for name, value in _headers(response.headers)
    ]
    return StatusAndHeaders(
        f"{response.status} {_PHRASES.get(response.status, '')}".rstrip(), headers, protocol="HTTP/1.1"
    )


def _request_head(request: Request) -> StatusAndHeaders:
    """As it is sent, but for credentials."""
    parts = urlsplit(request.url)
    target = f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}"
    host = [] if b"Host" in request.headers else [("Host", parts.netloc.rpartition("@")[2])]
    headers = host + [(name, value) for name, value in _headers(request.headers) if name.lower() not in _SECRET]
    return StatusAndHeaders(f"{target} HTTP/1.1", headers, protocol=request.method)


def _headers(headers: Headers) -> list[tuple[str, str]]:
    return [
        (name.decode("latin-1"), value.decode("latin-1"))
        for name in headers
        for value in headers.getlist(name)
    ]  # fmt: skip


def _warcinfo(run: str, crawler: Crawler) -> dict[str, str]:
    """Who made the file, and how."""
    settings = crawler.settings
    versions = [f"Python/{platform.python_version()}", *(f"{name}/{version(name)}" for name in _LIBRARIES)]
    return {
        "software": f"{settings['BOT_NAME']} ({', '.join(versions)})",
        "format": "WARC File Format 1.1",
        "conformsTo": "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
        "isPartOf": run,
        "operator": settings.get("ARCHIVE_CONTACT") or "",
        "robots": "obey" if settings.getbool("ROBOTSTXT_OBEY") else "ignore",
        "http-header-user-agent": settings["USER_AGENT"],
        "arguments": json.dumps(getattr(crawler.spider, "arguments", {}), ensure_ascii=False),
        "replayed-from": str(settings.get("ARCHIVE_REPLAY_FROM") or ""),
    }
