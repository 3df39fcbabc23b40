"""Closes what a crawl that does not come to its end leaves open."""

from scrapy.crawler import Crawler

from crawler.archive.archive import Archive
from crawler.archive.one_of_a_crawl import made_of


def close_archive(crawler: Crawler) -> None:
    """Of a crawl that has opened none, or has closed it, nothing."""
    for component in made_of(crawler).values():
        if isinstance(component, Archive):
            component.close()
