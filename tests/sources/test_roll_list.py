"""A channel's list, page by page: what is asked for next, and when it is complete."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from crawler.archive.archive import Archive
from crawler.archive.readings import Reading
from crawler.sina.channels import CHANNELS
from crawler.sina.roll_api import listing_url
from crawler.sources import roll_list
from crawler.sources.list_reading import ListReading
from crawler.sources.roll_list import RollList
from crawler.sources.source import Answer, Ask, NoAnswer
from tests.support.catalogs import open_archive
from tests.support.sites import Story, answer, stories

CHANNEL = CHANNELS[0]
NOW = datetime(2024, 3, 5, 4, tzinfo=UTC)


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with open_archive(tmp_path / "archive") as archive:
        yield archive


def source(archive: Archive, max_pages: float = float("inf")) -> RollList:
    return RollList(CHANNEL, max_pages, archive.readings)


def ask(page: int = 1, **state: object) -> Ask:
    return Ask(listing_url(CHANNEL, page), replace(ListReading(page, begun=NOW), **state))  # type: ignore[arg-type]


def was_read(archive: Archive) -> None:
    archive.readings.end(Reading(CHANNEL.lid, NOW, "end", is_complete=True))


def read_all(archive: Archive, pages: list[list[Story]], total: int) -> list[Answer]:
    """The answers to all that is asked for; after the last page, it is answered again and again."""
    asked, shown = list(source(archive).start()), []
    for ask in asked:
        page = min(ask.state.page, len(pages)) - 1
        shown.append(source(archive).read(ask, answer(pages[page], total).encode()))
        asked += shown[-1].asks
    return shown


def test_it_begins_with_the_first_page(archive: Archive) -> None:
    (first,) = source(archive).start()
    assert (first.url, first.priority) == (listing_url(CHANNEL, 1), 0)


def test_a_page_gives_its_entries_and_the_next_page_if_it_shows_anything_new(archive: Archive) -> None:
    shown = source(archive).read(ask(), answer(stories(3)).encode())
    assert [entry.title for entry in shown.entries] == [story.title for story in stories(3)]
    (following,) = shown.asks
    assert (following.url, following.priority) == (listing_url(CHANNEL, 2), -1)
    assert (following.state.page, following.state.count) == (2, 3)
    assert shown.ended is None


def test_what_can_not_be_used_counts_as_seen(archive: Archive) -> None:
    shown = source(archive).read(ask(2), answer([*stories(2), {"title": "an advertisement"}]).encode())
    assert shown.left_out == {"no_url": 1}
    assert shown.asks[0].state.count == 3


def test_an_entry_that_moved_to_the_next_page_counts_once(archive: Archive) -> None:
    first = source(archive).read(ask(), answer(stories(3)).encode()).asks[0]
    shown = source(archive).read(first, answer(stories(3, first=3)).encode())
    assert shown.asks[0].state.count == 5


def test_no_page_is_asked_for_beyond_the_bound(archive: Archive) -> None:
    shown = source(archive, max_pages=2).read(ask(2), answer(stories(3)).encode())
    assert shown.asks == ()
    assert shown.ended
    assert (shown.ended.how, shown.ended.is_complete) == ("max_pages", False)


def test_an_empty_page_ends_the_list(archive: Archive) -> None:
    was_read(archive)
    shown = source(archive).read(ask(3, unusable=60), answer([], total=60).encode())
    assert shown.ended
    assert (shown.ended.how, shown.ended.is_complete) == ("end", True)


@pytest.mark.parametrize(
    ("page", "before", "failure"),
    [(1, False, "empty"), (2, True, "short_answer"), (2, False, "")],
    ids=["the first page", "too early", "too early, at the first reading"],
)
def test_an_empty_page_that_is_not_the_end_is_a_failure(
    archive: Archive, page: int, before: bool, failure: str
) -> None:
    if before:
        was_read(archive)
    shown = source(archive).read(ask(page, unusable=50), answer([], total=130).encode())
    assert shown.failure == failure
    assert bool(shown.ended and shown.ended.is_complete) == (not failure)


class TestALastPageThatComesAgain:
    """For every higher number: it ends the list as an empty one does."""

    @pytest.mark.parametrize("total", [130, 100_000], ids=["all of the total", "the total says more"])
    def test_the_first_reading_ends_there(self, archive: Archive, total: int) -> None:
        pages = [stories(50, first=81), stories(50, first=31), stories(30)]
        shown = read_all(archive, pages, total)
        assert (len(shown), [answer.failure for answer in shown]) == (4, [""] * 4)
        assert shown[-1].ended
        assert (shown[-1].ended.how, shown[-1].ended.is_complete) == ("end" if total == 130 else "last_page", True)
        assert shown[-1].ended.first_day == date(2024, 3, 4 if total == 130 else 5)  # below may be more of the 4th

    def test_a_later_reading_that_met_nothing_known_is_not_complete(self, archive: Archive) -> None:
        was_read(archive)
        shown = read_all(archive, [stories(50)], 900)
        assert [answer.failure for answer in shown] == ["", "short_answer"]
        assert shown[-1].detail == f"the list of {CHANNEL.name} ends after 50 of 900 entries"

    def test_pages_that_take_turns_end_it_too(self, archive: Archive) -> None:
        first = source(archive).read(ask(), answer(stories(50)).encode()).asks[0]
        second = source(archive).read(first, answer(stories(50, first=51)).encode()).asks[0]
        assert source(archive).read(second, answer(stories(50), 100).encode()).asks == ()


def test_a_list_that_never_ends_is_left_after_a_bound_and_named(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(roll_list, "_MOST_PAGES", 5)
    shown = read_all(archive, [stories(50, first=number * 50) for number in range(1, 9)], 100_000)
    assert [answer.failure for answer in shown] == ["", "", "", "", "too_many_pages"]
    assert "goes on after page 5" in shown[-1].detail


def test_pages_in_another_order_are_all_read_and_prove_no_day(archive: Archive) -> None:
    pages = [stories(50), stories(50, first=101), stories(50, first=51)]
    shown = read_all(archive, pages, 150)
    assert len({entry.url for answer in shown for entry in answer.entries}) == 150
    assert shown[-1].ended
    assert (shown[-1].ended.is_complete, shown[-1].ended.first_day) == (True, None)


def test_a_list_from_which_an_entry_went_while_it_was_read_proves_no_day(archive: Archive) -> None:
    first = source(archive).read(ask(), answer(stories(50, first=51), 100).encode()).asks[0]
    second = source(archive).read(first, answer(stories(49), 99).encode()).asks[0]
    ended = source(archive).read(second, answer([], 99).encode()).ended
    assert ended
    assert ended.first_day is None


def test_what_is_no_list_is_no_answer(archive: Archive) -> None:
    with pytest.raises(NoAnswer) as error:
        source(archive).read(ask(), b"<html>busy</html>")
    assert error.value.reason == "html"
