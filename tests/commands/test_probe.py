"""`scrapy probe` against a simulated Sina of several characters, as a person calls it."""

import json
import re
from datetime import datetime, timedelta
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest
from warcio.archiveiterator import ArchiveIterator

from crawler.archive.lock import archive_lock
from crawler.sina.channels import find_channels
from crawler.sina.roll_api import listing_url
from crawler.sina.urls import mobile_twin
from crawler.times import BEIJING
from tests.support.archives import Archive
from tests.support.forked_scrapy import scrapy
from tests.support.roll_server import ROLL_HANDLERS, RollSite, Unknowns
from tests.support.sites import CHANNEL, story

CHANNELS = (CHANNEL, *find_channels("2516"))
IMAGE = "https://n.sinaimg.cn/finance/cece9e13/20200514/343233024.png"
HOSTS = ("feed.mix.sina.com.cn", "finance.sina.com.cn", "finance.sina.cn", "n.sinaimg.cn")


class Probed:
    """A probe of a Sina that published twelve hours a day up to now."""

    def __init__(self, folder: Path, unknowns: Unknowns) -> None:
        self.site = RollSite(folder / "site", unknowns=unknowns, channels=CHANNELS)
        newest = datetime.now(BEIJING).replace(microsecond=0) - timedelta(minutes=1)
        lids = tuple(channel.lid for channel in CHANNELS)
        for at in range(400):
            self.site.add(story(400 - at, created=newest - at * timedelta(minutes=40), channels=lids))
        self.newest = self.site.listed()[0]
        self.site.put(mobile_twin(self.newest.url), self.newest.page()).put(IMAGE, b"\x89PNG")
        for host in HOSTS:
            self.site.put(f"https://{host}/robots.txt", "User-agent: *\nDisallow: /login/\n")
        self.archive = Archive(self.site, folder / "archive")

    def run(self, *arguments: str) -> CompletedProcess[str]:
        """The command, without waiting between requests."""
        self.site.save()
        settings = self.archive.settings(DOWNLOAD_HANDLERS=ROLL_HANDLERS, ARCHIVE_CAPTURE_ENABLED=1) | {
            "ADDONS": {"crawler.replay.replay.Replay": None},  # it would not ask for robots.txt

            "DOWNLOAD_DELAY": 0, "AUTOTHROTTLE_ENABLED": 0,
        }  # fmt: skip
        words = [
            f"-s{name}={json.dumps(value) if isinstance(value, dict) else value}" for name, value in settings.items()
        ]
        return scrapy("probe", *words, *arguments)

    def facts(self, status: int = 0) -> dict[str, Any]:
        """Whether each assumption holds."""
        done = self.run("--json")
        assert (done.returncode, "Traceback" in done.stderr) == (status, False), done.stderr
        return {line["name"]: line["holds"] for line in json.loads(done.stdout)}

    @property
    def requests(self) -> list[str]:
        return (self.site.folder / "requests.log").read_text().splitlines()


@pytest.fixture
def polite(tmp_path: Path) -> Probed:
    """All assumptions hold."""
    return Probed(tmp_path, Unknowns())


def test_where_all_holds_it_says_so_with_at_most_fifteen_requests(polite: Probed) -> None:
    facts = polite.facts()
    assert facts.pop("column page agrees") is None
    assert set(facts.values()) == {True}
    assert len(polite.requests) <= 15
    assert sum(url.endswith("/robots.txt") for url in polite.requests) == len(HOSTS)


def test_it_prints_what_was_expected_what_is_what_follows_and_whom_to_tell(polite: Probed) -> None:
    done = polite.run()
    assert (done.returncode, done.stderr) == (0, "")
    words = " ".join(done.stdout.split())
    assert re.search(r"num yes expected: num above 50 .* seen: asked for 100, 50 came does: .* tell: nobody", words)


def test_it_keeps_its_answers_as_captures_and_archives_nothing(polite: Probed) -> None:
    polite.facts()
    [path] = (polite.archive.folder / "captures").glob("*.warc.gz")
    with path.open("rb") as file:
        headers = [record.rec_headers for record in ArchiveIterator(file)]
    kept = {line.get_header("WARC-Target-URI") for line in headers if line.get_header("WARC-Type") != "request"}
    assert kept - {None} == set(polite.requests)
    assert polite.archive.posts() == {}
    assert polite.archive.rows("SELECT count(*) FROM entries") == [(0,)]


def test_a_sina_that_ignores_the_window_and_the_cursor_and_pages_a_little(tmp_path: Path) -> None:
    probed = Probed(tmp_path, Unknowns(windows=(), cursor=False, deepest=3, beyond="last", cap=20, late=600))
    facts = probed.facts()
    failing = {"window_155", "window_153", "cursor_155", "num", "beyond the end", "paging", "clock"}
    assert {name for name, holds in facts.items() if holds is False} == failing
    assert len(probed.requests) <= 15


def test_a_backfill_goes_by_what_the_probe_found(tmp_path: Path) -> None:
    probed = Probed(tmp_path, Unknowns(windows=("153",)))
    facts = probed.facts()
    assert (facts["window_155"], facts["window_153"], facts["cursor_155"]) == (False, True, True)
    day = f"{probed.newest.created - timedelta(days=3):%Y-%m-%d}"
    archive = Archive(probed.site, probed.archive.folder, datetime.now(BEIJING), reads=False)
    run = archive.run(settings={"DOWNLOAD_HANDLERS": ROLL_HANDLERS}, since=day, until=day)
    assert (run.status, len(archive.posts())) == (0, 36)
    assert not [url for url in run.requests if "etime" in url]


@pytest.mark.parametrize(
    ("robots", "status", "failing"),
    [
        pytest.param("Disallow: /api/", 10, {"robots feed.mix.sina.com.cn", "list"}, id="the list"),
        pytest.param("Disallow: /china/", 11, {"robots finance.sina.com.cn", "article", "mobile twin"}, id="articles"),
    ],
)
def test_a_sina_whose_robots_forbid_us(polite: Probed, robots: str, status: int, failing: set[str]) -> None:
    for host in HOSTS[:2]:
        polite.site.put(f"https://{host}/robots.txt", f"User-agent: *\n{robots}\n")
    facts = polite.facts(status)
    assert {name for name, holds in facts.items() if holds is False} == failing


@pytest.mark.parametrize(
    ("status", "text"),
    [
        pytest.param(12, "<h1>新版式</h1><p>{time}</p><p>一段文字。</p>", id="another template"),
        pytest.param(11, "<div>新版式</div>", id="no article"),
    ],
)
def test_a_sina_whose_article_is_not_understood(polite: Probed, status: int, text: str) -> None:
    page = "<html><head><title>新版式_新浪网</title></head><body>" + text + "</body></html>"
    polite.site.put(polite.newest.url, page.format(time=f"{polite.newest.created:%Y年%m月%d日 %H:%M}"))
    assert polite.facts(status)["article"] is False


@pytest.mark.parametrize("text", ["<html>busy</html>", '{"result": {"status": {"code": 11}}}'])
def test_a_sina_whose_list_can_not_be_read(polite: Probed, text: str) -> None:
    polite.site.put(listing_url(CHANNEL, 1), text)
    facts = polite.facts(10)
    assert facts["list"] is False
    assert len(polite.requests) == 2


def test_an_archive_that_is_in_use_is_left_alone(polite: Probed) -> None:
    with archive_lock(polite.archive.folder, 0):
        done = polite.run()
    assert (done.returncode, done.stdout.startswith("not asked: ")) == (15, True)
