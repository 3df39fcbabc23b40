"""A window of a channel's list: each slice is walked until it is proved complete."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from crawler.archive.archive import Archive
from crawler.run.backfill import Backfill
from crawler.sina.channels import CHANNELS
from crawler.sina.roll_api import listing_url, window_url
from crawler.sources.roll_window import RollWindow
from crawler.sources.source import Ask, NoAnswer
from crawler.times import parse_time
from tests.support.catalogs import open_archive
from tests.support.sites import answer, stories

CHANNEL = CHANNELS[0]
START, END = parse_time("since", "2024-03-04"), parse_time("until", "2024-03-05", end=True)
DAY = timedelta(days=1)
MIDDLE = START + DAY


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with open_archive(tmp_path / "archive") as archive:
        yield archive


def source(archive: Archive) -> RollWindow:
    return RollWindow(CHANNEL, Backfill(archive.slices, START, END, newest_first=False))


def scouted(window: RollWindow) -> list[Ask]:
    """What is asked for after the first slice, a day with three articles, was answered."""
    (scout,) = window.start()
    return list(window.read(scout, answer(stories(3)).encode()).asks)


def test_it_begins_with_the_first_page_of_one_day_alone(archive: Archive) -> None:
    assert [ask.url for ask in source(archive).start()] == [window_url(CHANNEL, 1, START, MIDDLE)]


def test_the_other_days_follow_when_the_window_was_honoured(archive: Archive) -> None:
    assert scouted(source(archive))[0].url == window_url(CHANNEL, 1, MIDDLE, END)


def test_a_day_is_done_when_all_of_the_total_was_found(archive: Archive) -> None:
    window = source(archive)
    second, following = scouted(window)
    assert "&page=2&" in following.url  # three entries may be as many as an answer has
    assert window.read(following, answer([], total=3).encode()).asks == ()
    assert [ask.url for ask in source(archive).start()] == [second.url]


def test_the_next_page_is_asked_for_while_there_is_more(archive: Archive) -> None:
    window = source(archive)
    (scout,) = window.start()
    *_, following = window.read(scout, answer(stories(3), total=5).encode()).asks
    assert "&page=2&" in following.url


def test_where_the_first_ignores_the_window_the_list_is_read_from_its_top_once(archive: Archive) -> None:
    window = source(archive)
    (scout,) = window.start()
    shown = window.read(scout, answer(stories(3, created=END + DAY)).encode())
    assert ([ask.url for ask in shown.asks], shown.entries, shown.failure) == ([listing_url(CHANNEL, 1)], (), "")


def test_where_a_later_one_ignores_the_window_the_list_is_read_once_instead_of_all_that_are_left(
    archive: Archive,
) -> None:
    window = source(archive)
    second = scouted(window)[0]
    shown = window.read(second, answer(stories(3)).encode())
    assert ([ask.url for ask in shown.asks], shown.entries, shown.failure) == ([listing_url(CHANNEL, 1)], (), "")
    assert window.read(second, answer(stories(3)).encode()).asks == ()
    assert window.failed(second, "http_503") == ()


def test_an_empty_day_is_believed_when_another_is_not_empty(archive: Archive) -> None:
    window = source(archive)
    (scout,) = window.start()
    (second,) = window.read(scout, answer([]).encode()).asks
    assert [ask.url for ask in source(archive).start()] == [scout.url]
    window.read(second, answer(stories(3, created=END - DAY / 2)).encode())
    assert [ask.url for ask in source(archive).start()] == [second.url]


def test_what_failed_is_walked_again_and_the_next_day_is_asked_for(archive: Archive) -> None:
    window = source(archive)
    (scout,) = window.start()
    with pytest.raises(NoAnswer):
        window.read(scout, b"busy")
    (second,) = window.failed(scout, "unreadable")
    assert second.url == window_url(CHANNEL, 1, MIDDLE, END)
    assert [failure["reason"] for failure in archive.slices.failures()] == ["unreadable"]
    assert [ask.url for ask in source(archive).start()] == [scout.url]
