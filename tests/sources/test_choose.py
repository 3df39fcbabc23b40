"""Which sources a run asks, by its arguments."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.archive.archive import Archive
from crawler.run.arguments import Arguments
from crawler.sources.choose import choose_sources
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


def test_by_default_it_is_the_rolling_list(archive: Archive) -> None:
    assert names(archive) == ["roll_list 1686"]


def test_every_channel_is_a_source(archive: Archive) -> None:
    assert names(archive, channels="1687,1693") == ["roll_list 1687", "roll_list 1693"]


def test_a_window_is_walked(archive: Archive) -> None:
    assert names(archive, channels="1687,1693", since="2024-03-01") == ["roll_window 1687", "roll_window 1693"]


def test_a_file_of_urls_is_the_only_source(archive: Archive, urls: str) -> None:
    assert names(archive, channels="1687", since="2024-03-01", urls=urls) == ["urls"]
