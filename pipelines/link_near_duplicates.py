"""The same text under another doc id, a reprint or another title, is linked in the catalog."""

from typing import Self

from scrapy.crawler import Crawler
from scrapy.statscollectors import StatsCollector

from crawler.catalog import Catalog
from crawler.drops import Drop
from crawler.items import Article
from crawler.ledger import Ledger
from crawler.locations import database_url
from crawler.moments import now

_PASSING = 10_000  # bands: of a thousand articles, more than are ever between here and the catalog


class LinkNearDuplicates:
    """By the bands of the text's MinHash. With ARCHIVE_KEEP_ONE_COPY only the first copy is archived."""

    def __init__(self, catalog: Catalog, keep_one: bool, stats: StatsCollector) -> None:
        self._catalog = catalog
        self._ledger = Ledger(catalog.engine)
        self._keep_one = keep_one
        self._stats = stats
        self._passed: dict[tuple[int, str], str] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        assert crawler.stats
        settings = crawler.settings
        return cls(Catalog(database_url(settings)), settings.getbool("ARCHIVE_KEEP_ONE_COPY"), crawler.stats)

    def close_spider(self) -> None:
        """Closes the catalog."""
        self._catalog.close()

    def process_item(self, item: Article) -> Article:
        """Raises Drop for a second copy where only one is to be kept."""
        item.duplicate_of = self._catalog.near(item.doc_id, item.bands) or self._passing(item)
        if item.duplicate_of is None:
            return item
        self._stats.inc_value("archive/link_near_duplicates/linked")
        if self._keep_one and item.revision == 1:
            self._ledger.failed(item.doc_id, f"copy_of_{item.duplicate_of}", now(), refused=True)
            self._stats.inc_value("archive/link_near_duplicates/dropped")
            raise Drop("copy", f"a copy of {item.duplicate_of}: {item.url}", failed=False, log_level="INFO")
        return item

    def _passing(self, item: Article) -> str | None:
        """An article that passed here shortly before: the catalog may not know it yet."""
        bands = list(enumerate(item.bands))
        found = next((doc_id for band in bands if (doc_id := self._passed.get(band)) not in (None, item.doc_id)), None)
        self._passed |= dict.fromkeys(bands, found or item.doc_id)
        while len(self._passed) > _PASSING:
            del self._passed[next(iter(self._passed))]
        return found
