"""A column's page as a second witness."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from crawler.archive.archive import Archive
from crawler.sina.channels import COLUMNS
from crawler.sources.columns import ColumnPage, recognise
from crawler.sources.source import NoAnswer
from tests.support.catalogs import open_archive
from tests.support.crawling import SITE

COLUMN = COLUMNS[0]
URL = f"https://finance.sina.com.cn/roll/c/{COLUMN.cid}.shtml"
PAGE = (SITE / URL.partition("://")[2]).read_bytes()
NOON = datetime(2024, 3, 5, 4, tzinfo=UTC)


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with open_archive(tmp_path / "archive") as archive:
        yield archive


def test_one_that_failed_is_asked_for_again_on_another_day_of_beijing(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = NOON
    monkeypatch.setattr("crawler.sources.columns.now", lambda: at)
    source = ColumnPage(COLUMN, archive.readings, is_daily=True)
    asked = []
    for hours in (0, 1, 11, 12, 13, 36):  # midnight in Beijing is twelve hours after its noon
        at = NOON + timedelta(hours=hours)
        asks = list(source.start())
        asked.append([ask.url for ask in asks])
        for ask in asks:
            source.failed(ask, "http_404")
    assert asked == [[URL], [], [], [URL], [], [URL]]


def test_one_that_was_asked_for_and_neither_read_nor_failed_is_asked_for_again(archive: Archive) -> None:
    """The run was killed."""
    source = ColumnPage(COLUMN, archive.readings, is_daily=True)
    assert [ask.url for _ in range(2) for ask in source.start()] == [URL, URL]


def test_one_that_is_named_is_asked_for_at_each_run(archive: Archive) -> None:
    source = ColumnPage(COLUMN, archive.readings, is_daily=False)
    assert [ask.url for _ in range(2) for ask in source.start()] == [URL, URL]


def test_its_entries_are_shown_and_prove_the_days_after_the_oldest(archive: Archive) -> None:
    source = ColumnPage(COLUMN, archive.readings, is_daily=True)
    (ask,) = source.start()
    shown = source.read(ask, PAGE)
    assert (len(shown.entries), shown.asks, shown.failure) == (4, (), "")
    assert shown.ended
    assert (shown.ended.channel, shown.ended.first_day, shown.ended.by) == ("column:56598", date(2024, 3, 5), "column")


def test_a_page_that_is_not_in_the_order_of_its_times_proves_no_day(archive: Archive) -> None:
    source = ColumnPage(COLUMN, archive.readings, is_daily=True)
    (ask,) = source.start()
    ended = source.read(ask, PAGE.replace("03月05日".encode(), "03月03日".encode())).ended
    assert ended
    assert ended.first_day is None


def test_a_page_without_the_list_is_no_answer(archive: Archive) -> None:
    source = ColumnPage(COLUMN, archive.readings, is_daily=False)
    (ask,) = source.start()
    with pytest.raises(NoAnswer) as error:
        source.read(ask, b"<html>busy</html>")
    assert error.value.reason == "no_list"


def test_its_captures_give_the_entries_of_the_page() -> None:
    of_list = recognise(URL)
    assert of_list
    assert len(of_list.read(PAGE, NOON)) == 4
