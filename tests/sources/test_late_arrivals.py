"""An article that is released late enters the list below its top: it is found within a day, and cheaply."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from crawler.times import iso
from tests.support.archives import Archive
from tests.support.catalogs import open_archive
from tests.support.sites import CHANNEL, NOON, Site, Story, answer, listing_url, stories, story

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
STILL = {"ARCHIVE_LOOK_AGAIN_AFTER": ""}
PER_DAY = 30


def of_day(number: int, count: int = PER_DAY) -> list[Story]:
    """The articles of a day, a few minutes from each other; day 0 is the one before the first run."""
    start = NOON + (number - 1) * DAY
    return [story((number + 20) * 1000 + at, created=start + at * DAY / PER_DAY) for at in range(1, count + 1)]


def late(days: float) -> Story:
    """Created that long before the first run."""
    return story(999_999, created=NOON + DAY / 7 - timedelta(days=days))


@pytest.fixture(scope="module")
def archived(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    """Of a site with thirty articles on each of the last ten days, all archived: six pages."""
    folder = tmp_path_factory.mktemp("late")
    site = Site(folder / "site")
    for number in range(-9, 1):
        site.add(*of_day(number))
    archive = Archive(site, folder / "archive", at=NOON, reads=False)
    assert archive.run(settings=STILL).status == 0
    return archive


@pytest.fixture
def archive(archived: Archive, tmp_path: Path) -> Archive:
    """A copy of it."""
    shutil.copytree(archived.folder, tmp_path / "archive")
    site = Site(tmp_path / "site").add(*archived.site.stories.values())
    return Archive(site, tmp_path / "archive", archived.at, reads=False)


def listings_until_archived(archive: Archive, wanted: Story, every: timedelta, within: timedelta) -> list[int]:
    """What each scheduled run asked for, until the article is there."""
    asked = []
    for _ in range(within // every):
        run = archive.run(every, settings=STILL)
        assert run.status == 0
        asked.append(run.listings)
        if wanted.doc_id in archive.posts():
            return asked
    pytest.fail(f"still missing after {within}; list requests: {asked}")


@pytest.mark.parametrize("days", [0.7, 2, 5])
@pytest.mark.parametrize("every", [4 * HOUR, DAY], ids=["every four hours", "daily"])
@pytest.mark.parametrize("totals", ["true", "absent"])
def test_it_is_found_within_a_day_at_the_cost_of_a_dozen_list_requests(
    archive: Archive, days: float, every: timedelta, totals: str
) -> None:
    archive.site.add(late(days))
    if totals == "absent":
        hide_totals(archive.site)
    asked = listings_until_archived(archive, late(days), every, DAY)
    assert sum(count - 1 for count in asked) <= 12 + 1  # one more for the page after that which showed it
    assert len(asked) == 1 if totals == "true" else all(count == 1 for count in asked[:-1])


def hide_totals(site: Site) -> None:
    for url, text in site.lists(CHANNEL).items():
        site.put(url, text.replace('"total":', '"untold":'))


def test_an_idle_run_costs_one_list_request_but_for_one_a_day(archive: Archive) -> None:
    asked = [archive.run(4 * HOUR, settings=STILL).listings for _ in range(10)]
    assert asked == [1, 1, 1, 1, 5, 1, 1, 1, 1, 5]


def test_totals_that_lie_cost_no_more_than_a_dozen_list_requests_a_day(archive: Archive) -> None:
    asked = 0
    for number in range(6):
        for url, text in archive.site.lists(CHANNEL).items():
            archive.site.put(url, text.replace('"total": 300', f'"total": {2000 + number}'))
        run = archive.run(timedelta(minutes=30), settings=STILL)
        assert run.status == 0
        asked += run.listings - 1
    assert asked == 12


def test_what_is_no_article_is_no_reason_to_read_on(archive: Archive) -> None:
    pages = archive.site.lists(CHANNEL)
    videos = [{"url": f"https://video.sina.com.cn/p/finance/2024-03-04/detail-i{at}.d.html"} for at in range(3)]
    newest = archive.site.listed()[:47]
    archive.site.put(listing_url(CHANNEL, 1), answer([*videos, *newest], len(archive.site.listed()) + 3))
    assert len(pages) > 2
    assert archive.run(settings=STILL).listings == 1


def test_a_page_without_any_article_does_not_end_the_list(archive: Archive) -> None:
    videos = [{"url": f"https://video.sina.com.cn/p/finance/2024-03-04/detail-i{at}.d.html"} for at in range(50)]
    new = stories(5, first=50_000, created=NOON + HOUR)
    known = archive.site.listed()[:45]
    archive.site.add(*new)
    archive.site.put(listing_url(CHANNEL, 1), answer(videos)).put(listing_url(CHANNEL, 2), answer([*new, *known]))
    assert len(archive.run(settings=STILL).articles) == 5


class TestWhatIsProved:
    """The ledger says until when each day was proved complete, and by what; `nothing new` proves no day."""

    def proofs(self, archive: Archive) -> list[str | None]:
        with open_archive(archive.folder) as opened:
            rows = opened.ledger.coverage(None, None)
        assert {row.complete_by for row in rows} <= {"list", None}
        return [row.complete_at for row in rows]

    def test_the_first_reading_proves_all_of_it(self, archive: Archive) -> None:
        assert set(self.proofs(archive)) == {iso(archive.at)}

    def test_an_idle_run_proves_nothing_and_a_deep_one_the_days_that_it_reads(self, archive: Archive) -> None:
        first = iso(archive.at)
        archive.run(HOUR, settings=STILL)
        assert set(self.proofs(archive)) == {first}
        assert archive.run(DAY, settings=STILL).listings == 5
        proofs = self.proofs(archive)
        assert set(proofs[:4]) == {first}
        assert set(proofs[-6:]) == {iso(archive.at)}
