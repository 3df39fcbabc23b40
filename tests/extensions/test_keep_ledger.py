"""What could not be archived is tried again, at growing distances, and never forgotten."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.support.archives import Archive
from tests.support.sites import CHANNEL, GONE, Site, answer, listing_url, stories, story

BROKEN = story(1)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    """Of a site with ten articles, nothing archived yet."""
    return Archive(Site(tmp_path / "site").add(*stories(10)), tmp_path / "archive", reads=False)


def state(archive: Archive, doc_id: str = BROKEN.doc_id) -> tuple[Any, ...]:
    """State, reason and number of attempts of an entry."""
    return archive.rows("SELECT state, reason, attempts FROM entries WHERE doc_id = ?", doc_id)[0]


def attempts_until_given_up(archive: Archive) -> list[timedelta]:
    """The times of the requests for the broken article, counted from the first run, at a run every ten minutes."""
    times, first = [], None
    for _ in range(200):
        due = archive.rows("SELECT next_try_at FROM entries WHERE doc_id = ?", BROKEN.doc_id) if first else [(0,)]
        if due == [(None,)]:
            break
        run = archive.run(settings={"ARCHIVE_LOOK_AGAIN_AFTER": "", "ARCHIVE_TRY_AGAIN_AFTER": "10m,30m,1h"})
        first = first or archive.at
        if BROKEN.url in run.articles:
            times.append(archive.at - first)
    return times


@pytest.mark.parametrize("still_listed", [True, False], ids=["still listed", "no longer listed"])
def test_a_failure_is_tried_again_at_growing_distances_and_then_given_up(archive: Archive, still_listed: bool) -> None:
    archive.site.status[BROKEN.url] = 503
    assert archive.run().status == 0
    if not still_listed:
        archive.site.put(listing_url(CHANNEL, 1), answer(stories(5, first=6)))
    assert state(archive) == ("failed", "http_503", 1)
    tried = []
    for minutes in (5, 5, 5, 55, 300, 60, 1440, 3 * 1440, 6 * 1440, 1440, 10 * 1440):
        tried.append(BROKEN.url in archive.run(minutes * MINUTE).articles)
    assert tried == [False, True, False, True, False, True, True, True, False, True, False]
    assert state(archive) == ("given_up", "http_503", 7)


def test_the_distances_are_a_setting(archive: Archive) -> None:
    archive.site.status[BROKEN.url] = 500
    assert attempts_until_given_up(archive) == [0 * MINUTE, 10 * MINUTE, 40 * MINUTE, 100 * MINUTE]


def test_a_failure_that_passes_is_archived_and_no_gap_is_left(archive: Archive) -> None:
    archive.site.put(BROKEN.url, None)
    archive.run()
    assert state(archive) == ("failed", "http_404", 1)
    archive.site.restore(BROKEN.url).put(listing_url(CHANNEL, 1), answer(stories(5, first=6)))
    archive.run(10 * MINUTE)
    assert state(archive)[:2] == ("archived", None)
    assert BROKEN.doc_id in archive.posts()


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        pytest.param(GONE, ("refused", "gone"), id="Sina says that it is gone"),
        pytest.param(replace(BROKEN, title="").page(), ("refused", "no_title"), id="without a headline"),
        pytest.param(replace(BROKEN, paragraphs=()).page(), ("refused", "empty_body"), id="without a text"),
    ],
)
def test_a_page_that_is_no_article_is_refused_with_its_reason(
    archive: Archive, page: str, expected: tuple[str, str]
) -> None:
    archive.site.put(BROKEN.url, page)
    assert archive.run().status == 0
    assert state(archive)[:2] == expected


def test_what_a_pipeline_drops_is_tried_again(archive: Archive) -> None:
    undated = (
        BROKEN.page()
        .replace(f"{BROKEN.created:%Y年%m月%d日 %H:%M}", "")
        .replace(f"{BROKEN.created:%Y-%m-%d %H:%M:%S}", "")
    )
    entry = BROKEN.entry() | {"ctime": "", "mtime": ""}
    archive.site.put(BROKEN.url, undated).put(listing_url(CHANNEL, 1), answer([entry, *stories(9, first=2)]))
    archive.run()
    assert state(archive) == ("failed", "no_date", 1)
    archive.site.restore(BROKEN.url)
    archive.run(10 * MINUTE)
    assert state(archive)[0] == "archived"


def test_what_a_pipeline_breaks_on_is_tried_again(archive: Archive) -> None:
    run = archive.run(settings={"ITEM_PIPELINES": {"tests.support.broken.Pipeline": 1}})
    assert archive.rows("SELECT DISTINCT state, reason FROM entries") == [("failed", "ZeroDivisionError")]
    assert run.status == 11
    archive.run(10 * MINUTE)
    assert len(archive.posts()) == 10


def test_what_the_spider_breaks_on_is_tried_again(archive: Archive) -> None:
    run = archive.run(settings={"SPIDER_MIDDLEWARES": {"tests.support.broken.SpiderMiddleware": 1}})
    assert archive.rows("SELECT DISTINCT state, reason FROM entries") == [("failed", "ZeroDivisionError")]
    assert run.status == 11
    assert run.report
    assert run.report["reason"] == "10 of 10 pages failed: ZeroDivisionError 10"
    archive.run(10 * MINUTE)
    assert len(archive.posts()) == 10


@pytest.mark.parametrize(
    ("middleware", "status", "reason"),
    [
        ("OnLists", 10, "no listing: ZeroDivisionError 1"),
        ("AtStart", 16, "the run broke while it took up its work: ZeroDivisionError 1"),
    ],
)
def test_where_else_the_spider_breaks_is_said_too(archive: Archive, middleware: str, status: int, reason: str) -> None:
    run = archive.run(settings={"SPIDER_MIDDLEWARES": {f"tests.support.broken.{middleware}": 1}})
    assert run.report
    assert (run.status, run.report["reason"]) == (status, reason)
    assert run.log[-1].endswith(reason)


def test_an_article_that_leads_to_another_is_not_asked_for_for_ever(archive: Archive) -> None:
    target = story(50)
    archive.site.put(target.url, target.page()).status[BROKEN.url] = target.url
    archive.run()
    assert state(archive)[:2] == ("refused", f"leads_to_{target.doc_id}")
    assert state(archive, target.doc_id)[0] == "archived"
    asked = [BROKEN.url in archive.run(after).articles for after in (MINUTE, 10 * MINUTE, *[9 * DAY] * 5, 9 * DAY)]
    assert asked == [False, *[True] * 6, False]


def test_a_redirection_to_what_was_asked_for_already_is_counted_and_named(archive: Archive) -> None:
    archive.site.status[BROKEN.url] = story(2).url
    run = archive.run()
    assert run.stats["archive/fetch/redirects_to_known"] == 1
    assert any("leads to an address that was asked for already" in line for line in run.log)
    assert state(archive)[:2] == ("refused", f"leads_to_{story(2).doc_id}")
    assert state(archive, story(2).doc_id)[0] == "archived"
    assert BROKEN.url not in archive.run(MINUTE).articles


def test_redirections_in_a_circle_are_counted_and_named(archive: Archive) -> None:
    other = story(50)
    archive.site.status |= {BROKEN.url: other.url, other.url: BROKEN.url}
    run = archive.run()
    assert run.stats["archive/fetch/redirects_to_known"] == 1
    assert state(archive)[0] == "refused"
    asked = [BROKEN.url in archive.run(after).articles for after in (MINUTE, 10 * MINUTE, *[9 * DAY] * 7)]
    assert asked[0] is False
    assert asked[-1] is False


def test_a_replay_source_that_lacks_a_page_says_nothing_about_the_article(archive: Archive) -> None:
    archive.run()
    for article in stories(3):
        archive.site.put(article.url, None)
    replay = dict.fromkeys(("http", "https"), "crawler.replay.replay.ReplayDownloadHandler")
    for after in (2 * HOUR, 2 * HOUR, 2 * DAY):
        run = archive.run(after, settings={"DOWNLOAD_HANDLERS": replay})
    assert run.stats["archive/fetch/not_in_source"] >= 1
    assert archive.rows("SELECT doc_id FROM articles WHERE gone IS NOT NULL OR missing_since IS NOT NULL") == []


class TestAnInterruptedRun:
    """What it had listed, a later run fetches, whatever the list shows by then."""

    @pytest.fixture
    def archive(self, archive: Archive) -> Archive:
        """Ten listed, two of them archived."""
        archive.run(settings={"CLOSESPIDER_PAGECOUNT": 3, "CONCURRENT_REQUESTS": 1})
        assert len(archive.posts()) < 10
        assert len(archive.rows("SELECT * FROM entries")) == 10
        return archive

    def test_a_later_run_fetches_the_rest(self, archive: Archive) -> None:
        archive.site.put(listing_url(CHANNEL, 1), answer(stories(1, first=99))).add(story(99))
        archive.run()
        assert len(archive.posts()) == 11
        assert archive.rows("SELECT DISTINCT state FROM entries") == [("archived",)]

    def test_each_is_asked_for_once(self, archive: Archive) -> None:
        before = len(archive.posts())
        assert len(archive.run().articles) == 10 - before


def test_a_list_that_was_not_read_to_its_end_is_read_to_its_end_by_the_next_run(archive: Archive) -> None:
    archive.run()
    archive.site.add(*stories(120, first=100))
    page = listing_url(CHANNEL, 2)
    archive.site.put(page, "<html>busy</html>")
    assert archive.run().status == 10
    archive.site.restore(page)
    archive.run()
    assert len(archive.posts()) == 130


def test_the_end_of_the_list_is_read_again_though_new_articles_have_come(archive: Archive) -> None:
    archive.run()
    archive.site.add(*stories(120, first=100)).put(listing_url(CHANNEL, 3), "<html>busy</html>")
    archive.run()
    archive.site.restore(listing_url(CHANNEL, 3)).add(*stories(60, first=300))
    archive.run()
    assert len(archive.posts()) == 190


def test_an_empty_page_in_the_middle_of_a_list_is_not_its_end(archive: Archive) -> None:
    archive.run()
    archive.site.add(*stories(120, first=100)).put(listing_url(CHANNEL, 2), answer([], total=130))
    assert archive.run().status == 10
    archive.site.restore(listing_url(CHANNEL, 2))
    assert archive.run().status == 0
    assert len(archive.posts()) == 130


def test_a_list_that_ends_before_it_shows_anything_known_is_no_success(archive: Archive) -> None:
    archive.run()
    archive.site.add(*stories(120, first=100)).depth = 2
    run = archive.run()
    assert (run.status, len(archive.posts())) == (10, 110)


def test_an_article_that_was_archived_before_it_was_listed_is_no_gap(archive: Archive, tmp_path: Path) -> None:
    urls = tmp_path / "urls.txt"
    urls.write_text(BROKEN.url)
    archive.run(urls=str(urls))
    archive.rows("DELETE FROM entries")  # as after a rebuild of the catalog from the posts
    archive.run()
    archive.run()
    assert state(archive)[0] == "archived"


def test_a_run_that_dies_between_catalog_and_ledger_leaves_no_gap(archive: Archive) -> None:
    archive.run()
    archive.rows("UPDATE entries SET state = 'listed', next_try_at = listed_at")
    archive.run()
    assert archive.rows("SELECT DISTINCT state, next_try_at FROM entries") == [("archived", None)]
