"""Saved pages answer for the network: which file stands for which request."""

import asyncio
from pathlib import Path

import pytest
from scrapy import Request
from scrapy.http import HtmlResponse, TextResponse
from scrapy.settings import Settings

from crawler.replay.replay import Replay, ReplayDownloadHandler, SavedSite
from tests.conftest import make_crawler
from tests.support.crawling import SITE


@pytest.fixture
def saved(tmp_path: Path) -> SavedSite:
    """A small site as ``wget -x`` lays it; every file holds its own name."""
    root = tmp_path / "site"
    for name in (
        "a.cn/index.html", "a.cn/page.html", "a.cn/d/index.html", "a.cn/p?x=1&y=2", "a.cn/p?x=1&y=3",
        "a.cn/?q=财&c=news", "a.cn/财.html", "a.cn:8080/page.html", "a.cn/empty?", "a.cn/d/index.html?page=2",
        "w.cn+8080/page.html", "w.cn/p@x=1&y=2", "w.cn/p@x=1&y=3", "w.cn/p?x=1&y=3", "w.cn/me@home.html",
    ):  # fmt: skip
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    (tmp_path / "secret.html").write_text("secret")
    (root / "a.cn/way out.html").symlink_to(tmp_path / "secret.html")
    return SavedSite(root)


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://a.cn/page.html", "a.cn/page.html"),
        ("http://A.CN/page.html#top", "a.cn/page.html"),
        ("http://a.cn", "a.cn/index.html"),
        ("http://a.cn/d/", "a.cn/d/index.html"),
        ("http://a.cn/d", "a.cn/d/index.html"),
        ("http://a.cn/d/?page=2", "a.cn/d/index.html?page=2"),
        ("http://a.cn/p?y=2&x=1", "a.cn/p?x=1&y=2"),
        ("http://a.cn/p?x=1&y=3&_=170&r=0.5&callback=f", "a.cn/p?x=1&y=3"),
        ("http://a.cn/page.html?_=170", "a.cn/page.html"),
        ("http://a.cn/?q=%E8%B4%A2&c=news", "a.cn/?q=财&c=news"),
        ("http://a.cn/%E8%B4%A2.html", "a.cn/财.html"),
        ("http://a.cn:8080/page.html", "a.cn:8080/page.html"),
        ("http://w.cn:8080/page.html", "w.cn+8080/page.html"),
        ("http://w.cn/p?y=2&x=1", "w.cn/p@x=1&y=2"),
        ("http://w.cn/p?x=1&y=3", "w.cn/p?x=1&y=3"),
        ("http://w.cn/me@home.html", "w.cn/me@home.html"),
    ],
    ids=[
        "path", "host in capitals and a fragment", "host alone", "folder", "folder without slash",
        "folder with a query", "query in another order",
        "cache busting", "cache busting alone", "encoded query", "encoded path", "port",
        "port as on Windows", "query as on Windows", "both ways", "no query",
    ],
)  # fmt: skip
def test_a_request_is_answered_by_its_file(saved: SavedSite, url: str, name: str) -> None:
    assert saved.read(url) == name.encode()


@pytest.mark.parametrize(
    "url",
    [
        "http://a.cn/other.html",
        "http://b.cn/page.html",
        "http://a.cn/p",
        "http://a.cn/p?x=1",
        "http://a.cn/p?x=1&y=2&z=3",
        "http://a.cn/page.html?x=1",
        "http://a.cn/../../secret.html",
        "http://a.cn/..%2F..%2Fsecret.html",
        "http://a.cn/way%20out.html",
        "http://../secret.html",
        "http://a.cn/%00",
        f"http://a.cn/{'x' * 300}.html",
    ],
    ids=[
        "page", "host", "no query", "part of the query", "more than the query", "query on a page", "way up",
        "encoded way up", "link out of the site", "host that leads up", "null byte", "endless name",
    ],
)  # fmt: skip
def test_what_was_not_saved_is_not_there(saved: SavedSite, url: str) -> None:
    assert saved.read(url) is None


def test_a_site_that_is_no_folder_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"ARCHIVE_REPLAY_FROM: no such folder: .*nowhere"):
        SavedSite(tmp_path / "nowhere")


def test_a_saved_page_is_a_response_of_its_kind_and_a_missing_one_a_404_that_is_counted(tmp_path: Path) -> None:
    crawler = make_crawler(tmp_path, ARCHIVE_REPLAY_FROM=str(SITE))
    handler = ReplayDownloadHandler.from_crawler(crawler)
    urls = [
        "https://finance.sina.com.cn/roll/2024-03-04/doc-inamqhtv5093318.shtml",
        "https://feed.mix.sina.com.cn/api/roll/get?pageid=155&lid=1686&num=50&page=1",
        "https://finance.sina.com.cn/roll/2024-03-04/doc-inamqhtv0000000.shtml",
    ]

    async def fetch() -> list[object]:
        return [await handler.download_request(Request(url)) for url in urls]

    page, answer, missing = asyncio.run(fetch())
    assert isinstance(page, HtmlResponse)
    assert page.status == 200
    assert isinstance(answer, TextResponse)
    assert answer.json()["result"]["status"]["code"] == 0
    assert missing.status == 404  # type: ignore[attr-defined]
    assert crawler.stats
    assert crawler.stats.get_value("archive/replay/missing") == 1


def test_replay_answers_http_and_https_and_waits_for_nothing() -> None:
    settings = Settings({"ARCHIVE_REPLAY_FROM": "site"})
    settings.setmodule("crawler.settings")
    settings.set("ARCHIVE_REPLAY_FROM", "site", "cmdline")
    Replay().update_settings(settings)
    handlers = settings.getwithbase("DOWNLOAD_HANDLERS")
    assert handlers["http"] == handlers["https"] == "crawler.replay.replay.ReplayDownloadHandler"
    assert not settings.getfloat("DOWNLOAD_DELAY")
    assert not settings.getbool("AUTOTHROTTLE_ENABLED")
    assert not settings.getbool("ROBOTSTXT_OBEY")
    assert not settings.getbool("RETRY_ENABLED")


def test_without_replay_nothing_of_the_politeness_changes() -> None:
    settings = Settings()
    settings.setmodule("crawler.settings")
    settings.set("ARCHIVE_REPLAY_FROM", "")
    before = settings.copy_to_dict()
    Replay().update_settings(settings)
    assert settings.copy_to_dict() == before
    assert settings.getbool("ROBOTSTXT_OBEY")
    assert settings.getfloat("DOWNLOAD_DELAY") >= 1
