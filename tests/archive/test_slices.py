"""Which part of a channel's time is listed completely."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from crawler.archive.slices import Slice, Slices
from crawler.times import iso, parse_time
from tests.support.catalogs import OpenCatalog


def moment(text: str) -> datetime:
    """In Beijing: ``03-05`` or ``03-05T10:30`` of 2024."""
    return parse_time("since", f"2024-{text}")


def part(start: str, end: str, channel: str = "1686") -> Slice:
    return Slice(channel, moment(start), moment(end))


@pytest.fixture
def slices(database: str) -> Iterator[Slices]:
    with OpenCatalog(database) as catalog:
        yield Slices(catalog.engine)


def pending(slices: Slices, start: str, end: str, newest_first: bool = False) -> list[Slice]:
    return slices.pending("1686", moment(start), moment(end), newest_first)


def test_a_window_is_cut_into_days_of_beijing(slices: Slices) -> None:
    days = [part("03-01T10:30", "03-02"), part("03-02", "03-03"), part("03-03", "03-03T08:00")]
    assert pending(slices, "03-01T10:30", "03-03T08:00") == days


def test_it_begins_at_the_end_that_is_asked_for(slices: Slices) -> None:
    assert pending(slices, "03-01", "03-09", newest_first=True) == pending(slices, "03-01", "03-09")[::-1]


def test_what_is_done_is_not_walked_again_and_what_failed_is(slices: Slices) -> None:
    slices.done(part("03-02", "03-03"), 80, 80)
    slices.failed(part("03-03", "03-04"), "short_answer", 50, 80)
    assert pending(slices, "03-01", "03-05") == [
        part("03-01", "03-02"),
        part("03-03", "03-04"),
        part("03-04", "03-05"),
    ]


def test_another_channel_has_its_own(slices: Slices) -> None:
    slices.done(part("03-01", "03-02", channel="1687"), 1, 1)
    assert pending(slices, "03-01", "03-02") == [part("03-01", "03-02")]


def test_halves_that_are_done_make_a_day_that_is_done(slices: Slices) -> None:
    for half in part("03-01", "03-02").halves():
        assert pending(slices, "03-01", "03-02") == [part("03-01", "03-02")]
        slices.done(half, 1, 1)
    assert pending(slices, "03-01", "03-02") == []


@pytest.mark.parametrize(
    ("done", "left"),
    [
        pytest.param([("03-01T00:00", "03-01T12:00")], True, id="a half"),
        pytest.param([("03-01T00:00", "03-01T12:00"), ("03-01T13:00", "03-02")], True, id="an hour is missing"),
        pytest.param([("03-01T00:00", "03-01T13:00"), ("03-01T12:00", "03-02")], False, id="they overlap"),
        pytest.param([("02-01", "03-09")], False, id="a longer one"),
        pytest.param([("03-01T01:00", "03-09")], True, id="the first hour is missing"),
    ],
)
def test_a_day_is_done_when_all_of_its_time_is(slices: Slices, done: list[tuple[str, str]], left: bool) -> None:
    for start, end in done:
        slices.done(part(start, end), 1, 1)
    assert bool(pending(slices, "03-01", "03-02")) == left


def test_a_failure_is_remembered_with_its_reason_until_it_is_done(slices: Slices) -> None:
    slices.failed(part("03-01", "03-02"), "short_answer", 50, 80)
    [failure] = slices.failures()
    assert {name: failure[name] for name in ("channel", "start", "reason", "found", "total")} == {
        "channel": "1686", "start": iso(moment("03-01")), "reason": "short_answer", "found": 50, "total": 80,
    }  # fmt: skip
    slices.done(part("03-01", "03-02"), 80, 80)
    assert slices.failures() == []


@pytest.mark.parametrize(
    "later",
    [[("03-01", "03-02")], [("03-01", "03-01T12:00"), ("03-01T12:00", "03-02")]],
    ids=["the whole day", "its halves"],
)
def test_a_failure_is_over_when_other_slices_cover_its_time(slices: Slices, later: list[tuple[str, str]]) -> None:
    slices.failed(part("03-01", "03-02"), "http_500", 0, None)
    slices.failed(part("03-01T10:00", "03-02"), "http_500", 0, None)
    for start, end in later:
        slices.done(part(start, end), 1, 1)
    assert slices.failures() == []


def test_halves_share_no_moment_and_leave_none_out() -> None:
    whole = part("03-01", "03-02")
    first, second = whole.halves()
    assert (first.start, first.end, second.end) == (whole.start, second.start, whole.end)


def test_a_slice_is_not_cut_for_ever() -> None:
    parts, cuts = [part("03-01", "03-02")], 0
    while parts:
        parts, cuts = [half for one in parts for half in one.halves()], cuts + 1
        assert all(one.end - one.start >= timedelta(minutes=10) for one in parts)
    assert cuts < 10


@pytest.mark.parametrize(
    ("time", "inside"),
    [("02-29T23:59", False), ("03-01", True), ("03-01T23:59", True), ("03-02", True), ("03-02T00:01", False)],
)
def test_it_holds_the_moments_from_its_start_to_its_end(time: str, inside: bool) -> None:
    assert part("03-01", "03-02").holds(moment(time)) == inside


def test_an_entry_without_a_time_is_in_the_slice_that_shows_it() -> None:
    assert part("03-01", "03-02").holds(None)
