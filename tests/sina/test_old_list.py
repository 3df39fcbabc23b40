"""The list pages of before 2017, as web archives hold them."""

from datetime import date

import pytest

from crawler.sina.json_answer import ListingError
from crawler.sina.old_list import PAGE, old_list_url, parse_old_list, section_of
from tests.support.crawling import SITE

URL = "http://roll.finance.sina.com.cn/finance/gncj/index_1.shtml"
BODY = (SITE / "roll.finance.sina.com.cn/finance/gncj/index_1.shtml").read_bytes()


@pytest.mark.parametrize(
    ("url", "section"),
    [
        (URL, "finance/gncj"),
        ("https://roll.finance.sina.com.cn/finance/zq1/ssgs/index.shtml", "finance/zq1/ssgs"),
        ("http://roll.finance.sina.com.cn/finance/gncj/2012-05-17/1.shtml", ""),
        ("http://finance.sina.com.cn/finance/gncj/index_1.shtml", ""),
    ],
)
def test_a_page_is_told_by_its_address(url: str, section: str) -> None:
    assert section_of(url) == section


def test_a_page_is_named_as_its_address_has_it() -> None:
    assert old_list_url("finance/gncj/index_1") == URL
    assert PAGE.fullmatch("finance/gncj/index_1")
    assert not PAGE.fullmatch("finance/../index_1")


def test_a_page_in_gbk_is_read_with_the_years_of_its_addresses() -> None:
    assert not BODY.isascii()
    with pytest.raises(UnicodeDecodeError):
        BODY.decode()
    shown = parse_old_list(BODY, URL)
    assert [entry.day for entry in shown.entries[:3]] == [date(2012, 5, 17), date(2011, 6, 4), date(2005, 4, 18)]
    assert shown.entries[1].title == "泽阳东郊开发区调查：三分之一厂房为何空置"


def test_all_the_lists_of_a_page_count() -> None:
    part = "<ul class='list_009 x'><li><a href='/china/20120517/064015084461.shtml'>题</a></li></ul>"
    body = f"<html>{part}{part}<ul><li><a href='/x'>x</a></li></ul></html>".encode()
    assert len(parse_old_list(body, URL).entries) == 2


def test_another_page_is_none() -> None:
    with pytest.raises(ListingError):
        parse_old_list(b"<html><ul class='list_0091'><li><a href='/x'>x</a></li></ul></html>", URL)
