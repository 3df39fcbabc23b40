"""Answers every request from saved pages instead of the network, as if they were fetched now.

ARCHIVE_REPLAY_FROM is a WARC, a .wacz or a folder of them, or a folder as ``wget -x`` lays it.
"""

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self

from scrapy import Request
from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.crawler import Crawler
from scrapy.http import Headers, Response
from scrapy.responsetypes import responsetypes
from scrapy.settings import BaseSettings
from scrapy.utils.asyncio import run_in_thread

from crawler.archive.one_of_a_crawl import one_of_a_crawl
from crawler.replay.content_encoding import content_encodings
from crawler.replay.saved_site import SavedSite
from crawler.times import BEIJING, parse_time
from crawler.warc.captures import Captures, DamagedCapture, has_captures
from crawler.warc.findings import findings
from crawler.warc.received import DATALOSS
from crawler.warc.saved_response import SavedResponse

logger = logging.getLogger(__name__)
NOT_SAVED = "not_saved"  # the flag of a 404 that nobody sent
CAPTURED_AT = "captured_at"  # the request's meta: when the response was received that is replayed


class Replay:
    """An add-on: with ARCHIVE_REPLAY_FROM set, http and https are answered by ReplayDownloadHandler."""

    def update_settings(self, settings: BaseSettings) -> None:
        """Nothing is fetched, so nothing needs to be polite. Raises ValueError for a bad ARCHIVE_REPLAY_AT."""
        if not settings.get("ARCHIVE_REPLAY_FROM"):
            return
        replay_at(settings.get("ARCHIVE_REPLAY_AT") or "")  # a download handler's error would be one per page
        handler = f"{__name__}.{ReplayDownloadHandler.__name__}"
        handlers = settings.getdict("DOWNLOAD_HANDLERS") | {"http": handler, "https": handler}  # in the place of ours
        settings.set("DOWNLOAD_HANDLERS", handlers, "project")
        for name in ("ROBOTSTXT_OBEY", "AUTOTHROTTLE_ENABLED", "DOWNLOAD_DELAY", "RETRY_ENABLED"):
            settings.set(name, 0, "cmdline")
        settings.set("DOWNLOAD_SLOTS", {}, "cmdline")
        settings.set("CONCURRENT_REQUESTS_PER_DOMAIN", settings.getint("CONCURRENT_REQUESTS"), "cmdline")


class ReplayDownloadHandler(BaseDownloadHandler):
    """Answers from saved pages; a page that was not saved is a 404, counted ``archive/replay/missing``."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        assert crawler.stats
        self._stats = crawler.stats
        path = Path(crawler.settings["ARCHIVE_REPLAY_FROM"]).expanduser()
        if path.is_dir() and not has_captures(path):
            self._find: Callable[[str], SavedResponse | None] = SavedSite(path).find
            return
        captures = Captures(path, replay_at(crawler.settings.get("ARCHIVE_REPLAY_AT") or ""))
        counts, lines = findings(captures)
        for reason, count in counts.items():
            self._stats.inc_value(f"archive/replay/{reason}", count)
        for line in lines:
            logger.warning("captures: %s", line)
        self._find = captures.get

    @classmethod
    @one_of_a_crawl
    def from_crawler(cls, crawler: Crawler) -> Self:
        """A crawler's handler, shared by http and https: an index is read once."""
        return cls(crawler)

    async def download_request(self, request: Request) -> Response:
        """The saved response to `request`."""
        request.meta.pop(CAPTURED_AT, None)
        try:
            saved = await run_in_thread(self._find, request.url)
        except DamagedCapture as error:
            self._stats.inc_value(f"archive/replay/{error.reason}")
            logger.error("capture not replayed: %s", error)
            saved = None
        if saved is None:
            self._stats.inc_value("archive/replay/missing")
            return Response(request.url, status=404, flags=[NOT_SAVED])
        if saved.date:
            request.meta[CAPTURED_AT] = saved.date
        headers = _headers(saved)
        if "Content-Encoding" in headers and not content_encodings(saved):
            self._stats.inc_value("archive/replay/not_encoded")
            del headers["Content-Encoding"]
        flags = [DATALOSS] if saved.truncated else []
        response_class = responsetypes.from_args(headers=headers, url=request.url, body=saved.body)
        return response_class(request.url, status=saved.status, headers=headers, body=saved.body, flags=flags)


def _headers(saved: SavedResponse) -> Headers:
    """All of a name at once: Scrapy copies them with each that is added."""
    by_name: dict[str, list[str]] = {}
    for name, value in saved.headers:
        by_name.setdefault(name.lower(), []).append(value)
    headers = Headers()
    for name, values in by_name.items():
        headers.setlist(name, values)
    return headers


def replay_at(text: str) -> str:
    """ARCHIVE_REPLAY_AT as 14 digits in UTC: an ISO time, in Beijing if it names no zone; a day means its end.

    Raises ValueError for anything else.
    """
    if not text:
        return ""
    if len(text) <= len("2024-03-01"):
        moment = parse_time("ARCHIVE_REPLAY_AT", text, end=True) - timedelta(seconds=1)
    else:
        moment = datetime.fromisoformat(text)
    aware = moment if moment.tzinfo else moment.replace(tzinfo=BEIJING)
    return f"{aware.astimezone(UTC):%Y%m%d%H%M%S}"
