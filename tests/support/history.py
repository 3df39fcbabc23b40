"""Runs ``scrapy crawl sina_history`` against web archives of the tests' own, as a person does, without a pace."""

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.support.crawling import ROOT, environment
from tests.support.sites import Story
from tests.support.webarchive.fake_common_crawl import FakeCommonCrawl
from tests.support.webarchive.fake_internet_archive import FakeInternetArchive
from tests.support.webarchive.holdings import Holding

NOWHERE = "http://127.0.0.1:9"  # nobody answers at this port
DAY = datetime(2016, 3, 10, 4, tzinfo=UTC)
_LONGEST = 90  # seconds


@dataclass(frozen=True)
class HistoryRun:
    """A run that has ended: its exit status, its log, and its report, where there is one."""

    status: int
    log: list[str]
    report: dict[str, Any] | None

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


def command(folder: Path, internet_archive: str, common_crawl: str, *arguments: str, **settings: Any) -> list[str]:
    """The words of the command. Sina's hosts, and any other, lead nowhere."""
    slots = ("internet_archive_index", "internet_archive", "common_crawl_index", "common_crawl")
    ours = {
        "ARCHIVE_DIR": folder,
        "ARCHIVE_INTERNET_ARCHIVE_URL": internet_archive,
        "ARCHIVE_COMMON_CRAWL_INDEX_URL": common_crawl,
        "ARCHIVE_COMMON_CRAWL_DATA_URL": common_crawl,
        "ARCHIVE_BUSY_WAIT": "0m",
        "ARCHIVE_EXTRACT_WORKERS": 1,
        "RETRY_TIMES": 1,
        "DOWNLOAD_SLOTS": json.dumps({slot: {"concurrency": 4, "delay": 0} for slot in slots}),
    }
    words = [word for name, value in (ours | settings).items() for word in ("-s", f"{name}={value}")]
    return [sys.executable, "-m", "scrapy", "crawl", "sina_history", *words, *arguments]


def history(
    folder: Path,
    internet_archive: FakeInternetArchive | None = None,
    common_crawl: FakeCommonCrawl | None = None,
    arguments: Sequence[str] = ("-a", "since=2016-03-10", "-a", "until=2016-03-10"),
    **settings: Any,
) -> HistoryRun:
    """One run to its end; an archive that is not given is not asked."""
    given = {"internet_archive": internet_archive, "common_crawl": common_crawl}
    archives = ",".join(name for name, server in given.items() if server)
    words = ["-a", f"archives={archives}"] if archives else []
    urls = [server.url if server else NOWHERE for server in given.values()]
    done = subprocess.run(
        command(folder, *urls, *words, *arguments, **settings),
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=_LONGEST,
    )
    reports = sorted((folder / "reports").glob("*.json"), key=lambda path: path.stat().st_mtime_ns)
    report = json.loads(reports[-1].read_text(encoding="utf-8")) if reports else None
    return HistoryRun(done.returncode, (done.stderr + done.stdout).splitlines(), report)
