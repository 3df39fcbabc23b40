"""One article, one Markdown file: written beside, flushed, and then put in place in one step."""

import asyncio
import hashlib
import os
import tempfile
from pathlib import Path
from typing import Self

from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem
from scrapy.statscollectors import StatsCollector

from crawler.items import Article
from crawler.locations import archive_dir, post_path
from pipelines.front_matter import dump, rfc1123


class WriteMarkdown:
    """Writes the post of an article. A file that is there already is never overwritten."""

    def __init__(
        self,
        root: Path,
        categories: list[str],
        author: str,
        default_image: str,
        source_line: bool,
        stats: StatsCollector,
    ) -> None:
        self._root = root
        self._categories = categories
        self._author = author
        self._default_image = default_image
        self._source_line = source_line
        self._stats = stats

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        assert crawler.stats
        settings = crawler.settings
        return cls(
            archive_dir(settings),
            settings.getlist("ARCHIVE_CATEGORIES"),
            settings["ARCHIVE_AUTHOR"],
            settings["ARCHIVE_DEFAULT_IMAGE"],
            settings.getbool("ARCHIVE_SOURCE_LINE"),
            crawler.stats,
        )

    async def process_item(self, item: Article) -> Article:
        """Raises DropItem, naming the file, where the disk refuses it: then it is not recorded either."""
        assert item.date
        path = post_path(item.doc_id, item.date)
        post = self.render(item).encode()
        try:
            outcome = await asyncio.to_thread(put, self._root / path, post)
        except OSError as error:
            self._stats.inc_value("archive/write_markdown/failed")
            raise DropItem(f"not written: {self._root / path}: {error}", log_level="ERROR") from error
        self._stats.inc_value(f"archive/write_markdown/{outcome}")
        item.path = str(path)
        item.content_hash = hashlib.sha256(f"{item.title}\n{item.markdown}".encode()).hexdigest()
        return item

    def render(self, item: Article) -> str:
        """The post's text: the same article gives the same bytes, anywhere and at any time."""
        assert item.date
        image = next(iter(item.images), self._default_image)
        metadata = {
            "title": " ".join(item.title.split()),
            "categories": self._categories,
            "headimg": image,
            "author": self._author,
            "comments": False,
            "date": rfc1123(item.date),
            "thumbnail": image,
        }
        source = f"\n\n[原文链接]({item.url})" if self._source_line else ""
        return dump(metadata, item.markdown + source)


def put(path: Path, content: bytes) -> str:
    """Puts a new file in place in one step; returns ``written``, ``unchanged``, or ``kept_other``.

    A file with other content, one that the catalog lost or someone edited, stays as it is. A
    failure raises OSError and leaves nothing behind.
    """
    if path.exists():
        return "unchanged" if path.read_bytes() == content else "kept_other"
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".tmp", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fchmod(file.fileno(), 0o644)  # mkstemp's own is private; a site generator reads as another user
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return "written"
