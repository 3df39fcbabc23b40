"""The past from web archives: over sockets, and as a person runs it."""

import gzip
import json
import shutil
import sqlite3
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from scrapy.settings import Settings

from crawler.archive.database import open_engine
from crawler.archive.mementos import HeldMemento, Mementos
from crawler.rebuild.rebuild import Rebuild
from crawler.rebuild.selection import Selection
from crawler.run.worker_pool import WorkerPool
from crawler.sina.urls import identify
from crawler.times import now
from crawler.warc.captures import Captures
from crawler.webarchive.common_crawl import read_index
from tests.support.crawling import ROOT, environment
from tests.support.history import DAY, capture, command, history, process, story
from tests.support.reading import read_here
from tests.support.webarchive import fake_internet_archive as quirks
from tests.support.webarchive.fake_common_crawl import FakeCommonCrawl
from tests.support.webarchive.fake_internet_archive import FakeInternetArchive
from tests.support.webarchive.holdings import HTML, Holding
from tests.support.webarchive.loopback import Asked, LoopbackServer, Reply, ask, served
from tests.support.webarchive.pywb_server import Pywb

WEEK = timedelta(days=7)
ASK_ALL = "CC-MAIN-2016-18-index?url=finance.sina.com.cn/&matchType=prefix&output=json"
GZIPPED = (*HTML, ("Content-Encoding", "gzip"))


@pytest.fixture(autouse=True)
def no_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(WorkerPool, "run", read_here)


def rows(folder: Path, query: str) -> list[tuple[Any, ...]]:
    """What the catalog answers."""
    catalog = sqlite3.connect(folder / "catalog.db")
    try:
        return catalog.execute(query).fetchall()
    finally:
        catalog.close()


def captures_asked(server: LoopbackServer) -> list[str]:
    """The paths of the captures that were asked for, in their order."""
    return [asked.path for asked in server.asked if asked.path.startswith("/web/") or "range" in asked.headers]


def mementos(folder: Path) -> dict[str, tuple[str, str | None]]:
    """State and reason of each capture by the end of its address and its day."""
    query = "SELECT url, at, state, reason FROM mementos"
    return {f"{url.rpartition('/')[2]} {at[:10]}": (state, reason) for url, at, state, reason in rows(folder, query)}


def states(folder: Path) -> Counter[tuple[str, str | None]]:
    """How many captures there are of each state and reason."""
    return Counter(mementos(folder).values())


def test_the_texts_of_an_article_stand_in_the_order_in_which_they_were_shown(tmp_path: Path) -> None:
    first, edited, other = story(1), story(1, "改稿"), story(2)
    shown = [capture(first), capture(first, WEEK), capture(edited, 2 * WEEK), capture(first, 3 * WEEK), capture(other)]
    with served(FakeInternetArchive(holdings=shown)) as archive:
        run = history(tmp_path, archive)
        asked = captures_asked(archive)
    assert run.status == 0
    texts = rows(tmp_path, f"SELECT number, seen_at, seen_by FROM revisions WHERE doc_id = '{first.doc_id}' ORDER BY 1")
    days = [f"{DAY + after:%Y-%m-%dT%H:%M:%SZ}" for after in (timedelta(days=1), 2 * WEEK, 3 * WEEK)]
    assert texts == [(number, day, "internet_archive") for number, day in enumerate(days, start=1)]
    # The second capture has the payload of the first and costs no request; the fourth, too, but not what it shows.
    assert len(asked) == len(shown) - 1
    assert states(tmp_path) == {("archived", None): 4, ("same", None): 1}
    assert run.said("internet_archive: captures archived 4, held 5, same 1")
    (sighting,) = rows(tmp_path, "SELECT number, seen_by, at FROM sightings")
    assert sighting == (1, "internet_archive", f"{DAY + WEEK:%Y-%m-%dT%H:%M:%SZ}")


def test_a_capture_that_is_cut_before_its_text_is_no_first_text_either(tmp_path: Path) -> None:
    """As a page of Sina's: what is left has no known layout. One that is cut behind its text is a first one."""
    before_text, behind_text = story(1), story(2)
    bodies = {
        before_text.url: before_text.page().partition('<div class="article"')[0],
        behind_text.url: behind_text.page().removesuffix("</body></html>\n"),
    }
    holdings = [Holding(url, DAY, body.encode()) for url, body in bodies.items()]
    with served(FakeInternetArchive(holdings=holdings)) as archive:
        history(tmp_path, archive)
    assert rows(tmp_path, "SELECT doc_id FROM articles") == [(behind_text.doc_id,)]
    assert states(tmp_path) == {("failed", "no_html_end"): 1, ("archived", None): 1}
    shutil.rmtree(tmp_path / "posts")
    for path in tmp_path.glob("catalog.db*"):
        path.unlink()
    settings = Settings({"ARCHIVE_DIR": str(tmp_path)})
    settings.setmodule("crawler.settings", priority="default")
    Rebuild(settings, 1, Selection()).run()
    assert rows(tmp_path, "SELECT doc_id FROM articles") == [(behind_text.doc_id,)]


BAD = {
    "own_page": (quirks.own_page, "failed", "no_memento"),
    "blocked": (quirks.blocked, "failed", "blocked"),
    "framed": (quirks.framed, "failed", "rewritten"),
    "cut": (quirks.cut, "failed", "truncated"),
    "not_held": (quirks.not_held, "failed", "no_memento"),
}


def test_what_is_not_proved_is_not_archived_and_named(tmp_path: Path) -> None:
    stories = {name: story(number) for number, name in enumerate(BAD, start=1)}
    pages = {
        "redirect": Holding(story(11).url, DAY, b"moved", 301, (("Location", story(12).url),)),
        "lost": Holding(story(13).url, DAY, b"<html>404</html>", 404),
        "block": Holding(story(14).url, DAY, "<html><body><h1>请输入验证码</h1></body></html>".encode()),
        "unfinished": Holding(story(15).url, DAY + WEEK, story(15, "改稿").page().encode()[:-20]),
    }
    others = [capture(story(15)), capture(story(16)), capture(story(16), WEEK)]
    archive = FakeInternetArchive(
        holdings=[*map(capture, stories.values()), *pages.values(), *others],
        revisits=[pages["redirect"], pages["lost"]],
        quirks={stories[name].url: quirk for name, (quirk, *_) in BAD.items()}
        | {others[1].url: lambda archive, _: quirks.other_time(archive, others[1])},
        extra_lines=[
            ("cn,com,sina,finance)/x", "20160311000000", story(17).url, "text/html", "200", "NONE", "1"),
            ("cn,com,sina,finance)/x", "19700101000000", story(17).url, "text/html", "200", "A" * 32, "1"),
            ("cn,com,sina,finance)/x", "20990101000000", story(17).url, "text/html", "200", "A" * 32, "1"),
            ("cn,com,sina,finance)/x", "20160311000000"),
        ],
    )
    with served(archive):
        run = history(tmp_path, archive, RETRY_ENABLED=0)
    became = mementos(tmp_path)
    by_story = {
        number: {name.rpartition(" ")[2]: state for name, state in became.items() if f"{number:07}." in name}
        for number in range(1, 17)
    }
    day = f"{DAY + timedelta(days=1):%Y-%m-%d}"
    for number, (_, state, reason) in enumerate(BAD.values(), start=1):
        assert by_story[number] == {day: (state, reason)}
    assert list(by_story[11].values()) == [("refused", "http_301")]
    assert list(by_story[13].values()) == [("refused", "http_404")]
    assert list(by_story[14].values()) == [("refused", "no_article_marks")]
    assert by_story[15] == {day: ("archived", None), f"{DAY + WEEK:%Y-%m-%d}": ("failed", "no_html_end")}
    archived = {doc_id for (doc_id,) in rows(tmp_path, "SELECT doc_id FROM articles")}
    assert archived == {story(15).doc_id, story(16).doc_id}
    bad_lines = {name: count for name, count in run.counts.items() if name.startswith("index_line/")}
    assert bad_lines.keys() == {f"index_line/{reason}" for reason in ("bad_digest", "incredible_time", "missing_field")}
    assert all(run.said(f"({reason})") for _, _, reason in BAD.values())
    assert rows(tmp_path, "SELECT DISTINCT state FROM entries") == [("archived",)]
    assert run.status == 11


def test_common_crawls_records_are_read_by_ranges_and_those_it_cut_are_not_asked_for(tmp_path: Path) -> None:
    texts = [capture(story(number)) for number in (1, 2)]
    cut = capture(story(3), truncated="length")
    crawls = {"CC-MAIN-2016-18": [texts[0], cut], "CC-MAIN-2018-34": [texts[1]], "CC-MAIN-2015-11": []}
    with served(FakeCommonCrawl(crawls=crawls, page_size=1)) as common_crawl:
        run = history(tmp_path, common_crawl=common_crawl)
        asked = captures_asked(common_crawl)
        again = history(tmp_path, common_crawl=common_crawl)
        assert captures_asked(common_crawl) == asked
    assert len(asked) == len(texts)
    assert states(tmp_path) == {("archived", None): 2, ("given_up", "truncated"): 1}
    assert rows(tmp_path, "SELECT DISTINCT seen_by FROM revisions") == [("common_crawl",)]
    assert run.counts["common_crawl/held"] == 3
    assert again.status == 0
    assert again.counts.get("index/queries") == 1  # which crawls there are


def test_records_that_are_not_what_the_index_says_are_not_archived(tmp_path: Path) -> None:
    shown = [capture(story(number)) for number in (1, 2, 3, 4)]
    with served(FakeCommonCrawl(crawls={"CC-MAIN-2016-18": shown})) as common_crawl:
        index = json.loads(f"[{','.join(ask(f'{common_crawl.url}/{ASK_ALL}')[2].decode().splitlines())}]")
    places = {line["url"]: {"offset": line["offset"], "length": line["length"]} for line in index}
    changed = {
        shown[0].url: places[shown[3].url],  # another's record
        shown[1].url: {"length": str(int(places[shown[1].url]["length"]) - 9)},
        shown[2].url: {"offset": "9999999"},  # behind the file's end
    }
    with served(FakeCommonCrawl(crawls={"CC-MAIN-2016-18": shown}, shown=changed)) as common_crawl:
        run = history(tmp_path, common_crawl=common_crawl)
    expected = [("failed", "other_url"), ("failed", "cut"), ("failed", "http_416"), ("archived", None)]
    assert states(tmp_path) == Counter(expected)
    assert run.counts["common_crawl/failed"] == 3


def test_a_list_of_records_needs_no_index(tmp_path: Path) -> None:
    shown = [capture(story(number)) for number in (1, 2)]
    with served(FakeCommonCrawl(crawls={"CC-MAIN-2016-18": shown})) as common_crawl:
        lines = ask(f"{common_crawl.url}/{ASK_ALL}")[2].decode()
        (tmp_path / "records").write_text(f"{lines}{{}}\n", encoding="utf-8")
        before = len(common_crawl.asked)
        arguments = {"records": str(tmp_path / "records")}
        run = history(tmp_path / "archive", common_crawl=common_crawl, arguments=arguments)
        assert len(common_crawl.asked) == before + len(shown)
    assert run.status == 0
    assert states(tmp_path / "archive") == {("archived", None): len(shown)}
    assert run.counts["index_line/missing_field"] == 1


def test_two_archives_are_witnesses_of_one_text(tmp_path: Path) -> None:
    held, later = capture(story(1)), capture(story(1), WEEK)
    with (
        served(FakeInternetArchive(holdings=[held])) as internet_archive,
        served(FakeCommonCrawl(crawls={"CC-MAIN-2016-18": [held, later]})) as common_crawl,
    ):
        run = history(tmp_path, internet_archive, common_crawl)
        asked = captures_asked(internet_archive) + captures_asked(common_crawl)
    assert run.status == 0
    assert len(asked) == 1
    assert rows(tmp_path, "SELECT count(*) FROM revisions") == [(1,)]
    witnesses = rows(tmp_path, "SELECT seen_by FROM revisions UNION SELECT seen_by FROM sightings")
    assert {name for (name,) in witnesses} == {"internet_archive", "common_crawl"}


def test_an_article_has_one_queue_under_all_its_addresses(tmp_path: Path) -> None:
    article = story(1)
    urls = [article.url, article.url.replace("https:", "http:"), f"{article.url}?cre=1", f"{article.url}?from=wap"]
    shown = [capture(article, timedelta(days=number), url=url) for number, url in enumerate(urls)]
    with served(FakeInternetArchive(holdings=shown)) as archive:
        run = history(tmp_path, archive)
        assert len(captures_asked(archive)) == 1
    assert run.status == 0
    assert states(tmp_path) == {("archived", None): 1, ("same", None): len(urls) - 1}


def test_a_person_runs_it_as_any_spider(tmp_path: Path) -> None:
    """In a process of its own, with the client of a live run and workers."""
    with served(FakeInternetArchive(holdings=[capture(story(1))])) as archive:
        words = ("-a", "since=2016-03-10", "-a", "until=2016-03-10", "-a", "archives=internet_archive")
        run = process(tmp_path, *command(tmp_path, archive, None, *words))
        assert [asked.headers["user-agent"] for asked in archive.asked][-1] == "sina-finance-archive"
    assert run.status == 0
    assert states(tmp_path) == {("archived", None): 1}


def test_sina_is_never_asked_for_anything(tmp_path: Path) -> None:
    image = '<img src="https://n.sinaimg.cn/finance/1.jpg">'
    article = story(1, image)
    moved = Holding(story(2).url, DAY, b"", 302, (("Location", "https://finance.sina.com.cn/"),))
    archive = FakeInternetArchive(holdings=[capture(article), moved], revisits=[moved])
    with served(archive):
        run = history(tmp_path, archive, ARCHIVE_IMAGES="local", LOG_LEVEL="DEBUG")
        requests = len(archive.asked)
    assert run.status == 0
    (post,) = (tmp_path / "posts").rglob("*.md")
    assert "n.sinaimg.cn" in post.read_text(encoding="utf-8")
    assert run.said(f"'downloader/request_count': {requests},")
    assert not run.said("'offsite/filtered'")
    assert not run.said("robots.txt")


def test_nothing_held_is_an_answer(tmp_path: Path) -> None:
    with (
        served(FakeInternetArchive()) as internet_archive,
        served(FakeCommonCrawl(crawls={"CC-MAIN-2016-18": []})) as common_crawl,
    ):
        run = history(tmp_path, internet_archive, common_crawl)
    assert run.status == 0
    assert run.log[-1].endswith("ok (exit status 0): the web archives hold nothing of what was looked for")


def test_an_archive_that_cannot_be_reached_is_no_answer(tmp_path: Path) -> None:
    run = history(tmp_path)
    assert run.status == 10
    assert run.report
    assert run.report["outcome"] == "listing_failed"
    assert run.said("internet_archive: no answer to 3 queries in a row, the rest is left")
    assert rows(tmp_path, "SELECT count(*) FROM mementos") == [(0,)]


def test_an_archive_that_is_busy_twice_is_not_asked_any_more_and_the_rest_stays_due(tmp_path: Path) -> None:
    shown = [capture(story(number)) for number in range(1, 9)]
    with served(FakeInternetArchive(holdings=shown)) as archive:
        archive.refuse(2)
        run = history(tmp_path, archive, RETRY_TIMES=3)
        assert len(archive.asked) == 2
        assert run.status == 19
        index = history(tmp_path, archive)
        assert index.status == 0
    assert states(tmp_path) == {("archived", None): len(shown)}


def test_captures_that_an_archive_is_too_busy_for_stay_due(tmp_path: Path) -> None:
    shown = [capture(story(number)) for number in range(1, 30)]
    archive = FakeInternetArchive(holdings=shown)
    answer = archive.answer

    def busy(asked: Asked) -> Reply:
        if asked.path.startswith("/web/") and len(captures_asked(archive)) == 4:
            archive.refuse(100)
        return answer(asked)

    archive.answer = busy  # type: ignore[method-assign]
    with served(archive):
        run = history(tmp_path, archive, CONCURRENT_REQUESTS=4)
        assert run.status == 19
        asked = captures_asked(archive)
        archive.answer = answer  # type: ignore[method-assign]
        archive.refusals.clear()
        assert set(states(tmp_path)) == {("archived", None), ("held", None)}
        assert history(tmp_path, archive).status == 0
    assert len(asked) < len(shown)
    assert states(tmp_path) == {("archived", None): len(shown)}


def test_an_archive_that_is_gone_in_the_middle_is_not_asked_any_more(tmp_path: Path) -> None:
    shown = [capture(story(number)) for number in range(1, 30)]
    with served(FakeInternetArchive(holdings=shown)) as archive:
        history(tmp_path, archive, CLOSESPIDER_ITEMCOUNT=1, CONCURRENT_REQUESTS=1)
    run = history(tmp_path, archive, CONCURRENT_REQUESTS=1)
    assert run.status == 18
    assert run.said("could not be reached 5 times in a row")
    became = states(tmp_path)
    assert 5 <= became["failed", "ConnectionRefusedError"] < 10
    assert became["held", None] > 10


def test_later_pages_are_read_with_the_first_and_no_pages_of_other_years(tmp_path: Path) -> None:
    for number, apart in ((1, timedelta(hours=1)), (2, timedelta(days=400))):
        article = story(number)
        second = article.url.replace(".shtml", "_2.shtml")
        first = article.page().replace("<p>", f'<p><a href="{second}">下一页</a></p><p>', 1)
        following = story(number, "第二页").page()
        shown = [
            Holding(article.url, DAY, first.encode()),
            Holding(second, DAY + apart, following.encode()),
        ]
        with served(FakeInternetArchive(holdings=shown)) as archive:
            history(tmp_path / str(number), archive)
    (post,) = (tmp_path / "1" / "posts").rglob("*.md")
    assert "初稿1" in (text := post.read_text(encoding="utf-8"))
    assert "第二页1" in text
    assert set(states(tmp_path / "1")) == {("archived", None)}
    assert set(states(tmp_path / "2")) == {("failed", "next_page_not_held"), ("held", None)}


def test_a_resume_key_that_expired_begins_the_query_anew(tmp_path: Path) -> None:
    shown = [capture(story(number)) for number in range(1, 6)]
    archive = FakeInternetArchive(holdings=shown, most_rows=2)
    answer = archive.answer

    def expired(asked: Asked) -> Reply:
        if "resumeKey" in asked.query and len([1 for other in archive.asked if "resumeKey" in other.query]) == 1:
            return Reply(400, b"Invalid resumeKey")
        return answer(asked)

    archive.answer = expired  # type: ignore[method-assign]
    with served(archive):
        run = history(tmp_path, archive)
    assert run.status == 0
    assert run.counts["index/resume_key_expired"] == 1
    assert states(tmp_path) == {("archived", None): len(shown)}


def kill(folder: Path, archive: FakeInternetArchive, is_reached: Callable[[Asked], bool], archived: int) -> None:
    """A run that is killed while a request of this kind waits for its answer, when so many texts are archived."""
    reached, gone, answer = threading.Event(), threading.Event(), archive.answer

    def stuck(asked: Asked) -> Reply:
        if is_reached(asked):
            reached.set()
            gone.wait(90)
        return answer(asked)

    archive.answer = stuck  # type: ignore[method-assign]
    words = ("-a", "since=2016-03-10", "-a", "until=2016-03-10", "-a", "archives=internet_archive")
    slots = {"internet_archive": {"concurrency": 1, "delay": 0}}
    with subprocess.Popen(
        command(folder, archive, None, *words, DOWNLOAD_SLOTS=slots),
        cwd=ROOT, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    ) as process:  # fmt: skip
        assert reached.wait(90)
        end = time.monotonic() + 90
        while rows(folder, "SELECT count(*) FROM revisions") < [(archived,)]:
            assert time.monotonic() < end and process.poll() is None
            time.sleep(0.02)
        process.kill()
    gone.set()
    archive.answer = answer  # type: ignore[method-assign]


def test_a_run_that_is_killed_loses_nothing_and_the_next_one_repeats_nothing(tmp_path: Path) -> None:
    shown = [capture(story(number)) for number in range(1, 13)]
    archive = FakeInternetArchive(holdings=shown, most_rows=3)
    with served(archive):
        kill(tmp_path, archive, lambda asked: "0000006" in asked.value("resumeKey"), archived=0)
        assert rows(tmp_path, "SELECT found FROM index_queries WHERE state = 'open'") == [(6,)]
        kill(tmp_path, archive, lambda _: len(captures_asked(archive)) == 7, archived=6)
        ((archived,),) = rows(tmp_path, "SELECT count(*) FROM revisions")
        queries = [asked for asked in archive.asked if asked.value("url").endswith("/china/2016-03-10/")]
        asked_before = len(captures_asked(archive))
        run = history(tmp_path, archive)
        asked = captures_asked(archive)[asked_before:]
    assert run.status == 0
    assert run.counts.get("index/queries", 0) == 0
    assert 6 <= archived < len(shown)
    assert len(asked) == len(shown) - archived
    assert states(tmp_path) == {("archived", None): len(shown)}
    assert sum(not asked.value("resumeKey") for asked in queries) == 1


def test_a_real_web_archives_captures_are_proved_and_archived(pywb: Pywb, tmp_path: Path) -> None:
    """pywb's own index and replay; its index stands at another address than the Internet Archive's."""
    lost = Holding(story(3).url, DAY, b"<html>404</html>", 404)
    shown = [capture(story(1)), capture(story(1, "改稿"), WEEK), capture(story(2), headers=GZIPPED), lost]
    shown[2] = replace(shown[2], body=gzip.compress(shown[2].body, mtime=0))
    pywb.collect("web", shown)
    index = ask(f"{pywb.url}/web-index?url=finance.sina.com.cn/&matchType=prefix&output=json")[2]
    engine = open_engine(f"sqlite:///{tmp_path / 'catalog.db'}")
    lines = [replace(memento, archive="internet_archive") for memento in read_index(index, now()).mementos]
    addresses = [identify(line.url) for line in lines]
    held = [HeldMemento(address.doc_id, 1, line) for address, line in zip(addresses, lines, strict=True)]
    assert Mementos(engine).hold(held, now()) == len(shown)
    engine.dispose()
    run = history(tmp_path, arguments={"archives": "internet_archive"}, ARCHIVE_INTERNET_ARCHIVE_URL=pywb.url)
    assert run.status == 0
    assert states(tmp_path) == {("archived", None): 3, ("refused", "http_404"): 1}
    captures = Captures(tmp_path / "captures")
    sources = {capture.url: captures.read(capture.file, capture.offset, capture.length) for capture in captures.all()}
    assert sources.keys() == {story(1).url, story(2).url}
    assert sources[story(2).url].body == shown[2].body
    assert {capture.source.partition("/web/")[0] for capture in captures.all()} == {pywb.url}
