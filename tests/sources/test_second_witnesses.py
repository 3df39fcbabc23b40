"""Second witnesses beside the roll lists: what they add, what they cost, and what their failures are worth."""

from datetime import timedelta
from pathlib import Path

import pytest

from crawler.rebuild.timeline import Timeline
from crawler.replay.replay import ReplayDownloadHandler
from crawler.sina.channels import COLUMNS
from crawler.sina.column_list import column_url
from crawler.times import beijing_day
from crawler.warc.captures import Captures
from tests.support.archives import Archive
from tests.support.catalogs import open_archive
from tests.support.sites import CHANNEL, Site, Story, answer, listing_url, stories, story

DOMESTIC = [column for column in COLUMNS if column.is_domestic]
HOUR = timedelta(hours=1)
UNLISTED = story(99, channels=())  # in no list of the roll API


def column_page(*shown: Story) -> str:
    """A column's page, newest first."""
    newest_first = sorted(shown, key=lambda article: article.created, reverse=True)
    items = (
        f'<li><a href="{article.url}">{article.title}</a><span>({article.created:%m月%d日 %H:%M})</span></li>'
        for article in newest_first
    )
    return f"<html><body><ul id='listcontent'>{''.join(items)}</ul></body></html>"


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    """Of ten articles that the roll list shows, three of which the first column shows, with one more."""
    site = Site(tmp_path / "site").add(*stories(10), UNLISTED)
    for column in DOMESTIC:
        site.put(column_url(column.cid), column_page(story(1)))
    site.put(column_url(DOMESTIC[0].cid), column_page(*stories(3), UNLISTED))
    return Archive(site, tmp_path / "archive", reads=False)


def seen_by(archive: Archive, doc_id: str) -> set[str]:
    return {channel for (channel,) in archive.rows("SELECT channel FROM listed WHERE doc_id = ?", doc_id)}


def test_an_article_that_only_a_column_shows_is_archived_and_counted(archive: Archive) -> None:
    run = archive.run()
    assert run.status == 0
    assert UNLISTED.doc_id in archive.posts()
    assert run.stats["archive/witness/not_in_list"] == 1
    assert any(f"column {DOMESTIC[0].name} showed 1 articles that the list had not" in line for line in run.log)


def test_the_ledger_says_of_each_article_which_sources_showed_it(archive: Archive) -> None:
    archive.run()
    first, *others = [f"column:{column.cid}" for column in DOMESTIC]
    assert seen_by(archive, story(1).doc_id) == {CHANNEL.lid, first, *others}
    assert seen_by(archive, story(2).doc_id) == {CHANNEL.lid, first}
    assert seen_by(archive, story(10).doc_id) == {CHANNEL.lid}
    assert seen_by(archive, UNLISTED.doc_id) == {first}


def test_the_columns_cost_one_request_each_on_a_day(archive: Archive) -> None:
    runs, days = [], set()
    for _ in range(7):
        runs.append(archive.run(after=3 * HOUR))
        days.add(beijing_day(archive.at))
    assert len(days) == 2
    assert sum(len(run.columns) for run in runs) == len(days) * len(DOMESTIC)


def test_a_listed_article_keeps_the_time_of_the_list(archive: Archive) -> None:
    """A column has none to the second, and a list's article is asked for before any column is."""
    archive.run()
    dates = dict(archive.rows("SELECT doc_id, date FROM articles"))
    listed = dict(archive.rows("SELECT doc_id, created_at FROM entries"))
    assert listed[UNLISTED.doc_id] is None
    assert all(dates[doc_id] == at for doc_id, at in listed.items() if at)


def test_the_list_tells_later_what_a_column_did_not(archive: Archive) -> None:
    archive.run(sources="columns")
    assert archive.rows("SELECT count(*) FROM entries WHERE created_at IS NOT NULL") == [(0,)]
    days = dict(archive.rows("SELECT doc_id, day FROM entries"))
    assert days == {article.doc_id: f"{article.created:%Y-%m-%d}" for article in (*stories(3), UNLISTED)}
    archive.run(sources="roll")
    assert archive.rows("SELECT count(*) FROM entries WHERE created_at IS NULL") == [(1,)]


@pytest.mark.parametrize("page", [None, "<html>busy</html>"], ids=["dead", "unreadable"])
def test_a_column_that_fails_is_named_and_costs_the_run_nothing_else(archive: Archive, page: str | None) -> None:
    archive.site.put(column_url(DOMESTIC[1].cid), page)
    run = archive.run()
    reason = "http_404" if page is None else "no_list"
    assert (run.status, run.stats[f"archive/second_source/{reason}"]) == (0, 1)
    assert any(column_url(DOMESTIC[1].cid) in line and reason in line for line in run.log)
    assert len(archive.posts()) == 11


def test_a_list_that_fails_fails_the_run_and_the_columns_are_read_all_the_same(archive: Archive) -> None:
    archive.site.status[listing_url(CHANNEL, 1)] = 500
    run = archive.run(settings={"RETRY_TIMES": 0})
    assert (run.status, len(run.columns)) == (10, len(DOMESTIC))
    assert len(archive.posts()) == 4


def test_a_run_whose_only_source_fails_is_not_ok(archive: Archive) -> None:
    for column in DOMESTIC:
        archive.site.put(column_url(column.cid), None)
    run = archive.run(sources="columns")
    assert run.status == 10
    assert "no source could be read: http_404 4" in run.log[-1]
    archive.site.restore(column_url(DOMESTIC[0].cid)).put(column_url(DOMESTIC[0].cid), column_page(story(1)))
    assert archive.run(sources="columns").status == 0


def test_a_saved_site_without_the_pages_of_columns_is_no_failure(tmp_path: Path) -> None:
    site = Site(tmp_path / "site").add(*stories(2))
    site.put(listing_url(CHANNEL, 1), answer(stories(2)))
    handlers = dict.fromkeys(("http", "https"), ReplayDownloadHandler.__module__ + ".ReplayDownloadHandler")
    run = Archive(site, tmp_path / "archive", reads=False).run(settings={"DOWNLOAD_HANDLERS": handlers})
    assert (run.status, run.stats["archive/second_source/not_in_source"]) == (0, len(DOMESTIC))
    assert all(" INFO: " in line for line in run.log if "/roll/c/" in line)


def test_captures_alone_say_again_who_showed_what(archive: Archive) -> None:
    archive.run(settings={"ARCHIVE_CAPTURE_ENABLED": "1"})
    before = archive.rows("SELECT channel, doc_id FROM listed ORDER BY channel, doc_id")
    dates = archive.rows("SELECT doc_id, created_at, day FROM entries ORDER BY doc_id")
    (archive.folder / "catalog.db").unlink()
    for rest in archive.folder.glob("catalog.db-*"):
        rest.unlink()
    with open_archive(archive.folder) as again:
        list(Timeline(Captures(archive.folder / "captures"), again).steps())
    assert archive.rows("SELECT channel, doc_id FROM listed ORDER BY channel, doc_id") == before
    assert archive.rows("SELECT doc_id, created_at, day FROM entries ORDER BY doc_id") == dates
