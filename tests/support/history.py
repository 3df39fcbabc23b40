"""Runs sina_history against web archives of the tests' own, without a pace."""

import asyncio
import json
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from scrapy import Request
from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.http import Headers, Response
from scrapy.responsetypes import responsetypes

from crawler.warc.received import DATALOSS
from tests.support import runner
from tests.support.crawling import ROOT, SCRAPY, environment
from tests.support.sites import Story
from tests.support.webarchive.fake_common_crawl import FakeCommonCrawl
from tests.support.webarchive.fake_internet_archive import FakeInternetArchive
from tests.support.webarchive.holdings import Holding
from tests.support.webarchive.loopback import ask

NOWHERE = "http://127.0.0.1:9"  # nobody answers at this port
DAY = datetime(2016, 3, 10, 4, tzinfo=UTC)
_RUNS = count(1)
_LONGEST = 90  # seconds


@dataclass(frozen=True)
class HistoryRun:
    """A run that has ended: its exit status, its log, its report, where there is one, and its stats."""

    status: int
    log: list[str]
    report: dict[str, Any] | None
    stats: dict[str, Any]

    @property
    def counts(self) -> dict[str, int]:
        """Those of the report."""
        assert self.report
        return dict(self.report["counts"])

    def said(self, text: str) -> bool:
        """Whether a line of the log has it."""
        return any(text in line for line in self.log)


def story(number: int, text: str = "初稿", created: datetime = DAY) -> Story:
    """An article of 2016, of several paragraphs."""
    paragraphs = (
        f"{text}{number}：三月的港口吞吐量比上月有所回升，",
        "业内人士认为，下半年的订单仍然要看海外的需求。" * 3,
    )
    return Story(f"fxaaaaa{number:07}", f"港口观察之{number}", paragraphs, created)


def capture(of: Story, after: timedelta = timedelta(days=1), **changes: Any) -> Holding:
    """Its page as a web archive has it, captured some time `after` its publication."""
    url = changes.pop("url", of.url)
    return Holding(url, of.created.astimezone(UTC) + after, of.page().encode(), **changes)


class FromLoopback(BaseDownloadHandler):
    """Asks over a socket, in a thread: a run in the process of the tests has no reactor."""

    async def download_request(self, request: Request) -> Response:
        """The answer as it came."""
        sent = {name.decode(): b", ".join(values).decode() for name, values in request.headers.items()}
        status, pairs, body = await asyncio.to_thread(ask, request.url, **sent)
        headers = Headers()
        for name, value in pairs:
            headers.appendlist(name, value)
        length = int(headers.get("Content-Length") or len(body))
        flags = [DATALOSS] if len(body) < length else []
        kind = responsetypes.from_args(headers=headers, url=request.url, body=body)
        return kind(request.url, status=status, headers=headers, body=body, flags=flags)


def settings_of(
    folder: Path, internet_archive: FakeInternetArchive | None, common_crawl: FakeCommonCrawl | None
) -> dict[str, Any]:
    """Of a run into the archive in `folder`; a web archive that is not given is where nobody answers."""
    common_crawl_url = common_crawl.url if common_crawl else NOWHERE
    slots = ("internet_archive_index", "internet_archive", "common_crawl_index", "common_crawl")
    return {
        "ARCHIVE_DIR": str(folder),
        "ARCHIVE_INTERNET_ARCHIVE_URL": internet_archive.url if internet_archive else NOWHERE,
        "ARCHIVE_COMMON_CRAWL_INDEX_URL": common_crawl_url,
        "ARCHIVE_COMMON_CRAWL_DATA_URL": common_crawl_url,
        "ARCHIVE_BUSY_WAIT": "0m",
        "ARCHIVE_EXTRACT_WORKERS": 1,
        "RETRY_TIMES": 1,
        "DOWNLOAD_SLOTS": {slot: {"concurrency": 4, "delay": 0} for slot in slots},
    }


def history(
    folder: Path,
    internet_archive: FakeInternetArchive | None = None,
    common_crawl: FakeCommonCrawl | None = None,
    arguments: dict[str, str] | None = None,
    **settings: Any,
) -> HistoryRun:
    """One run to its end, in this process, for the articles of DAY; an archive that is not given is not asked."""
    given = {"internet_archive": internet_archive, "common_crawl": common_crawl}
    names = ",".join(name for name, server in given.items() if server)
    days = {"since": f"{DAY:%Y-%m-%d}", "until": f"{DAY:%Y-%m-%d}"}
    handlers = {"DOWNLOAD_HANDLERS": dict.fromkeys(("http", "https"), FromLoopback)}
    ours = settings_of(folder, internet_archive, common_crawl) | handlers | settings
    wanted = (days if arguments is None else arguments) | ({"archives": names} if names else {})
    at = datetime.now(UTC) + timedelta(seconds=next(_RUNS))  # two runs of a process in one second have one name
    result = asyncio.run(runner.crawl(ours, wanted, at, spider="sina_history"))
    return _run(folder, result.status, result.log, result.stats)


def command(
    folder: Path,
    internet_archive: FakeInternetArchive | None = None,
    common_crawl: FakeCommonCrawl | None = None,
    *arguments: str,
    **settings: Any,
) -> list[str]:
    """The words of ``scrapy crawl sina_history`` with these archives."""
    ours = settings_of(folder, internet_archive, common_crawl) | settings
    values = {name: json.dumps(value) if isinstance(value, dict) else value for name, value in ours.items()}
    words = [word for name, value in values.items() for word in ("-s", f"{name}={value}")]
    return [*SCRAPY, "crawl", "sina_history", *words, *arguments]


def process(folder: Path, *words: str) -> HistoryRun:
    """Such a command to its end."""
    done = subprocess.run(words, cwd=ROOT, env=environment(), capture_output=True, text=True, timeout=_LONGEST)
    return _run(folder, done.returncode, (done.stderr + done.stdout).splitlines(), {})


def _run(folder: Path, status: int, log: list[str], stats: dict[str, Any]) -> HistoryRun:
    reports = sorted((folder / "reports").glob("*.json"), key=lambda path: path.stat().st_mtime_ns)
    report = json.loads(reports[-1].read_text(encoding="utf-8")) if reports else None
    return HistoryRun(status, log, report, stats)
