"""One article, one Markdown file: written beside, flushed, and then put in place in one step."""

import hashlib
import logging
from collections.abc import Sequence
from typing import Self

from scrapy.crawler import Crawler
from scrapy.statscollectors import StatsCollector

from crawler.drops import Drop
from crawler.items import Article
from crawler.locations import post_path
from crawler.storage import Storage, open_storage
from crawler.together import Together
from pipelines.post_form import PostForm

logger = logging.getLogger(__name__)
_MOST = 20  # posts that are written one after the other in a thread


class WriteMarkdown:
    """Writes the post of an article. A file that someone else wrote or edited is never overwritten."""

    def __init__(self, storage: Storage, form: PostForm, stats: StatsCollector) -> None:
        self._storage = storage
        self._form = form
        self._stats = stats
        self._together = Together.in_thread(self.write, _MOST)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        assert crawler.stats
        return cls(open_storage(crawler.settings), PostForm.of(crawler.settings), crawler.stats)

    async def process_item(self, item: Article) -> Article:
        """Raises Drop, naming the file, where the disk refuses it: then it is not recorded either."""
        assert item.date
        item.path = item.path or str(post_path(item.doc_id, item.date))
        try:
            outcome = await self._together.do(item)
        except OSError as error:
            self._stats.inc_value("archive/write_markdown/failed")
            message = f"not written: {self._storage.where(item.path)}: {error}"
            raise Drop("not_written", message, failed=True, log_level="ERROR") from error
        self._stats.inc_value(f"archive/write_markdown/{outcome}")
        if outcome == "kept_other":
            logger.warning("a file with other content is kept: %s [%s]", self._storage.where(item.path), item.doc_id)
        return item

    def write(self, items: Sequence[Article]) -> list[str | OSError]:
        """What was done for each, or why it could not be."""
        return [self._write(item) for item in items]

    def _write(self, item: Article) -> str | OSError:
        post = self._form.render(item)
        try:
            outcome, item.file_hash, item.replaced_post = write_post(
                self._storage, item.path, post.encode(), item.archived_hash
            )
        except OSError as error:
            return error
        item.unwritten_post = post if outcome == "kept_other" else None
        return outcome


def write_post(storage: Storage, path: str, post: bytes, archived_hash: str | None) -> tuple[str, str, str | None]:
    """What was done, the hash of the file that is there now, and the post that it replaces.

    A file is replaced by a new revision only if it still is what the catalog wrote.
    """
    present = storage.read(path)
    if present == post:
        return "unchanged", post_hash(post), None
    if present is not None and post_hash(present) != archived_hash:
        return "kept_other", archived_hash or post_hash(post), None
    storage.write(path, post)
    return "replaced" if present else "written", post_hash(post), present.decode() if present else None


def post_hash(content: bytes) -> str:
    """By which the catalog knows the file that it wrote."""
    return hashlib.sha256(content).hexdigest()
