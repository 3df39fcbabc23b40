"""Has the root of the last day that is over time-stamped, beside the run and never in its way."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.httpproxy import HttpProxyMiddleware
from scrapy.exceptions import DownloadCancelledError, DownloadTimeoutError, NotConfigured
from scrapy.http import Response
from scrapy.statscollectors import StatsCollector
from sqlalchemy.exc import SQLAlchemyError

from crawler.archive.archive import Archive
from crawler.archive.paths import trusted_certificates
from crawler.times import now

logger = logging.getLogger(__name__)
_PATIENCE = 10  # seconds for an answer; a run that ends before waits for it
_MOST_BYTES = 100_000  # of an answer; with its certificates one has 1 to 8 kB
_HEADERS = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}


class _NoAnswer(Exception):
    """``args``: the reason in one word, and in words."""


class StampRoot:
    """Asks ARCHIVE_TSA_URL when a run begins, and keeps the answer if it is proved; else the next run asks.

    ``download``: answers a request as Scrapy's client does, past the middlewares: it is none of the crawl's.
    """

    def __init__(
        self, archive: Archive, stats: StatsCollector, authority: Request, trusted: Path | None,
        download: Callable[[Request], Awaitable[Response]],
    ) -> None:  # fmt: skip
        self._archive = archive
        self._stats = stats
        self._authority = authority
        self._trusted = trusted
        self._download = download
        self._task: asyncio.Task[None] | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        settings = crawler.settings
        if not settings["ARCHIVE_TSA_URL"] or settings["ARCHIVE_REPLAY_FROM"]:
            raise NotConfigured  # a replay opens no connection
        assert crawler.stats
        headers = _HEADERS | {"User-Agent": settings["USER_AGENT"]}
        patience = min(_PATIENCE, settings.getfloat("DOWNLOAD_TIMEOUT"))
        bounds = {"download_timeout": patience, "download_maxsize": _MOST_BYTES}
        authority = Request(settings["ARCHIVE_TSA_URL"], method="POST", headers=headers, meta=bounds)
        if settings.getbool("HTTPPROXY_ENABLED"):
            HttpProxyMiddleware().process_request(authority)

        async def download(request: Request) -> Response:
            assert crawler.engine
            return await crawler.engine.downloader.handlers.download_request_async(request)

        trusted = trusted_certificates(settings)
        extension = cls(Archive.of(crawler), crawler.stats, authority, trusted, download)
        crawler.signals.connect(extension.spider_opened, signals.spider_opened)
        crawler.signals.connect(extension.spider_closed, signals.spider_closed)
        return extension

    def spider_opened(self) -> None:
        """The run goes on meanwhile."""
        self._task = asyncio.create_task(self._stamp())

    async def spider_closed(self) -> None:
        """Its manifest is to list the stamp."""
        if self._task:
            await self._task

    async def _stamp(self) -> None:
        from crawler.integrity.stamps import keep_token, next_to_stamp  # what only this setting needs
        from crawler.integrity.time_stamp import NoStamp, make_query, token_in

        storage, engine = self._archive.storage, self._archive.engine
        try:
            unstamped = await asyncio.to_thread(next_to_stamp, storage, engine, now())
            if not unstamped:
                return
            query = await asyncio.to_thread(make_query, unstamped.statement)
            answer = await self._ask(query)
            token = await asyncio.to_thread(token_in, answer, query, self._trusted)
            await asyncio.to_thread(keep_token, storage, engine, unstamped.day, token)
        except NoStamp as error:
            self._failed(error.reason, str(error))
        except _NoAnswer as error:
            self._failed(*error.args)
        except (OSError, SQLAlchemyError) as error:
            self._failed("not_written", str(error))
        else:
            self._stats.inc_value("archive/proof/stamped")
            logger.info("the manifests up to %s are time-stamped", unstamped.day)

    async def _ask(self, query: bytes) -> bytes:
        """The body of the answer. Raises _NoAnswer."""
        try:
            response = await self._download(self._authority.replace(body=query))
        except DownloadTimeoutError as error:
            raise _NoAnswer("timeout", f"no whole answer in {self._authority.meta['download_timeout']:g} s") from error
        except DownloadCancelledError as error:
            raise _NoAnswer("too_large", f"an answer of more than {_MOST_BYTES} bytes") from error
        except Exception as error:  # whatever a client's libraries raise, the run goes on
            raise _NoAnswer("no_answer", f"{type(error).__name__}: {error}") from error
        if response.status != 200:
            raise _NoAnswer("bad_status", f"an answer with status {response.status}")
        return response.body

    def _failed(self, reason: str, words: str) -> None:
        self._stats.inc_value(f"archive/proof/{reason}")
        host = urlsplit(self._authority.url).hostname
        logger.warning("no time stamp from %s: %s; the next run asks again", host, words)
