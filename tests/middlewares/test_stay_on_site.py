"""No page, list or redirection leads a fetch off Sina's hosts."""

from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.support.archives import Archive, Run
from tests.support.sites import CHANNEL, Site, listing_url, stories, story

ELSEWHERE = "https://elsewhere.example/"
STORY = story(1)
SECOND = STORY.url.replace(".shtml", "_2.shtml")
PAGED = STORY.page().replace("责任编辑", '<span class="page"><a href="{}">下一页</a></span>责任编辑')


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    """An archive, still empty, of a site with three articles."""
    return Archive(Site(tmp_path / "site").add(*stories(3)), tmp_path / "archive", reads=False)


def hosts(run: Run) -> set[str]:
    return {urlsplit(url).hostname or "" for url in run.requests}


def is_at_sina(run: Run) -> bool:
    return hosts(run) == {"feed.mix.sina.com.cn", "finance.sina.com.cn"}


@pytest.mark.parametrize(
    "target",
    [
        ELSEWHERE,
        "http://127.0.0.1:6379/",
        "//elsewhere.example/doc-inaaaaaa0000009.shtml",
        "https://finance.sina.com.cn.elsewhere.example/",
        "https://finance.sina.com.cn@elsewhere.example/",
        "https://elsewhere.example/?.sina.com.cn",
        "https://notsina.com.cn/",
        "ftp://finance.sina.com.cn/",
        "file:///etc/passwd",
    ],
)
def test_an_article_that_is_redirected_elsewhere_is_a_failure_and_nothing_is_asked_for_there(
    archive: Archive, target: str
) -> None:
    archive.site.status[STORY.url] = target
    run = archive.run()
    assert is_at_sina(run)
    assert run.report
    (failure,) = run.report["failures"]
    assert failure["doc_id"] == STORY.doc_id
    assert failure["reason"] in ("OtherSite", "http_301")  # Scrapy follows no redirection but to http and https
    assert sorted(archive.posts()) == [story(2).doc_id, story(3).doc_id]


def test_a_list_that_is_redirected_elsewhere_fails_the_run(archive: Archive) -> None:
    archive.site.status[listing_url(CHANNEL, 1)] = ELSEWHERE
    run = archive.run(sources="roll")
    assert hosts(run) == {"feed.mix.sina.com.cn"}
    assert (run.status, run.report and run.report["reason"]) == (10, "no listing: OtherSite 1")


def test_so_does_a_list_of_a_backfill(archive: Archive) -> None:
    archive.site.window(start := STORY.created.replace(hour=0, minute=0), start.replace(day=start.day + 1))
    (url,) = [url for url in archive.site._texts if "page=1&" in f"{url}&"]
    archive.site.status[url] = ELSEWHERE
    run = archive.run(since="2024-03-04", until="2024-03-04")
    assert hosts(run) == {"feed.mix.sina.com.cn"}
    assert run.status == 10


def test_a_further_page_elsewhere_is_not_asked_for(archive: Archive) -> None:
    archive.site.put(STORY.url, PAGED.format("https://elsewhere.example/doc-inaaaaaa0000001_2.shtml"))
    assert is_at_sina(archive.run())


def test_nor_one_that_is_redirected_elsewhere(archive: Archive) -> None:
    archive.site.put(STORY.url, PAGED.format(SECOND)).status[SECOND] = ELSEWHERE
    run = archive.run()
    assert SECOND in run.requests
    assert is_at_sina(run)
    assert run.report
    assert [failure["reason"] for failure in run.report["failures"]] == ["OtherSite"]


def test_pictures_are_linked_and_never_asked_for(archive: Archive) -> None:
    archive.reads = True
    picture = "https://elsewhere.example/picture.jpg"
    archive.site.put(STORY.url, STORY.page().replace("<p>", f'<p><img src="{picture}"></p><p>', 1))
    run = archive.run(sources="roll")
    assert picture in archive.posts()[STORY.doc_id]
    assert is_at_sina(run)
    assert len(run.requests) == 5


def test_what_is_listed_or_named_elsewhere_is_not_asked_for(archive: Archive, tmp_path: Path) -> None:
    urls = tmp_path / "urls.txt"
    urls.write_text(f"{ELSEWHERE}china/2024-03-04/doc-inaaaaaa0000009.shtml\nfile:///etc/passwd\n{STORY.url}\n")
    run = archive.run(urls=str(urls))
    assert run.requests == (STORY.url,)
    assert (run.stats["archive/skip/other_site"], run.stats["archive/skip/not_a_url"]) == (1, 1)
