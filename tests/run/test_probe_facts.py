"""From answers to facts, without asking anyone."""

from datetime import timedelta

import pytest

from crawler.run import probe_facts as judge
from crawler.run.probe_facts import NOT_ASKED, Listing, Reply, listing_of
from tests.support.sites import CHANNEL, NOON, answer, stories

URLS = ["https://feed.mix.sina.com.cn/api/roll/get?pageid=155&lid=1686&num=50&page=1"]


def shown(*numbers: int) -> Listing:
    """A page with these articles, the higher the newer by a minute."""
    entries = [one for number in numbers for one in stories(1, first=number)]
    listing = listing_of(Reply("", 200, answer(entries).encode()), CHANNEL)
    assert isinstance(listing, Listing)
    return listing


@pytest.mark.parametrize(
    ("reply", "holds", "says"),
    [
        (Reply("", 200, b"User-agent: *\nDisallow: /api/roll/\n"), False, "forbids /api/roll/get"),
        (Reply("", 200, b"User-agent: ours\nDisallow: /\nUser-agent: *\nAllow: /"), False, "forbids /api/roll/get"),
        (Reply("", 200, b"User-agent: *\nCrawl-delay: 5\n"), True, "Crawl-delay 5"),
        (Reply("", 404), True, "all is allowed"),
        (Reply("", 503), False, "nothing is allowed for now"),
        (Reply("", error="no_answer"), False, "nothing is allowed for now"),
        (Reply("", error=NOT_ASKED), None, "not asked"),
    ],
)
def test_robots_as_rfc_9309_reads_it(reply: Reply, holds: bool | None, says: str) -> None:
    fact = judge.robots("feed.mix.sina.com.cn", reply, "ours", URLS)
    assert fact.holds is holds
    assert says in fact.seen


def test_a_list_that_is_not_newest_first_is_named() -> None:
    assert judge.list_shape(shown(3, 2, 1)).holds is True
    assert judge.list_shape(shown(3, 1, 2)).holds is False


def test_the_first_page_again_is_no_window_and_no_cursor() -> None:
    top = shown(9, 8, 7)
    assert judge.window("155", top, NOON, NOON + timedelta(minutes=3)).holds is False
    assert judge.cursor("155", top, top, NOON + timedelta(minutes=7, seconds=1)).holds is False


def test_a_cursor_that_leaves_a_gap_does_not_work() -> None:
    moment = NOON + timedelta(minutes=7, seconds=1)
    assert judge.cursor("155", shown(7, 6), shown(9, 8, 7), moment).holds is True
    assert judge.cursor("155", shown(5, 4), shown(9, 8, 7), moment).holds is False


def test_an_empty_window_says_nothing() -> None:
    assert judge.window("155", shown(), NOON, NOON).holds is None


@pytest.mark.parametrize(
    ("page", "holds", "seen"), [((), True, "empty"), ((9, 8), False, "the first page"), ((2, 1), False, "of the list")]
)
def test_what_stands_beyond_the_end(page: tuple[int, ...], holds: bool, seen: str) -> None:
    fact = judge.beyond_end(1000, shown(*page), shown(9, 8))
    assert fact.holds is holds
    assert seen in fact.seen


def test_what_fails_is_for_someone_to_be_told_and_says_what_happens() -> None:
    good, bad = judge.num_cap(shown(*range(50)), 100), judge.num_cap(shown(2, 1), 100)
    assert (good.report, bad.holds) == ("nobody", False)
    assert bad.report != "nobody"
    assert bad.does != good.does
