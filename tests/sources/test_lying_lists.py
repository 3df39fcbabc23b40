"""Lists that are not what they should be, crawled: each reading ends, and nothing is missing or it is named."""

from datetime import timedelta
from pathlib import Path

import pytest

from tests.support.archives import Archive
from tests.support.catalogs import open_archive
from tests.support.sites import CHANNEL, NOON, Site, answer, listing_url, stories

STILL = {"ARCHIVE_LOOK_AGAIN_AFTER": ""}
DAY = timedelta(days=1)


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    """Of a site with 130 articles, three pages, nothing archived yet."""
    return Archive(Site(tmp_path / "site").add(*stories(130)), tmp_path / "archive", at=NOON + DAY, reads=False)


def repeat_last_page(site: Site) -> None:
    """For every higher number."""
    last = (len(site.listed()) - 1) // 50 + 1
    for number in range(last + 1, last + 30):
        site.put(listing_url(CHANNEL, number), site.lists(CHANNEL)[listing_url(CHANNEL, last)])


def show_only(site: Site, pages: int) -> None:
    """Its newest pages; the total says that there are more."""
    site.depth = pages


@pytest.mark.parametrize("tick", [1, 60], ids=["a second a request", "a minute a request"])
def test_after_a_first_run_that_took_long_an_idle_one_costs_one_list_request(archive: Archive, tick: int) -> None:
    archive.site.tick = tick
    assert archive.run(settings=STILL).listings == 4
    run = archive.run(timedelta(hours=3), settings=STILL)
    assert (run.status, run.requests) == (0, (listing_url(CHANNEL, 1),))


def test_what_came_while_the_first_run_went_on_is_fetched_by_the_next(archive: Archive) -> None:
    archive.site.tick = 60
    archive.run(settings=STILL)
    archive.site.add(*stories(60, first=200))
    run = archive.run(timedelta(hours=3), settings=STILL)
    assert (run.status, len(run.articles), run.listings) == (0, 60, 3)


def test_a_last_page_that_comes_for_every_number_ends_the_list(archive: Archive) -> None:
    repeat_last_page(archive.site)
    run = archive.run(settings=STILL)
    assert (run.status, run.listings, len(archive.posts())) == (0, 4, 130)
    for after in (timedelta(hours=1), DAY):
        run = archive.run(after, settings=STILL)
        assert (run.status, run.articles) == (0, [])
        assert run.listings <= 4


def test_a_list_that_shows_only_its_newest_pages_is_no_failure(archive: Archive) -> None:
    show_only(archive.site, 2)
    assert (archive.run(settings=STILL).status, len(archive.posts())) == (0, 100)
    for number in range(1, 4):
        archive.site.add(*stories(20, first=1000 * number))
        assert archive.run(DAY, settings=STILL).status == 0
    assert len(archive.posts()) == 160


def test_what_it_left_out_is_a_gap_that_is_named_and_that_a_backfill_fills(archive: Archive) -> None:
    show_only(archive.site, 2)
    archive.run(settings=STILL)
    archive.site.add(*stories(150, first=1000))
    statuses = [archive.run(settings=STILL).status for _ in range(4)]
    assert statuses == [10, 10, 10, 0]
    assert archive.run(settings=STILL).listings == 1
    with open_archive(archive.folder) as opened:
        (gap,) = opened.slices.failures()
    assert (gap["reason"], gap["found"]) == ("short_answer", 100)
    midnight = NOON.replace(hour=0)
    archive.at = NOON + 3 * DAY
    archive.site.window(midnight, midnight + DAY).window(midnight + DAY, midnight + 2 * DAY)
    run = archive.run(settings=STILL, since="2024-03-04", until="2024-03-05")
    assert (run.status, len(archive.posts())) == (0, 280)
    with open_archive(archive.folder) as opened:
        assert opened.slices.failures() == []


def test_a_total_that_always_is_too_high_is_minded_only_when_it_grows(archive: Archive) -> None:
    """Where nothing of the list was known before, its end is all that tells whether it was shown to it."""

    def show(first: int, total: int) -> int:
        archive.site.stories.clear()
        archive.site.add(*stories(20, first=first))
        shown = archive.site.listed()
        archive.site.put(listing_url(CHANNEL, 1), answer(shown, total)).put(listing_url(CHANNEL, 2), answer([], total))
        return archive.run(DAY, settings=STILL).status

    assert [show(1000, 22), show(2000, 22), show(3000, 23)] == [0, 0, 10]


def test_an_old_page_in_the_place_of_the_first_hides_nothing_for_longer_than_a_day(archive: Archive) -> None:
    archive.run(settings=STILL)
    archive.site.add(*stories(10, first=1000))
    pages = archive.site.lists(CHANNEL)
    first, second = listing_url(CHANNEL, 1), listing_url(CHANNEL, 2)
    archive.site.put(first, answer(stories(50))).put(second, pages[first])
    run = archive.run(DAY * 9, settings=STILL)
    assert (run.status, len(run.articles)) == (0, 10)
