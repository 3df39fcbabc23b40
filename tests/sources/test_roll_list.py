"""A channel's list, page by page: what is asked for next, and when it is complete."""

import pytest

from crawler.sina.channels import CHANNELS
from crawler.sina.roll_api import listing_url
from crawler.sources.roll_list import RollList
from crawler.sources.source import Ask, NoAnswer
from tests.support.sites import answer, stories

CHANNEL = CHANNELS[0]


def source(max_pages: float = float("inf"), was_read: bool = False) -> RollList:
    return RollList(CHANNEL, max_pages, lambda _lid: was_read)


def ask(page: int = 1, before: int = 0) -> Ask:
    return Ask(listing_url(CHANNEL, page), (page, before))


def test_it_begins_with_the_first_page() -> None:
    (first,) = source().start()
    assert (first.url, first.only_if_new, first.priority) == (listing_url(CHANNEL, 1), False, 0)


def test_a_page_gives_its_entries_and_the_next_page_if_it_shows_anything_new() -> None:
    shown = source().read(ask(), answer(stories(3)).encode())
    assert [entry.title for entry in shown.entries] == [story.title for story in stories(3)]
    (following,) = shown.asks
    assert (following.url, following.only_if_new, following.priority) == (listing_url(CHANNEL, 2), True, -1)
    assert following.state == (2, 3)
    assert not shown.is_complete


def test_what_can_not_be_used_counts_as_seen() -> None:
    shown = source().read(ask(2, 50), answer([*stories(2), {"title": "an advertisement"}]).encode())
    assert shown.left_out == {"no_url": 1}
    assert shown.asks[0].state == (3, 53)


def test_no_page_is_asked_for_beyond_the_bound() -> None:
    assert source(max_pages=2).read(ask(2, 50), answer(stories(3)).encode()).asks == ()


def test_an_empty_page_ends_the_list() -> None:
    assert source(was_read=True).read(ask(3, 60), answer([], total=60).encode()).is_complete


@pytest.mark.parametrize(
    ("page", "before", "was_read", "failure"),
    [(1, 0, False, "empty"), (2, 50, True, "short_answer"), (2, 50, False, "")],
    ids=["the first page", "too early", "too early, at the first reading"],
)
def test_an_empty_page_that_is_not_the_end_is_a_failure(page: int, before: int, was_read: bool, failure: str) -> None:
    shown = source(was_read=was_read).read(ask(page, before), answer([], total=130).encode())
    assert (shown.failure, shown.is_complete) == (failure, not failure)


def test_what_is_no_list_is_no_answer() -> None:
    with pytest.raises(NoAnswer) as error:
        source().read(ask(), b"<html>busy</html>")
    assert error.value.reason == "html"
