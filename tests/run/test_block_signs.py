"""What is a sign of a block, and what is none."""

from pathlib import Path

import pytest
from scrapy.crawler import Crawler

from crawler.run.block_signs import BlockSigns
from crawler.run.host_stops import HostStops
from tests.conftest import make_crawler

HOST = "finance.sina.com.cn"
URLS = [f"https://{HOST}/{number}" for number in range(8)]


@pytest.fixture
def signs(crawler: Crawler) -> BlockSigns:
    """Of a crawl that asks Sina."""
    return BlockSigns.of(crawler)


def reason(crawler: Crawler) -> str:
    return HostStops.of(crawler).reason(HOST)


def test_different_refusals_add_up(crawler: Crawler, signs: BlockSigns) -> None:
    for url, status in zip(URLS, (403, 418, 429, 456), strict=False):
        signs.answered(HOST, url, status)
    assert not reason(crawler)
    signs.answered(HOST, URLS[4], 403)
    assert reason(crawler) == "blocked"


@pytest.mark.parametrize("status", [200, 304, 404, 410, 500, 503])
def test_other_answers_are_none(crawler: Crawler, signs: BlockSigns, status: int) -> None:
    for url in URLS:
        signs.answered(HOST, url, status)
    assert not reason(crawler)


def test_redirections_to_different_places_or_to_articles_are_none(crawler: Crawler, signs: BlockSigns) -> None:
    for number, url in enumerate(URLS):
        signs.answered(HOST, url, 302, f"https://{HOST}/there/{number}")
        signs.answered(HOST, url, 301, "https://doc.sina.cn/?id=comos:naaaaaa0000001")
    assert not reason(crawler)


def test_different_pages_that_are_no_articles_are_none(crawler: Crawler, signs: BlockSigns) -> None:
    for url in URLS:
        signs.page_seen(HOST, url, url.encode(), is_article=False)
    assert not reason(crawler)


@pytest.mark.parametrize("is_article", [True, False])
def test_an_article_between_them_begins_the_count_anew(crawler: Crawler, signs: BlockSigns, is_article: bool) -> None:
    for url in URLS[:4]:
        signs.page_seen(HOST, url, b"please wait", is_article=False)
    signs.page_seen(HOST, URLS[5], b"an article", is_article=is_article)
    signs.page_seen(HOST, URLS[6], b"please wait", is_article=False)
    assert reason(crawler) == ("" if is_article else "blocked")


def test_what_one_host_does_is_not_held_against_another(crawler: Crawler, signs: BlockSigns) -> None:
    for number, url in enumerate(URLS):
        signs.answered(f"{number % 2}.sina.com.cn", url, 403)
    assert not HostStops.of(crawler).reason("0.sina.com.cn")


def test_in_a_replay_nobody_blocks_us(tmp_path: Path) -> None:
    crawler = make_crawler(tmp_path / "archive", ARCHIVE_REPLAY_FROM=str(tmp_path))
    for url in URLS:
        BlockSigns.of(crawler).answered(HOST, url, 403)
    assert not reason(crawler)
