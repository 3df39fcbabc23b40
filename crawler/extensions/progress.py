"""What a person sees: one live line in a terminal, and a short table of what happened at the end."""

import logging
import sys
import time
from typing import Self

from rich.console import Console
from rich.live import Live
from rich.table import Table
from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.statscollectors import StatsCollector

from crawler.locations import archive_dir

logger = logging.getLogger(__name__)

# Row of the table -> the stats it adds up; one that ends in / stands for all below it.
_ROWS = {
    "listed": ("archive/listing/entries",),
    "fetched": ("archive/fetch/pages",),
    "archived": ("archive/record_article/archived",),
    "skipped": ("archive/skip/", "archive/drop_duplicates/"),
    "refused": ("archive/refuse/", "archive/require_fields/"),
}
_FAILURES = ("archive/fetch/", "archive/extract_body/", "archive/write_markdown/", "archive/listing/")
_NO_FAILURES = frozenset(
    {
        "archive/fetch/pages", "archive/extract_body/kept_isolated_body", "archive/extract_body/searched",
        "archive/write_markdown/written", "archive/write_markdown/unchanged", "archive/write_markdown/kept_other",
        "archive/listing/pages", "archive/listing/entries",
    }
)  # fmt: skip


class Progress:
    """In a terminal the line is redrawn a few times a second; elsewhere only the end is logged."""

    def __init__(self, stats: StatsCollector, archive: str, terminal: bool) -> None:
        self._stats = stats
        self._archive = archive
        self._console = Console(stderr=True)
        self._live = Live(get_renderable=self._line, console=self._console, refresh_per_second=4) if terminal else None
        self._started = time.monotonic()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        assert crawler.stats
        extension = cls(crawler.stats, str(archive_dir(crawler.settings)), sys.stderr.isatty())
        crawler.signals.connect(extension.spider_opened, signals.spider_opened)
        crawler.signals.connect(extension.spider_closed, signals.spider_closed)
        return extension

    def spider_opened(self) -> None:
        """Log lines go above the live line from now on."""
        if self._live:
            stderr = sys.stderr
            self._live.start()
            for handler in logging.root.handlers:
                if isinstance(handler, logging.StreamHandler) and handler.stream is stderr:
                    handler.setStream(sys.stderr)

    def spider_closed(self, reason: str) -> None:
        """The table, or its figures in one log line."""
        counts = self.counts()
        if not self._live:
            figures = ", ".join(f"{count} {name}" for name, count in counts.items())
            logger.info("%s: %s new (%s); posts are in %s/posts", reason, counts["archived"], figures, self._archive)
            return
        proxy = sys.stderr
        self._live.stop()
        for handler in logging.root.handlers:
            if isinstance(handler, logging.StreamHandler) and handler.stream is proxy:
                handler.setStream(sys.stderr)
        self._console.print(self._table(counts, reason))

    def counts(self) -> dict[str, int]:
        """Listed, fetched, archived, skipped, refused and failed so far."""
        counts = {name: self._sum(patterns) for name, patterns in _ROWS.items()}
        counts["failed"] = self._sum(_FAILURES) - sum(self._stats.get_value(name, 0) for name in _NO_FAILURES)
        return counts

    def _sum(self, patterns: tuple[str, ...]) -> int:
        stats = self._stats.get_stats()
        return sum(
            value
            for name, value in stats.items()
            if name in patterns or any(pattern.endswith("/") and name.startswith(pattern) for pattern in patterns)
        )

    def _line(self) -> str:
        counts = self.counts()
        rate = counts["fetched"] / max(time.monotonic() - self._started, 0.001)
        return "  ".join(f"{name} {count}" for name, count in counts.items()) + f"  {rate:.1f} pages/s"

    def _table(self, counts: dict[str, int], reason: str) -> Table:
        table = Table(
            title=f"sina_finance: {reason}, {counts['archived']} new", caption=f"posts are in {self._archive}/posts"
        )
        table.add_column("")
        table.add_column("articles", justify="right")
        table.add_column("why")
        for name, count in counts.items():
            table.add_row(name, str(count), self._reasons(name))
        return table

    def _reasons(self, row: str) -> str:
        if row not in ("skipped", "refused", "failed"):
            return ""
        patterns = _ROWS.get(row, _FAILURES)
        stats = self._stats.get_stats()
        found = {n: v for n, v in stats.items() if n.startswith(patterns) and n not in _NO_FAILURES}
        return ", ".join(f"{name.rpartition('/')[2]} {count}" for name, count in sorted(found.items()))
