import gc
import weakref

from scrapy.crawler import Crawler
from scrapy.spiders import Spider

from crawler.archive.one_of_a_crawl import one_of_a_crawl


class Thing:
    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    @one_of_a_crawl
    def of(cls, crawler: Crawler) -> "Thing":
        return cls(crawler)


class Another:
    @classmethod
    @one_of_a_crawl
    def of(cls, _crawler: Crawler) -> "Another":
        return cls()


def test_who_asks_in_one_crawl_gets_the_same_and_another_crawl_its_own() -> None:
    crawler, other = Crawler(Spider), Crawler(Spider)
    assert Thing.of(crawler) is Thing.of(crawler)
    assert Thing.of(crawler) is not Thing.of(other)
    assert isinstance(Another.of(crawler), Another)


def test_it_goes_with_its_crawl() -> None:
    crawler = Crawler(Spider)
    thing = weakref.ref(Thing.of(crawler))
    del crawler
    gc.collect()
    assert thing() is None
