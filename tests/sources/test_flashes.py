"""The 7x24 feed as a second witness, and its flashes as articles."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.archive.archive import Archive
from crawler.items import ListEntry
from crawler.sina.flash_feed import feed_url
from crawler.sina.urls import identify
from crawler.sources.flashes import FlashFeed, recognise
from crawler.sources.source import Answer, NoAnswer
from tests.support.catalogs import open_archive
from tests.support.crawling import SITE

BODY = (SITE / feed_url(1).partition("://")[2].replace("?", "@")).read_bytes()
ARTICLE = "https://finance.sina.com.cn/china/gncj/2024-03-05/doc-inamrkwx3817264.shtml"
NOW = datetime(2024, 3, 5, 4, tzinfo=UTC)


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with open_archive(tmp_path / "archive") as archive:
        yield archive


def read(archive: Archive, body: bytes = BODY, max_pages: float = 10, has_flashes: bool = False) -> Answer:
    source = FlashFeed(archive.ledger, max_pages, has_flashes)
    (ask,) = source.start()
    return source.read(ask, body)


def test_a_flash_is_no_article_unless_that_is_wanted(archive: Archive) -> None:
    shown = read(archive)
    assert [entry.url for entry in shown.entries] == [ARTICLE]
    assert shown.left_out == {"flash": 1, "no_url": 1, "deleted": 1}
    with_flashes = read(archive, has_flashes=True)
    assert ["/7x24/" in entry.url for entry in with_flashes.entries] == [False, True]


def test_it_is_read_on_while_it_shows_what_it_had_not_shown(archive: Archive) -> None:
    assert [ask.url for ask in read(archive).asks] == [feed_url(2)]
    assert read(archive, max_pages=1).asks == ()
    archive.listed([(identify(ARTICLE).doc_id, ListEntry(ARTICLE, "题"))], "1686", NOW)
    assert read(archive).asks
    archive.listed([(identify(ARTICLE).doc_id, ListEntry(ARTICLE, "题"))], "7x24", NOW)
    assert read(archive).asks == ()


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"<html></html>", "html"),
        (b'{"result":{"status":{"code":0},"data":{"feed":{"list":[]}}}}', "empty"),
    ],
)
def test_what_is_no_feed_or_an_empty_one_is_no_answer(archive: Archive, body: bytes, reason: str) -> None:
    with pytest.raises(NoAnswer) as error:
        read(archive, body)
    assert error.value.reason == reason


def test_its_captures_give_the_articles_without_flashes() -> None:
    of_list = recognise(feed_url(3))
    assert of_list
    assert [entry.url for entry in of_list.read(BODY, NOW)] == [ARTICLE]
