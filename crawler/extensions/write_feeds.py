"""Feeds of the newest articles and of the newest edits, for whoever serves or reads these files."""

import io
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.statscollectors import StatsCollector
from sqlalchemy.exc import SQLAlchemyError

from crawler.archive.archive import Archive
from crawler.archive.files import put_in_place, read_regular
from crawler.run.places import FEED_FORMATS

logger = logging.getLogger(__name__)


class WriteFeeds:
    """Writes them when a run has ended; what would be the same file is left as it is."""

    def __init__(self, paths: Mapping[bool, Path], archive: Archive, stats: StatsCollector) -> None:
        """`paths`: of the feed of edits as True, of that of articles as False."""
        self._paths = paths
        self._archive = archive
        self._stats = stats

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        places = {False: crawler.settings["ARCHIVE_FEED"], True: crawler.settings["ARCHIVE_EDITS_FEED"]}
        paths = {is_of_edits: Path(place).expanduser() for is_of_edits, place in places.items() if place}
        if not paths:
            raise NotConfigured
        assert crawler.stats
        extension = cls(paths, Archive.of(crawler), crawler.stats)
        crawler.signals.connect(extension.engine_stopped, signals.engine_stopped)
        return extension

    def engine_stopped(self) -> None:
        """All is archived that will be."""
        for is_of_edits, path in self._paths.items():
            try:
                outcome = "written" if self._write(path, is_of_edits) else "unchanged"
            except (OSError, SQLAlchemyError) as error:
                outcome = "not_written"
                logger.error("feed not written: %s: %s", path, error)
            self._stats.inc_value(f"archive/feed/{outcome}")

    def _write(self, path: Path, is_of_edits: bool) -> bool:
        from crawler.export.rows import RowFilter  # a run without feeds does without
        from crawler.export.write_feed import NEWEST, write_feed

        file = io.BytesIO()
        kind = FEED_FORMATS[path.suffix.lower()]
        write_feed(self._archive, RowFilter(newest=NEWEST), is_of_edits, kind, file)
        if path.exists() and read_regular(path) == file.getvalue():
            return False
        put_in_place(path, file.getvalue())
        return True
