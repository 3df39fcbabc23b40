"""A value from outside that is none is refused alone: one entry, one image, one link; its neighbours are archived."""

from pathlib import Path
from typing import Any

import pytest

from crawler.sina.roll_api import listing_url
from tests.commands.test_rebuild import lose, rebuild
from tests.commands.test_savepage import command
from tests.support.archives import Archive
from tests.support.sites import CHANNEL, Site, Story, answer, stories, story

CAPTURING: dict[str, Any] = {"ARCHIVE_CAPTURE_ENABLED": "1"}
REPLAYED = dict.fromkeys(("http", "https"), "crawler.replay.replay.ReplayDownloadHandler")
HOST = "finance.sina.com.cn"
PATH = "/china/2024-03-04/doc-inaaaaaa9999999.shtml"
BAD_ADDRESSES = [
    f"https://{HOST}:bad{PATH}", f"https://{HOST}:0{PATH}", f"https://{HOST}:99999{PATH}", f"https://{HOST}:-1{PATH}",
    f"https://[{HOST}{PATH}", f"https://[{HOST}]{PATH}", f"https://{HOST}\u2100{PATH}",
    f"https://a b.{HOST}{PATH}", f"https://dp.sina.cn/jump.php?url=https://{HOST}:bad{PATH}",
    f"https://dp.sina.cn/jump.php?url=https://[{HOST}{PATH}", "https://:80", "https:finance", f"http:///{PATH}",
]  # fmt: skip
ODD_ADDRESSES = [
    f"https://\x01{HOST}{PATH}",
    f"https://{'a' * 64}.sina.com.cn{PATH}",
    f"https://a..sina.com.cn{PATH}",
    f"https://-.sina.com.cn{PATH}",
]


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    """Of eight articles, none of which was archived yet."""
    return Archive(Site(tmp_path / "site").add(*stories(8)), tmp_path / "archive")


def list_also(archive: Archive, *entries: dict[str, Any]) -> None:
    """The list shows these between the articles."""
    shown: list[Any] = archive.site.listed()
    archive.site.put(listing_url(CHANNEL, 1), answer([*shown[:4], *entries, *shown[4:]]))


@pytest.mark.parametrize("url", BAD_ADDRESSES)
def test_a_listed_address_that_is_none_costs_no_neighbour(archive: Archive, url: str) -> None:
    list_also(archive, {**story(99).entry(), "url": url})
    run = archive.run()
    assert (run.status, len(archive.posts())) == (0, 8)
    assert sum(count for name, count in run.stats.items() if name.startswith("archive/skip/")) == 1
    assert sum("not asked for" in line for line in run.log) == 1
    assert archive.run().articles == [], "what is no address is due in no later run"


@pytest.mark.parametrize("url", ODD_ADDRESSES)
def test_an_address_that_cannot_be_reached_costs_no_neighbour(archive: Archive, url: str) -> None:
    list_also(archive, {**story(99).entry(), "url": url})
    archive.run()
    assert len(archive.posts()) == 8


@pytest.mark.parametrize("target", [*BAD_ADDRESSES[:8], "", "javascript:1", "http://[::1"])
def test_a_redirection_to_no_address_costs_no_neighbour_in_crawl_rebuild_and_replay(
    archive: Archive, target: str, tmp_path: Path
) -> None:
    archive.site.status[archive.site.listed()[3].url] = target or "http:"
    run = archive.run(settings=CAPTURING)
    crawled = archive.posts()
    assert len(crawled) == 7
    assert len((run.report and run.report["failures"]) or []) == 1
    again = Archive(archive.site, tmp_path / "again", archive.at)
    again.run(settings={"ARCHIVE_REPLAY_FROM": str(archive.folder / "captures"), "DOWNLOAD_HANDLERS": REPLAYED})
    assert again.posts() == crawled
    lose(archive.folder)
    rebuild(archive.folder)
    assert archive.posts() == crawled


LINKS = [
    "http://[x",
    "https://h:bad/a.jpg",
    "http:///a.jpg",
    "http://\u2100/a.jpg",
    "//",
    "https://a b/",
    "http://a/\x01",
]


@pytest.mark.parametrize("address", LINKS)
@pytest.mark.parametrize("is_known", [True, False], ids=["layout", "no layout"])
def test_an_address_in_a_page_costs_no_article(archive: Archive, address: str, is_known: bool) -> None:
    told = story(3)
    more = f'<p><img src="{address}"><a href="{address}">链接</a></p><p><a href="{address}">下一页</a></p><p>末段。</p>'
    more += f'<div class="video-2017"><a href="{address}">视频</a></div>'
    page = told.page().replace('<div class="appendQr', f'{more}<div class="appendQr')
    archive.site.put(told.url, page if is_known else page.replace("artibody", "other").replace('class="article"', ""))
    archive.run(settings=CAPTURING)
    crawled = archive.posts()
    assert len(crawled) == 8
    assert "末段。" in crawled[told.doc_id]
    lose(archive.folder)
    rebuild(archive.folder)
    assert archive.posts() == crawled


ATTRIBUTES = [
    "{{x}}",
    "{",
    "{}",
    "{a}b=c",
    '{{x}}="1" class="y"',
    "{x}:a",
    ":a {b}",
    "a{b",
    "}",
    "{é}",
    "<{x}",
    "{x:y}",
]


@pytest.mark.parametrize("attribute", ATTRIBUTES)
@pytest.mark.parametrize("is_known", [True, False], ids=["layout", "no layout"])
def test_an_attribute_of_any_name_costs_no_article(archive: Archive, attribute: str, is_known: bool) -> None:
    told = story(3)
    page = told.page().replace("<p>", f"<p {attribute}>").replace("<h1", f"<h1 {attribute}")
    page = page.replace("<html", f"<html {attribute}").replace("<a ", f"<a {attribute} ")
    archive.site.put(told.url, page if is_known else page.replace("artibody", "other").replace('class="article"', ""))
    archive.run(settings=CAPTURING)
    crawled = archive.posts()
    assert len(crawled) == 8
    assert told.paragraphs[2] in crawled[told.doc_id]
    lose(archive.folder)
    rebuild(archive.folder)
    assert archive.posts() == crawled


TIMES = [
    "0005-03-04 10:00:00", "0005-03-04T10:00:00+08:00", "9999-12-31T23:59:59-08:00", "0001-01-01T00:00:00+08:00",
    "1997-12-31T00:00:00Z", "2024-13-41T99:99:99+08:00", "2026-03-04T10:00:00+08:00", "2024-03-04T10:00:00+99:99",
]  # fmt: skip
CTIMES: list[Any] = ["", "-62000000000", "253402300799", 10**30, "9" * 5000, 1e308, -1, 883612799, 4102444799, [], True]


def with_time(told: Story, time: str) -> str:
    """Its page with another time wherever one stands."""
    shown = (f"{told.created:%Y-%m-%d %H:%M:%S}", f"{told.created:%Y年%m月%d日 %H:%M}")
    return told.page().replace(shown[0], time).replace(shown[1], time)


@pytest.mark.parametrize("time", TIMES)
def test_a_time_on_a_page_that_is_none_costs_no_article(archive: Archive, time: str) -> None:
    told = story(3)
    archive.site.put(told.url, with_time(told, time))
    list_also(archive)
    assert archive.run().status == 0
    assert len(archive.posts()) == 8
    assert archive.run(settings=CAPTURING).status == 0


@pytest.mark.parametrize("time", TIMES)
def test_an_article_without_any_time_fails_alone(archive: Archive, time: str) -> None:
    told = story(99)
    list_also(archive, {**told.entry(), "ctime": "", "mtime": ""})
    archive.site.put(told.url, with_time(told, time))
    run = archive.run(settings=CAPTURING)
    assert len(archive.posts()) == 8
    assert run.stats["archive/require_fields/no_date"] == 1
    assert archive.run().status == 0
    crawled = archive.posts()
    lose(archive.folder)
    rebuild(archive.folder)
    assert archive.posts() == crawled


@pytest.mark.parametrize("time", CTIMES, ids=lambda time: f"{time!s:.20}")
def test_a_time_or_number_in_a_list_that_is_none_costs_no_article(archive: Archive, time: Any) -> None:
    told = story(99)
    shown: list[Any] = archive.site.listed()
    listed = {**told.entry(), "ctime": time, "mtime": time}
    archive.site.add(told).put(listing_url(CHANNEL, 1), answer([*shown, listed], total=time))
    run = archive.run(settings=CAPTURING)
    assert (run.status, len(archive.posts())) == (0, 9)
    edited = told.edited(
        "改过的一段。",
    )
    archive.site.add(edited).put(listing_url(CHANNEL, 1), answer([edited, *shown]))
    assert archive.run(settings=CAPTURING).stats["archive/record_article/revised"] == 1
    crawled = archive.posts()
    lose(archive.folder)
    rebuild(archive.folder)
    assert archive.posts() == crawled


FORGED = "2024-03-05 12:00:00 [run_report] INFO: run 1: ok (exit status 0): the run did its job"


@pytest.mark.parametrize("end", ["\n", "\r", "\x1b[2K\r", "\u2028", "\x85"])
def test_no_title_or_address_forges_a_line(archive: Archive, end: str) -> None:
    forged = {**story(99).entry(), "title": f"题{end}{FORGED}"}
    forged["url"] = f"https://example.com/{end}{FORGED}"
    lost = {**story(98).entry(), "url": f"{story(98).url}?x={end}naaaaaa9999999\tgood\t{FORGED}"}
    list_also(archive, forged, lost)
    run = archive.run()
    assert not any(line.startswith(FORGED[:10]) for text in run.log for line in text.splitlines()[:1])
    assert all(len(text.splitlines()) == 1 for text in run.log if "Traceback" not in text and "scrapy." not in text)
    listing = command("--list", "-s", f"ARCHIVE_DIR={archive.folder}")
    assert listing.returncode == 0
    assert [line.count("\t") for line in listing.stdout.splitlines()] == [3]


def test_a_traceback_and_an_error_of_the_database_leave_one_line_as_the_reason(archive: Archive) -> None:
    archive.run()
    archive.rows("create trigger full before update on runs begin select raise(abort, 'the disk\n\nis full'); end")
    run = archive.run()
    assert "report not written" in run.log[-1]
    assert "the disk is full" in run.log[-1]
    assert len(run.log[-1].splitlines()) == 1
