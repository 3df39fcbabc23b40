"""Is an article that was met again the same, or a new revision?"""

from typing import Self

from scrapy.crawler import Crawler
from scrapy.statscollectors import StatsCollector

from crawler.catalog import Catalog, content_hash
from crawler.drops import Drop
from crawler.items import Article
from crawler.ledger import Ledger
from crawler.locations import database_url
from crawler.moments import now, parse_distances
from crawler.storage import Storage, open_storage
from pipelines.write_markdown import post_hash


class FindRevision:
    """Compares the extracted article, title and text, with what is archived; page noise is no revision."""

    def __init__(self, storage: Storage, catalog: Catalog, stats: StatsCollector) -> None:
        self._storage = storage
        self._catalog = catalog
        self._ledger = Ledger(catalog.engine)
        self._stats = stats

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        assert crawler.stats
        settings = crawler.settings
        catalog = Catalog(database_url(settings), parse_distances(settings["ARCHIVE_LOOK_AGAIN_AFTER"]))
        return cls(open_storage(settings), catalog, crawler.stats)

    def close_spider(self) -> None:
        """Closes the catalog."""
        self._catalog.close()

    def process_item(self, item: Article) -> Article:
        """Raises Drop for an article that has not changed."""
        item.content_hash = content_hash(item.title, item.markdown)
        held = self._catalog.held(item.doc_id)
        if held is None:
            return item
        if held.content_hash == item.content_hash and not held.gone:
            modified_at = item.entry.modified_at if item.entry else None
            self._catalog.checked(item.doc_id, now(), modified_at, etag=item.etag, last_modified=item.last_modified)
            self._ledger.archived(item.doc_id)
            self._stats.inc_value("archive/find_revision/unchanged")
            raise Drop("unchanged", f"unchanged: {item.url}", failed=False, log_level="INFO")
        self._stats.inc_value("archive/find_revision/changed")
        item.revision = held.revision + 1
        present = self._storage.read(held.path)
        if present is not None and post_hash(present) == held.file_hash:
            self._catalog.keep_post(item.doc_id, item.revision, present.decode())
        item.archived_date, item.archived_hash, item.path = held.date, held.file_hash, held.path
        return item
