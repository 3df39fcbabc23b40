"""The 7x24 feed: which of its flashes name a page."""

import json
from datetime import date
from typing import Any

import pytest

from crawler.sina.flash_feed import feed_url, is_flash, parse_feed
from crawler.sina.json_answer import ListingError
from tests.support.crawling import SITE

ARTICLE = "https://finance.sina.com.cn/china/gncj/2024-03-05/doc-inamrkwx3817264.shtml"
FLASH = "https://finance.sina.com.cn/7x24/2024-03-05/doc-inamrhpt2207753.shtml"
BODY = (SITE / feed_url(1).partition("://")[2].replace("?", "@")).read_bytes()


def feed(*flashes: Any) -> bytes:
    """An answer that shows them."""
    return json.dumps({"result": {"status": {"code": 0}, "data": {"feed": {"list": flashes}}}}).encode()


def test_the_pages_that_flashes_name_are_its_entries() -> None:
    shown = parse_feed(BODY)
    assert [entry.url for entry in shown.entries] == [ARTICLE, FLASH]
    assert shown.entries[0].title == "海岑市：专精特新企业技改补助本月15日起申报"
    assert [entry.day for entry in shown.entries] == [date(2024, 3, 5)] * 2
    assert shown.left_out == {"no_url": 1, "deleted": 1}


def test_the_page_of_a_flash_itself_is_told_by_its_address() -> None:
    assert [is_flash(url) for url in (ARTICLE, FLASH)] == [False, True]


@pytest.mark.parametrize(
    "flash",
    [{"ext": json.dumps({"docurl": ARTICLE})}, {"ext": {"docurl": ARTICLE}}, {"ext": "{", "docurl": ARTICLE}],
    ids=["JSON in a text", "an object", "beside a broken ext"],
)
def test_a_docurl_is_found_wherever_it_stands(flash: dict[str, Any]) -> None:
    assert [entry.url for entry in parse_feed(feed(flash)).entries] == [ARTICLE]


@pytest.mark.parametrize("value", [None, 5, [], "", "<b></b>", "\ud800"], ids=repr)
def test_a_flash_with_absurd_values_harms_no_other(value: Any) -> None:
    absurd = {"ext": value, "docurl": value, "rich_text": value, "create_time": value, "is_delete": value}
    shown = parse_feed(feed(absurd, "no flash", {"docurl": ARTICLE}))
    assert shown.entries[-1].url == ARTICLE
    assert shown.left_out["malformed"] == 1


def test_a_flash_without_a_headline_is_named_by_its_first_words_without_markup() -> None:
    (entry,) = parse_feed(feed({"docurl": ARTICLE, "rich_text": f"<b>沿江</b>五港{'今日正常' * 50}"})).entries
    assert entry.title.startswith("沿江五港今日正常")
    assert len(entry.title) == 80


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"<html></html>", "html"),
        (b'{"result":{"status":{"code":0},"data":{"feed":{}}}}', "no_list"),
        (b'{"result":{"status":{"code":0},"data":[]}}', "no_list"),
        (b'{"result":{"status":{"code":9},"data":{}}}', "error_status"),
    ],
)
def test_what_is_no_feed_is_refused_with_a_reason(body: bytes, reason: str) -> None:
    with pytest.raises(ListingError) as error:
        parse_feed(body)
    assert error.value.reason == reason
