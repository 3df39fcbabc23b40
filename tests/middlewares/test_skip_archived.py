"""What a run asks Sina for: never an article that it has, and no more listing pages than it must."""

from dataclasses import replace
from datetime import timedelta
from math import ceil
from pathlib import Path

import pytest

from crawler.sina.channels import find_channels
from tests.support.archives import Archive
from tests.support.sites import Site, answer, listing_url, stories, story

BOTH = tuple(find_channels("1686,1687"))
WITHOUT_REVISITS = {"ARCHIVE_LOOK_AGAIN_AFTER": ""}


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    """The archive of a site with 60 articles, all archived."""
    archive = Archive(Site(tmp_path / "site").add(*stories(60)), tmp_path / "archive", reads=False)
    assert archive.run().status == 0
    return archive


@pytest.mark.parametrize("tick", [0, 1], ids=["in no time", "a second each"])
@pytest.mark.parametrize("k", [0, 1, 49, 50, 51, 120])
def test_k_new_articles_cost_k_requests_and_one_listing_page_more_than_they_fill(
    archive: Archive, k: int, tick: int
) -> None:
    archive.site.tick = tick
    archive.site.add(*stories(k, first=1000))
    run = archive.run()
    assert (run.status, len(run.articles), run.listings) == (0, k, ceil(k / 50) + 1 if k else 1)
    assert len(archive.posts()) == 60 + k
    again = archive.run()
    assert (again.status, again.articles, again.listings) == (0, [], 1)


def test_nothing_new_costs_one_listing_request_for_each_channel(archive: Archive) -> None:
    archive.site.channels = BOTH
    archive.site.add(*stories(5, first=100, channels=("1687",)))
    assert archive.run(channels="1686,1687").listings == 1 + 2
    run = archive.run(channels="1686,1687")
    assert (run.status, len(run.requests), run.articles) == (0, 2, [])


@pytest.mark.parametrize("k", [1, 50, 70])
def test_an_article_of_several_channels_is_fetched_once(archive: Archive, k: int) -> None:
    archive.site.channels = BOTH
    archive.site.add(*stories(k, first=100, channels=("1686", "1687")))
    run = archive.run(channels="1686,1687")
    assert len(run.articles) == k == len(set(run.articles))
    assert run.listings == 2 * (ceil(k / 50) + 1)


def test_what_one_channel_shows_does_not_hide_what_comes_later_in_another(archive: Archive) -> None:
    archive.site.channels = BOTH
    archive.site.add(*stories(10, first=100, channels=("1687",)))
    archive.site.add(*stories(60, first=200, channels=("1686", "1687")))
    run = archive.run(channels="1686,1687")
    assert len(run.articles) == 70
    assert set(archive.posts()) >= {listed.doc_id for listed in archive.site.listed(BOTH[1])}


def test_a_moved_mtime_costs_one_request_and_no_further_listing_page(archive: Archive) -> None:
    archive.site.add(story(60).edited("另一段。"))
    run = archive.run()
    assert (run.articles, run.listings) == ([story(60).url], 1)
    assert archive.run().articles == []


def test_a_moved_mtime_of_an_unchanged_article_costs_one_request_once(archive: Archive) -> None:
    archive.site.add(replace(story(60), modified=story(60).created + timedelta(hours=2)))
    assert [len(archive.run().articles) for _ in range(2)] == [1, 0]


def test_a_vanished_article_whose_mtime_moved_is_asked_for_once(archive: Archive) -> None:
    archive.site.add(story(60).edited("另一段。")).put(story(60).url, None)
    settings = WITHOUT_REVISITS
    assert [len(archive.run(settings=settings).articles) for _ in range(2)] == [1, 0]


def test_an_article_that_is_due_and_listed_is_asked_for_once(archive: Archive) -> None:
    run = archive.run(timedelta(hours=2))
    assert len(run.articles) == len(set(run.articles)) == 60


def test_a_late_arrival_further_down_the_first_page_is_fetched(archive: Archive) -> None:
    archive.site.add(story(999, created=story(30).created))
    assert archive.run().articles == [story(999, created=story(30).created).url]


def test_an_entry_without_mtime_is_not_asked_for_again(archive: Archive) -> None:
    entries = [{name: value for name, value in news.entry().items() if name != "mtime"} for news in stories(5)]
    archive.site.put(listing_url(BOTH[0], 1), answer(entries))
    assert archive.run().articles == []


def test_the_same_entry_twice_on_a_page_is_one_request(archive: Archive) -> None:
    archive.site.add(story(100)).put(listing_url(BOTH[0], 1), answer([story(100), story(100), *stories(5)]))
    assert archive.run().articles == [story(100).url]


def test_an_article_under_another_url_is_not_asked_for_again(archive: Archive) -> None:
    elsewhere = story(60).entry() | {"url": story(60).url.replace("/china/", "/roll/") + "?cre=tianyi&mod=pcfin"}
    archive.site.put(listing_url(BOTH[0], 1), answer([elsewhere]))
    assert archive.run().articles == []


class TestConditionalRequests:
    """Where the server gives an ETag, an article that is looked at again is asked for with it."""

    @pytest.fixture
    def archive(self, tmp_path: Path) -> Archive:
        archive = Archive(Site(tmp_path / "site", etags=True).add(*stories(3)), tmp_path / "archive")
        archive.run()
        return archive

    def test_the_first_request_has_none(self, tmp_path: Path) -> None:
        run = Archive(Site(tmp_path / "site", etags=True).add(story(1)), tmp_path / "other").run()
        assert run.articles == [story(1).url]

    def test_an_unchanged_page_is_answered_without_a_body(self, archive: Archive) -> None:
        run = archive.run(timedelta(hours=2))
        assert run.articles == [f"{news.url} conditional" for news in stories(3)]
        assert (run.status, run.stats["archive/fetch/not_modified"]) == (0, 3)
        assert archive.run().articles == []

    def test_a_changed_page_comes_whole(self, archive: Archive) -> None:
        archive.site.add(replace(story(1), paragraphs=("改过的一段。",)))
        archive.run(timedelta(hours=2))
        assert "改过的一段。" in archive.posts()[story(1).doc_id]

    def test_after_a_change_of_the_boilerplate_the_new_etag_is_used(self, archive: Archive) -> None:
        archive.site.add(*(replace(news, boilerplate="二") for news in stories(3)))
        archive.run(timedelta(hours=2))
        assert archive.run(timedelta(hours=6)).stats["archive/fetch/not_modified"] == 3

    def test_an_article_that_was_gone_and_is_back_unchanged_is_back_in_the_catalog(self, archive: Archive) -> None:
        archive.site.put(story(1).url, None)
        for _ in range(2):
            archive.run(timedelta(hours=2))
        assert archive.rows("SELECT gone FROM articles WHERE gone IS NOT NULL") == [("http_404",)]
        archive.site.restore(story(1).url)
        archive.run(timedelta(hours=6))
        assert archive.rows("SELECT gone FROM articles WHERE gone IS NOT NULL") == []

    def test_a_failed_attempt_to_look_again_is_repeated(self, archive: Archive) -> None:
        archive.site.status[story(1).url] = 503
        archive.run(timedelta(hours=2))
        archive.site.restore(story(1).url)
        assert [url.split()[0] for url in archive.run(timedelta(hours=1)).articles] == [story(1).url]
