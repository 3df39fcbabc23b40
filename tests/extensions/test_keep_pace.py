"""A host gets the pace that it asks for; over real sockets."""

import signal
import subprocess
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from tests.support.archives import Archive
from tests.support.crawling import ROOT, SCRAPY, environment
from tests.support.local_sina import LocalSina, crawl, local_sina, reply, settings_of
from tests.support.sites import Site, stories

HOST = "finance.sina.com.cn"
PATHS = [one.url.partition("://")[2] for one in stories(10)]


@pytest.fixture
def sina(tmp_path: Path) -> Iterator[LocalSina]:
    """Ten articles."""
    with local_sina(Site(tmp_path / "site").add(*stories(10))) as server:
        yield server


def gaps(sina: LocalSina) -> list[float]:
    """The seconds between requests for articles."""
    times = [asked.at for asked in sina.asked if "/doc-i" in asked.url]
    return [later - earlier for earlier, later in pairwise(times)]


def http_date(seconds: float) -> str:
    """The moment `seconds` from now."""
    return time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(time.time() + seconds))


@pytest.mark.parametrize("status", [429, 503])
def test_a_host_that_asks_for_seconds_gets_them_and_then_all_is_fetched(
    sina: LocalSina, tmp_path: Path, status: int
) -> None:
    busy = reply(status, Retry_After="2")
    sina.answers[PATHS[-1]] = lambda before: reply(200, stories(10)[-1].page()) if before else busy
    run = crawl(sina, tmp_path / "archive", CONCURRENT_REQUESTS_PER_DOMAIN=1, DOWNLOAD_DELAY=0.1, RETRY_TIMES=2)
    assert (run.status, len(sina.articles)) == (0, 11)
    assert gaps(sina)[sina.articles.index(PATHS[-1])] > 1.9
    assert run.report
    assert run.report["counts"]["pace/retry_after"] == 1
    assert len(Archive(sina.site, tmp_path / "archive").posts()) == 10


def test_a_date_is_understood_too(sina: LocalSina, tmp_path: Path) -> None:
    good = reply(200, stories(10)[-1].page())
    sina.answers[PATHS[-1]] = lambda before: good if before else reply(503, Retry_After=http_date(3))
    run = crawl(sina, tmp_path / "archive", CONCURRENT_REQUESTS_PER_DOMAIN=1, DOWNLOAD_DELAY=0.1, RETRY_TIMES=2)
    assert run.status == 0
    assert max(gaps(sina)) > 1  # dates have no parts of a second


@pytest.mark.parametrize("wait", ["3600", "9" * 400, "Fri, 31 Dec 9999 23:59:59 GMT"])
def test_a_host_that_asks_for_longer_is_not_asked_any_more(sina: LocalSina, tmp_path: Path, wait: str) -> None:
    sina.answers[PATHS[5]] = reply(429, Retry_After=wait)
    run = crawl(sina, tmp_path / "archive", CONCURRENT_REQUESTS_PER_DOMAIN=1, DOWNLOAD_DELAY=0.1, RETRY_TIMES=2)
    assert run.status == 19
    assert f"asked_to_wait (exit status 19): {HOST} answered 429 and asks us to wait" in run.log[-1]
    assert sina.articles[-1] == PATHS[5]
    asked = len(sina.articles)
    archive = Archive(sina.site, tmp_path / "archive")
    now = "strftime('%Y-%m-%dT%H:%M:%SZ', 'now')"
    query = f"SELECT state, reason, attempts, count(*) FROM entries WHERE next_try_at <= {now} GROUP BY 1, 2, 3"
    assert archive.rows(query) == [("failed", "asked_to_wait", 0, 11 - asked)]
    assert len(archive.posts()) == asked - 1


def test_nor_by_the_next_runs_until_its_time_has_come(sina: LocalSina, tmp_path: Path) -> None:
    sina.answers[PATHS[5]] = reply(429, Retry_After="3600")
    pace = {"CONCURRENT_REQUESTS_PER_DOMAIN": 1, "DOWNLOAD_DELAY": 0.1, "RETRY_TIMES": 2}
    crawl(sina, tmp_path / "archive", **pace)
    del sina.answers[PATHS[5]]
    asked = len(sina.articles)
    run = crawl(sina, tmp_path / "archive", **pace)
    assert (run.status, len(sina.articles)) == (19, asked)
    assert f"{HOST} answered 429 and asks us to wait 1:00:00, that is until " in run.log[-1]
    archive = Archive(sina.site, tmp_path / "archive")
    archive.rows("UPDATE waits SET until = '2024-03-04T04:00:00Z'")
    assert (crawl(sina, tmp_path / "archive", **pace).status, len(archive.posts())) == (0, 10)


def test_a_run_that_is_told_to_stop_does_not_wait_for_the_host(sina: LocalSina, tmp_path: Path) -> None:
    sina.answers[PATHS[5]] = reply(429, Retry_After="300")
    pace = {"CONCURRENT_REQUESTS_PER_DOMAIN": 1, "DOWNLOAD_DELAY": 0.1, "RETRY_TIMES": 2}
    words = [*SCRAPY, "crawl", "sina_finance", *settings_of(sina, tmp_path / "archive", **pace)]
    with subprocess.Popen(words, cwd=ROOT, env=environment(), stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr
        for line in process.stderr:
            if "its requests wait" in line:
                process.send_signal(signal.SIGTERM)
                break
        output = process.stderr.read()
    assert process.returncode == 14
    assert output.splitlines()[-1].endswith("interrupted (exit status 14): the run was told to stop")
    due = Archive(sina.site, tmp_path / "archive").rows(
        "SELECT DISTINCT reason, attempts FROM entries WHERE reason <> ''"
    )
    assert due == [("interrupted", 0)]


def test_what_is_neither_seconds_nor_a_date_is_named(sina: LocalSina, tmp_path: Path) -> None:
    sina.answers[PATHS[0]] = reply(503, Retry_After="soon")
    run = crawl(sina, tmp_path / "archive")
    assert run.status == 0
    assert any("Retry-After is neither seconds nor a date: b'soon'" in line for line in run.log)


@pytest.mark.parametrize("throttle", [0, 1])
def test_a_crawl_delay_is_kept(sina: LocalSina, tmp_path: Path, throttle: int) -> None:
    sina.answers[f"{HOST}/robots.txt"] = reply(200, "User-agent: *\nCrawl-delay: 0.6\n")
    run = crawl(
        sina, tmp_path / "archive", AUTOTHROTTLE_ENABLED=throttle, AUTOTHROTTLE_START_DELAY=0.1, DOWNLOAD_DELAY=0.1
    )
    assert (run.status, len(sina.articles)) == (0, 10)
    assert min(gaps(sina)) > 0.5


def test_a_crawl_delay_lowers_no_delay_and_is_bounded(sina: LocalSina, tmp_path: Path) -> None:
    sina.answers[f"{HOST}/robots.txt"] = reply(200, "User-agent: *\nCrawl-delay: 86400\n")
    settings = {"AUTOTHROTTLE_MAX_DELAY": 0.1, "DOWNLOAD_DELAY": 0.4, "DOWNLOAD_DELAY_JITTER": 0}
    run = crawl(sina, tmp_path / "archive", **settings)
    assert (run.status, len(sina.articles)) == (0, 10)
    assert min(gaps(sina)) > 0.3


def test_a_bad_setting_is_named_before_anything_is_asked(sina: LocalSina, tmp_path: Path) -> None:
    run = crawl(sina, tmp_path / "archive", ARCHIVE_MAX_RETRY_AFTER="soon")
    assert run.status == 2
    assert sina.asked == []
    assert any("ARCHIVE_MAX_RETRY_AFTER" in line for line in run.log)
