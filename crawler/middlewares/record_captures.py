"""Keeps every response as it was received, in a WARC, before anything else reads it."""

import json
import logging
import platform
from collections.abc import Collection, Sequence
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Self

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK
from scrapy.statscollectors import StatsCollector
from sqlalchemy.exc import SQLAlchemyError
from warcio.recordloader import ArcWarcRecord

from crawler.archive.archive import Archive
from crawler.archive.paths import archive_url, captures_dir, has_one_writer
from crawler.archive.storage import ObjectStore
from crawler.archive.unlisted import Unlisted
from crawler.integrity.manifest import is_as_listed
from crawler.items import Capture
from crawler.replay.replay import CAPTURED_AT, NOT_SAVED
from crawler.run.batches import Batches
from crawler.run.identity import Identity
from crawler.times import iso, now
from crawler.warc.dedup import Dedup, Payload
from crawler.warc.records import Exchange, RecordPair
from crawler.warc.spool import Spool
from crawler.warc.urlkey import lookup_key
from crawler.warc.writer import WarcWriter, last_of_day

logger = logging.getLogger(__name__)
_NOT_RECEIVED = {"cached", NOT_SAVED}  # flags of responses that nobody sent now
_BATCH_SIZE = 50  # responses that are written at once
_LIBRARIES = ("Scrapy", "Twisted", "warcio", "trafilatura", "lxml")


class NotRecorded(OSError):
    """A response could not be kept, so it is not read either: of what is archived there is a capture."""


class RecordCaptures:
    """The downloader middleware closest to the network. Where a record is stands in ``meta["capture"]``."""

    def __init__(
        self, writer: WarcWriter, spool: Spool, dedup: Dedup, unlisted: Unlisted, stats: StatsCollector
    ) -> None:
        self._writer = writer
        self._spool = spool
        self._dedup = dedup
        self._unlisted = unlisted
        self._stats = stats
        self._batches = Batches.in_thread(self.record, _BATCH_SIZE)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        settings = crawler.settings
        if not settings.getbool("ARCHIVE_CAPTURE_ENABLED"):
            raise NotConfigured("ARCHIVE_CAPTURE_ENABLED is 0")
        assert crawler.stats
        run = Identity.of(crawler)
        url = archive_url(settings)
        spool = Spool(captures_dir(settings), ObjectStore(url) if url else None)
        archive = Archive.of(crawler)
        names = spool.take_up()
        most = settings.getint("ARCHIVE_CAPTURE_MAX_BYTES")
        last = last_of_day(spool.folder, f"{run.started:%Y%m%d}", most) if has_one_writer(settings) else None
        if last and not _is_as_listed(archive, last):
            last = None
        archive.unlisted.add([f"captures/{name}" for name in (*names, *([last.name] if last else []))])
        writer = WarcWriter(spool.folder, run.name, most, _warcinfo(run.name, crawler), spool.closed, last)
        middleware = cls(writer, spool, Dedup(archive.engine, spool.holds), archive.unlisted, crawler.stats)
        crawler.signals.connect(middleware.close, signals.spider_closed)
        return middleware

    async def process_response(self, request: Request, response: Response) -> Response:
        """Raises NotRecorded if the disk refuses the capture of a response that is to be parsed."""
        request.meta.pop("capture", None)
        if _NOT_RECEIVED & set(response.flags):
            return response
        exchange = self.exchange(request, response)
        if exchange is None:
            return response
        try:
            request.meta["capture"] = await self._batches.do(exchange)
        except OSError as error:
            self._stats.inc_value("archive/capture/failed")
            logger.error("not captured: %s: %s", request.url, error)
            if request.callback is not NO_CALLBACK:  # robots.txt is obeyed all the same
                raise NotRecorded(f"{request.url}: {error}") from error
        else:
            self._stats.inc_value("archive/capture/responses")
        return response

    def exchange(self, request: Request, response: Response) -> Exchange | None:
        """What is to be kept of it; None where that is nothing."""
        return RecordPair(request, response, iso(request.meta.get(CAPTURED_AT) or now()))

    def record(self, exchanges: Sequence[Exchange]) -> list[Capture]:
        """Writes the records of each; of a payload that an earlier record holds, a revisit. Raises OSError."""
        responses = [exchange.response_record() for exchange in exchanges]
        payloads = {
            index: _payload(exchange, responses[index]) for index, exchange in enumerate(exchanges) if exchange.body
        }
        earlier = self._earlier(payloads.values())
        for index, payload in payloads.items():
            if payload.key in earlier:
                responses[index] = exchanges[index].revisit_record(earlier[payload.key])
        records = [
            [record, *exchange.other_records(record)] for exchange, record in zip(exchanges, responses, strict=True)
        ]
        captures = self._writer.append(records)
        new = {index: payload for index, payload in payloads.items() if payload.key not in earlier}
        self._remember([replace(payload, file=captures[index].file) for index, payload in new.items()])
        return captures

    def close(self) -> None:
        """Closes the file. If that fails, the run says so, and the next one finishes it."""
        try:
            self._writer.close()
        except OSError as error:
            self._stats.inc_value("archive/capture/not_closed")
            logger.error("captures not closed, the next run finishes them: %s", error)
        self._spool.close()
        try:
            self._unlisted.add([f"captures/{name}" for name in self._writer.names])
            self._dedup.close()
        except SQLAlchemyError as error:
            logger.warning("captures not remembered: %s", error)
        self._look_for_all()

    def _look_for_all(self) -> None:
        """Someone may have taken the files away while they were written, and no write would fail."""
        if self._spool.unfinished:
            self._stats.inc_value("archive/capture/not_closed", len(self._spool.unfinished))
        for path in self._spool.left:
            self._stats.inc_value("archive/capture/not_stored")
            logger.error("captures not in the store, the next run on this machine puts them there: %s", path)
        for name in self._writer.names:
            if not self._is_held(name):
                self._stats.inc_value("archive/capture/vanished")
                logger.error("captures have vanished: %s", name)

    def _is_held(self, name: str) -> bool:
        try:
            return self._spool.holds(name)
        except OSError as error:
            logger.error("captures not found: %s", error)
            return False

    def _earlier(self, payloads: Collection[Payload]) -> dict[tuple[str, str], Payload]:
        try:
            return self._dedup.find(payloads)
        except SQLAlchemyError as error:
            logger.warning("earlier captures not looked up: %s", error)
            return {}

    def _remember(self, payloads: Collection[Payload]) -> None:
        try:
            self._dedup.remember(payloads)
        except SQLAlchemyError as error:
            logger.warning("captures not remembered: %s", error)


def _payload(exchange: Exchange, record: ArcWarcRecord) -> Payload:
    digest = record.rec_headers.get_header("WARC-Payload-Digest")
    return Payload(lookup_key(exchange.url), digest, exchange.url, exchange.date)


def _is_as_listed(archive: Archive, last: Path) -> bool:
    """Nothing is appended to a file that is damaged, or of which a closed manifest knows."""
    try:
        return is_as_listed(archive.storage, f"captures/{last.name}")
    except OSError as error:
        logger.warning("captures not gone on in: %s", error)
        return False


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
    } | getattr(crawler.spider, "provenance", {})
