"""A window of a channel's list: each slice is walked until all that the API counts was found."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.archive.archive import Archive
from crawler.run.backfill import Backfill
from crawler.sina.channels import CHANNELS
from crawler.sina.roll_api import window_url
from crawler.sources.roll_window import RollWindow
from crawler.sources.source import NoAnswer
from crawler.times import parse_time
from tests.support.catalogs import open_archive
from tests.support.sites import answer, stories

CHANNEL = CHANNELS[0]
START, END = parse_time("since", "2024-03-04"), parse_time("until", "2024-03-05", end=True)


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with open_archive(tmp_path / "archive") as archive:
        yield archive


def source(archive: Archive) -> RollWindow:
    return RollWindow(CHANNEL, Backfill(archive.slices, START, END, newest_first=False))


def test_it_begins_with_the_first_page_of_each_day(archive: Archive) -> None:
    middle = parse_time("day", "2024-03-05")
    urls = [window_url(CHANNEL, 1, START, middle), window_url(CHANNEL, 1, middle, END)]
    assert [ask.url for ask in source(archive).start()] == urls


def test_a_day_is_done_when_all_of_the_total_was_found(archive: Archive) -> None:
    window = source(archive)
    first, second = window.start()
    assert window.read(first, answer(stories(3)).encode()).asks == ()
    assert [ask.url for ask in source(archive).start()] == [second.url]


def test_the_next_page_is_asked_for_while_there_is_more(archive: Archive) -> None:
    window = source(archive)
    first, _ = window.start()
    (following,) = window.read(first, answer(stories(3), total=5).encode()).asks
    assert "&page=2&" in following.url


def test_entries_of_another_day_fail_it_in_a_sentence(archive: Archive) -> None:
    window = source(archive)
    _, second = window.start()
    shown = window.read(second, answer(stories(3)).encode())
    assert shown.failure == "window_ignored"
    assert "failed (window_ignored)" in shown.detail


def test_what_failed_is_walked_again(archive: Archive) -> None:
    window = source(archive)
    first, second = window.start()
    with pytest.raises(NoAnswer):
        window.read(first, b"busy")
    window.failed(first, "unreadable")
    assert [failure["reason"] for failure in archive.slices.failures()] == ["unreadable"]
    assert [ask.url for ask in source(archive).start()] == [first.url, second.url]
