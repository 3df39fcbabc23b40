"""Common Crawl's index is a pywb: what is asked of it, a real one answers."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from crawler.webarchive.common_crawl import read_index, search_url
from tests.support.webarchive.fake_common_crawl import FakeCommonCrawl
from tests.support.webarchive.holdings import Holding
from tests.support.webarchive.loopback import ask, served
from tests.support.webarchive.pywb_server import Pywb

NOW = datetime(2026, 11, 26, tzinfo=UTC)
PREFIX = "finance.sina.com.cn/china/2010"
PATHS = ("/china/20100312/1.shtml", "/china/2010-x/a.shtml?b=1&a=2", "/china/20110312/1.shtml", "/g/20100312/1.shtml")
HOLDINGS = [
    Holding(f"http://finance.sina.com.cn{path}", datetime(2010, 3, 12, tzinfo=UTC) + timedelta(days=days), b"text")
    for path in PATHS
    for days in (0, 400)
]


def test_a_real_pywb_and_the_common_crawl_of_the_tests_show_the_same_captures(pywb: Pywb) -> None:
    holdings = [*HOLDINGS, replace(HOLDINGS[0], at=NOW - timedelta(days=9), status=404)]
    pywb.collect("CC-MAIN-2010", holdings)
    real = read_index(ask(search_url(pywb.url, "CC-MAIN-2010", PREFIX, 0))[2], NOW)
    with served(FakeCommonCrawl(crawls={"CC-MAIN-2010": holdings})) as archive:
        fake = read_index(ask(search_url(archive.url, "CC-MAIN-2010", PREFIX, 0))[2], NOW)
    assert not real.bad_lines and len(real.mementos) == 4

    def without_place(answer):  # type: ignore[no-untyped-def]
        return [replace(memento, place="", offset=None, length=None) for memento in answer.mementos]

    assert without_place(real) == without_place(fake)
