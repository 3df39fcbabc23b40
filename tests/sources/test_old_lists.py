"""The list pages of before 2017: in captures, and where an argument names one."""

from datetime import UTC, datetime

import pytest

from crawler.sources.old_lists import OldListPage, recognise
from crawler.sources.source import NoAnswer
from tests.support.crawling import SITE

URL = "http://roll.finance.sina.com.cn/finance/gncj/index_1.shtml"
BODY = (SITE / URL.partition("://")[2]).read_bytes()


def test_a_page_that_is_named_is_asked_for_and_its_list_is_a_channel() -> None:
    source = OldListPage("finance/gncj/index_1")
    (ask,) = source.start()
    shown = source.read(ask, BODY)
    assert (ask.url, source.channel) == (URL, "list:finance/gncj")
    assert (len(shown.entries), shown.asks, shown.ended) == (4, (), None)


def test_what_is_no_list_is_no_answer() -> None:
    source = OldListPage("finance/gncj/index_1")
    (ask,) = source.start()
    with pytest.raises(NoAnswer):
        source.read(ask, b"<html></html>")


def test_its_captures_give_the_entries_of_the_page() -> None:
    of_list = recognise(URL)
    assert of_list
    assert of_list.channel == "list:finance/gncj"
    assert len(of_list.read(BODY, datetime(2012, 5, 18, tzinfo=UTC))) == 4
