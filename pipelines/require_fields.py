"""An article without title, date or body is not archived."""

from typing import Self

from scrapy.crawler import Crawler
from scrapy.statscollectors import StatsCollector

from crawler.items import Article
from crawler.run.drops import Drop


class RequireFields:
    """Drops an incomplete article and says what it lacks, in the log and as a stat."""

    def __init__(self, stats: StatsCollector) -> None:
        self._stats = stats

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        assert crawler.stats
        return cls(crawler.stats)

    def process_item(self, item: Article) -> Article:
        """Raises Drop naming the URL and what is missing."""
        if lacking := item.lacks():
            self._stats.inc_value(f"archive/require_fields/{lacking}")
            raise Drop(lacking, f"{lacking.replace('_', ' ')}: {item.url}", failed=True)
        return item
