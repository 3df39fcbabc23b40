"""A window of time, walked slice by slice: resumable, and never taken for complete when it is not."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from crawler.sina.roll_api import listing_url, window_url
from crawler.times import iso, parse_time
from tests.support.archives import Archive, Run
from tests.support.catalogs import open_archive
from tests.support.sites import CHANNEL, Site, answer, stories, story

WINDOW = {"since": "2024-03-01", "until": "2024-03-03"}
FIRST = parse_time("since", "2024-03-01")
DAY = timedelta(days=1)
DAYS, PER_DAY = 3, 52


def day(number: int) -> datetime:
    """The midnight at which day `number` begins, from 1."""
    return FIRST + (number - 1) * DAY


def page(number: int, of: int = 1, start: datetime | None = None, end: datetime | None = None) -> str:
    """The URL of a page of a day's slice, or of another part of time."""
    return window_url(CHANNEL, of, start or day(number), end or day(number + 1))


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    """Of a site with fifty-two articles on each of three days."""
    site = Site(tmp_path / "site")
    for number in range(1, DAYS + 1):
        for at in range(PER_DAY):
            site.add(story(number * 1000 + at, created=day(number) + at * timedelta(minutes=20)))
        site.window(day(number), day(number + 1))
    return Archive(site, tmp_path / "archive", reads=False)


def backfill(archive: Archive, **settings: Any) -> Run:
    return archive.run(settings=settings, **WINDOW)


def failures(archive: Archive) -> list[tuple[str, int, int | None]]:
    """Reason, found and total of the slices that failed."""
    return archive.rows("SELECT reason, found, total FROM slices WHERE state = 'failed' ORDER BY start")


def test_all_articles_of_the_window_are_archived(archive: Archive) -> None:
    run = backfill(archive)
    assert (run.status, len(run.articles), run.listings) == (0, DAYS * PER_DAY, DAYS * 2)
    assert len(archive.posts()) == DAYS * PER_DAY


def test_the_same_backfill_again_asks_for_nothing(archive: Archive) -> None:
    backfill(archive)
    run = backfill(archive)
    assert (run.status, run.requests) == (0, ())


def test_a_longer_window_asks_for_what_is_not_done(archive: Archive) -> None:
    archive.run(since="2024-03-02", until="2024-03-02")
    run = backfill(archive)
    assert {url for url in run.requests if "/api/roll/" in url} == {page(n, of) for n in (1, 3) for of in (1, 2)}


@pytest.mark.parametrize(("order", "days"), [("newest", [3, 2, 1]), ("oldest", [1, 2, 3])])
def test_it_begins_at_the_end_that_the_setting_names(archive: Archive, order: str, days: list[int]) -> None:
    run = backfill(archive, ARCHIVE_BACKFILL_ORDER=order, CONCURRENT_REQUESTS=1)
    asked = [url for url in run.requests if "/api/roll/" in url and "&page=1&" in url]
    assert asked == [page(number) for number in days]


def test_a_day_without_articles_is_complete(archive: Archive) -> None:
    archive.site.put(page(2), answer([], total=0))
    run = backfill(archive)
    assert (run.status, len(archive.posts())) == (0, (DAYS - 1) * PER_DAY)


def test_the_log_says_how_far_it_is_and_how_long_it_will_take(archive: Archive) -> None:
    lines = [line for line in backfill(archive).log if "slices walked" in line]
    assert len(lines) == DAYS
    assert f"backfill: {DAYS} of {DAYS} slices walked, about 0 min left" in lines[-1]


class TestAnAnswerThatIsNotComplete:
    """It fails its slice, loudly; the others go on, and the next run takes the slice up again."""

    def check(self, archive: Archive, reason: str, found: int, total: int | None) -> None:
        run = backfill(archive)
        assert (run.status, run.report and run.report["outcome"]) == (10, "listing_failed")
        assert failures(archive) == [(reason, found, total)]
        assert len(archive.posts()) >= (DAYS - 1) * PER_DAY
        archive.site.window(day(2), day(3))
        again = backfill(archive)
        assert (again.status, failures(archive), len(archive.posts())) == (0, [], DAYS * PER_DAY)
        assert {url for url in again.requests if "/api/roll/" in url} == {page(2), page(2, 2)}

    def test_fewer_entries_than_the_total_promises(self, archive: Archive) -> None:
        found = archive.site.in_window(CHANNEL, day(2), day(3))
        archive.site.put(page(2), answer(found[:49], PER_DAY)).put(page(2, 2), answer([], PER_DAY))
        self.check(archive, "short_answer", 49, PER_DAY)

    def test_nothing_at_all_though_the_total_promises_something(self, archive: Archive) -> None:
        archive.site.put(page(2), answer([], PER_DAY))
        self.check(archive, "short_answer", 0, PER_DAY)

    def test_the_first_page_for_every_page(self, archive: Archive) -> None:
        found = archive.site.in_window(CHANNEL, day(2), day(3))
        for of in range(1, 41):
            archive.site.put(page(2, of), answer(found[:49], PER_DAY))
        self.check(archive, "short_answer", 49, PER_DAY)

    def test_a_page_that_repeats_is_the_last_that_is_asked_for(self, archive: Archive) -> None:
        of_day = archive.site.in_window(CHANNEL, day(2), day(3))
        for of in range(2, 41):
            archive.site.put(page(2, of), answer(of_day[50:], 900))
        archive.site.put(page(2), answer(of_day[:50], 900))
        run = backfill(archive)
        assert (run.status, failures(archive)) == (10, [("short_answer", PER_DAY, 900)])
        assert sum(url.startswith(page(2).partition("&page=")[0]) for url in run.requests) == DAYS * 2 + 1
        assert page(2, 3) in run.requests
        assert page(2, 4) not in run.requests

    @pytest.mark.parametrize("text", ["<html>busy</html>", "", '{"result": {"status": {"code": 11}}}'])
    def test_no_listing(self, archive: Archive, text: str) -> None:
        archive.site.put(page(2), text)
        self.check(archive, "unreadable", 0, None)

    def test_no_answer(self, archive: Archive) -> None:
        archive.site.put(page(2), None)
        self.check(archive, "http_404", 0, None)


def test_where_a_later_answer_ignores_the_window_the_list_is_read_for_all_that_is_left(archive: Archive) -> None:
    """As where all of the list's first page is of the newest day, which looks like an answer for that day."""
    archive.site.put(page(2), answer(archive.site.in_window(CHANNEL, day(3), day(4))[:50], PER_DAY))
    archive.site.put(page(1), answer(archive.site.in_window(CHANNEL, day(3), day(4))[:50], PER_DAY))
    run = backfill(archive)
    assert listing_url(CHANNEL, 1) in run.requests
    assert len(archive.posts()) == DAYS * PER_DAY
    reasons = {reason for reason, *_ in failures(archive)}  # of the first day, and of the last if it was not walked yet
    assert "list_ends" in reasons <= {"list_ends", "list_stale"}


@pytest.mark.parametrize("total", [0, 1, 50])
def test_a_total_that_is_too_small_ends_no_slice_whose_page_was_full(archive: Archive, total: int) -> None:
    archive.site.window(day(2), day(3), total=total)
    run = backfill(archive)
    assert (run.status, len(archive.posts()), run.listings) == (0, DAYS * PER_DAY, DAYS * 2)


class TestATotalThatIsAlwaysTooHigh:
    """It is the list's own lie where the same answer comes again; nothing tells it from a short answer before."""

    def test_a_slice_is_done_when_the_same_answer_comes_in_another_run(self, archive: Archive) -> None:
        archive.site.window(day(2), day(3), total=PER_DAY + 2)
        assert backfill(archive).status == 10
        run = backfill(archive)
        assert (run.status, failures(archive)) == (0, [])
        assert sum("is 2 too high, as it was before" in line for line in run.log) == 1

    def test_then_it_is_known_of_the_channel_and_fails_no_other_slice(self, archive: Archive) -> None:
        for number in range(1, DAYS + 1):
            archive.site.window(day(number), day(number + 1), total=PER_DAY + 2)
        statuses = [archive.run(since="2024-03-01", until="2024-03-01").status for _ in range(2)]
        assert statuses == [10, 0]
        assert (backfill(archive).status, failures(archive)) == (0, [])

    def test_more_that_is_missing_is_a_failure_still(self, archive: Archive) -> None:
        archive.site.window(day(2), day(3), total=PER_DAY + 2)
        backfill(archive)
        archive.site.window(day(2), day(3), total=PER_DAY + 3)
        assert (backfill(archive).status, failures(archive)) == (10, [("short_answer", PER_DAY, PER_DAY + 3)])


def test_a_window_of_a_single_entry_without_a_total_is_complete(tmp_path: Path) -> None:
    """No list has pages of one: it is no full page, after which more could lie."""
    archive = Archive(Site(tmp_path / "site").add(story(1, created=day(2))), tmp_path / "archive", reads=False)
    for number in range(1, DAYS + 1):
        shown = archive.site.in_window(CHANNEL, day(number), day(number + 1))
        for of, entries in enumerate((shown, []), start=1):
            without = answer(entries).replace(f'"total": {len(entries)}', '"total": null')
            archive.site.put(page(number, of), without)
    assert (backfill(archive).status, failures(archive)) == (0, [])


def test_a_day_that_was_walked_before_it_was_over_is_walked_again(archive: Archive) -> None:
    archive.at = day(3) + timedelta(hours=20)
    assert backfill(archive).status == 0
    late = story(5000, created=day(3) + timedelta(hours=22))
    archive.site.add(late).window(day(3), day(4))
    run = archive.run(timedelta(hours=10), **WINDOW, settings={"ARCHIVE_LOOK_AGAIN_AFTER": ""})
    assert {url for url in run.requests if "/api/roll/" in url} == {page(3), page(3, 2)}
    assert late.doc_id in archive.posts()
    assert backfill(archive).listings == 0


def test_coverage_says_when_a_backfill_proved_a_day(archive: Archive) -> None:
    backfill(archive)
    with open_archive(archive.folder) as opened:
        rows = opened.ledger.coverage(None, None)
    assert [(row.day, row.complete_at, row.complete_by) for row in rows] == [
        (f"2024-03-0{number}", iso(archive.at), "window") for number in (1, 2, 3)
    ]


def test_without_a_total_it_is_read_until_nothing_comes(archive: Archive) -> None:
    found = archive.site.in_window(CHANNEL, day(2), day(3))
    for of, shown in enumerate((found[:50], found[50:], []), start=1):
        archive.site.put(page(2, of), answer(shown).replace(f'"total": {len(shown)}', '"total": null'))
    run = backfill(archive)
    assert (run.status, len(archive.posts())) == (0, DAYS * PER_DAY)
    assert page(2, 3) in run.requests


def test_a_slice_that_ends_with_a_full_page_too_early_is_halved(archive: Archive) -> None:
    noon = day(2) + DAY / 2
    archive.site.put(page(2, 2), answer([], PER_DAY)).window(day(2), noon).window(noon, day(3))
    run = backfill(archive)
    assert (run.status, len(archive.posts())) == (0, DAYS * PER_DAY)


def test_an_entry_without_a_url_counts_as_found(archive: Archive) -> None:
    archive.site.put(page(2), answer([story(2000, created=day(2)), {"title": "an advertisement"}], 2))
    assert backfill(archive).status == 0


def test_an_entry_of_the_very_midnight_may_stand_in_both_days(archive: Archive) -> None:
    midnight = archive.site.in_window(CHANNEL, day(2), day(2) + timedelta(seconds=1))
    found = archive.site.in_window(CHANNEL, day(1), day(2))
    archive.site.put(page(1), answer([*midnight, *found[:49]], PER_DAY + 1))
    archive.site.put(page(1, 2), answer(found[49:], PER_DAY + 1))
    run = backfill(archive)
    assert (run.status, len(run.articles)) == (0, DAYS * PER_DAY)


def test_a_slice_that_is_too_large_is_halved(archive: Archive) -> None:
    noon = day(2) + DAY / 2
    archive.site.put(page(2), answer(archive.site.in_window(CHANNEL, day(2), day(3))[:50], 2001))
    archive.site.window(day(2), noon).window(noon, day(3))
    run = backfill(archive)
    assert (run.status, len(archive.posts())) == (0, DAYS * PER_DAY)
    assert {page(2, start=day(2), end=noon), page(2, start=noon, end=day(3))} <= set(run.requests)
    assert page(2, 2) not in run.requests
    assert backfill(archive).requests == ()


def test_a_slice_that_can_not_be_halved_any_more_fails(archive: Archive) -> None:
    start, end = day(2), day(2) + timedelta(minutes=15)
    found = stories(5, first=9000, created=start + timedelta(minutes=5))
    archive.site.put(page(2, start=start, end=end), answer(found, 2001))
    archive.site.put(page(2, 2, start=start, end=end), answer([], 2001))
    run = archive.run(since="2024-03-02T00:00", until="2024-03-02T00:15")
    assert (run.status, failures(archive)) == (10, [("short_answer", 5, 2001)])


@pytest.mark.parametrize("pages", [1, 4, 60, 130])
def test_interrupted_anywhere_the_same_command_goes_on_where_it_was(archive: Archive, pages: int) -> None:
    first = backfill(archive, CLOSESPIDER_PAGECOUNT=pages)
    assert len(archive.posts()) < DAYS * PER_DAY
    rest = backfill(archive)
    assert (first.status, rest.status) == (16, 0)
    assert len(archive.posts()) == DAYS * PER_DAY
    assert not set(first.articles) & set(rest.articles)
    assert archive.rows("SELECT DISTINCT state FROM entries") == [("archived",)]
    assert archive.rows("SELECT count(*) FROM slices WHERE state = 'done'") == [(DAYS,)]


def test_a_run_after_a_backfill_still_lists_what_lies_before_it(archive: Archive) -> None:
    early = Site(archive.site.folder).add(*archive.site.in_window(CHANNEL, day(1), day(2)))
    Archive(early, archive.folder, archive.at - DAY, reads=False).run()
    archive.run(since="2024-03-03", until="2024-03-03")
    run = archive.run()
    assert (run.status, len(archive.posts())) == (0, DAYS * PER_DAY)
