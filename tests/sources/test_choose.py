"""Which sources a run asks, by its arguments."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.archive.archive import Archive
from crawler.run.arguments import Arguments
from crawler.sina.channels import COLUMNS
from crawler.sources.choose import choose_sources, recognise
from tests.support.catalogs import open_archive


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with open_archive(tmp_path / "archive") as archive:
        yield archive


@pytest.fixture
def urls(tmp_path: Path) -> str:
    path = tmp_path / "urls.txt"
    path.write_text("https://finance.sina.com.cn/china/2024-03-05/doc-inamrkwx3817264.shtml\n")
    return str(path)


def names(archive: Archive, **arguments: str) -> list[str]:
    return [source.name for source in choose_sources(Arguments.parse(**arguments), archive, True)]


DOMESTIC = [f"column {column.name}" for column in COLUMNS if column.is_domestic]


def test_by_default_it_is_the_rolling_list_and_the_columns_of_its_subjects(archive: Archive) -> None:
    assert names(archive) == ["roll_list 1686", *DOMESTIC]


def test_every_channel_is_a_source_and_others_than_the_default_have_no_columns(archive: Archive) -> None:
    assert names(archive, channels="1687,1693") == ["roll_list 1687", "roll_list 1693"]


def test_sources_are_those_that_are_named(archive: Archive) -> None:
    assert names(archive, sources="roll") == ["roll_list 1686"]
    assert names(archive, sources="columns") == DOMESTIC
    others = names(archive, sources="list:finance/zq1/ssgs/index_2, 7x24,roll,", channels="1687")
    assert others == ["roll_list 1687", "7x24", "list:finance/zq1/ssgs/index_2"]


def test_second_witnesses_begin_after_a_list_where_one_is_read(archive: Archive) -> None:
    beside = choose_sources(Arguments.parse(sources="roll,columns,7x24"), archive, True)
    assert {source.after for source in beside if source.is_second} == {"roll_list 1686"}
    alone = choose_sources(Arguments.parse(sources="columns,7x24"), archive, True)
    assert {source.after for source in alone} == {""}


@pytest.mark.parametrize(
    ("url", "channel"),
    [
        ("https://feed.mix.sina.com.cn/api/roll/get?pageid=155&lid=1687&num=50&page=2", "1687"),
        ("https://finance.sina.com.cn/roll/c/56592.shtml", "column:56592"),
        ("http://finance.sina.com.cn/roll/c/56592.shtml?page=2", "column:56592"),
        ("http://roll.finance.sina.com.cn/finance/zq1/ssgs/index_12.shtml", "list:finance/zq1/ssgs"),
        ("http://roll.finance.sina.com.cn/finance/zq1/ssgs/index.shtml", "list:finance/zq1/ssgs"),
        ("https://zhibo.sina.com.cn/api/zhibo/feed?zhibo_id=152&page=1&page_size=20", "7x24"),
        ("https://zhibo.sina.com.cn/api/zhibo/feed?zhibo_id=151&page=1&page_size=20", None),
        ("https://finance.sina.com.cn/roll/2024-03-04/doc-inamqhtv5093318.shtml", None),
    ],
)
def test_a_capture_is_told_by_its_address(url: str, channel: str | None) -> None:
    of_list = recognise(url)
    assert (of_list.channel if of_list else None) == channel


def test_a_window_is_walked(archive: Archive) -> None:
    assert names(archive, channels="1687,1693", since="2024-03-01") == ["roll_window 1687", "roll_window 1693"]


def test_a_file_of_urls_is_the_only_source(archive: Archive, urls: str) -> None:
    assert names(archive, urls=urls) == ["urls"]
