"""What a person sees: one live line in a terminal, and a short table of what happened at the end."""

import logging
import sys
import time
from collections import Counter
from typing import TYPE_CHECKING, Self, TextIO

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.statscollectors import StatsCollector

from crawler.archive.paths import archive_place
from crawler.run.counts import Counts, by_reason, part

if TYPE_CHECKING:
    from rich.live import Live
    from rich.table import Table
    from rich.text import Text

logger = logging.getLogger(__name__)


class Progress:
    """In a terminal the line is redrawn a few times a second; elsewhere only the end is logged."""

    def __init__(self, spider: str, stats: StatsCollector, archive: str, terminal: bool) -> None:
        """`spider`: its name."""
        self._spider = spider
        self._stats = stats
        self._archive = archive
        self._started = time.monotonic()
        self._live = self._live_line() if terminal else None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        assert crawler.stats
        extension = cls(crawler.spidercls.name, crawler.stats, archive_place(crawler.settings), sys.stderr.isatty())
        crawler.signals.connect(extension.spider_opened, signals.spider_opened)
        crawler.signals.connect(extension.spider_closed, signals.spider_closed)
        crawler.signals.connect(extension.engine_stopped, signals.engine_stopped)
        return extension

    def spider_opened(self) -> None:
        """Log lines go above the live line from now on."""
        if self._live:
            before = sys.stderr
            self._live.start()
            _redirect_log(before, sys.stderr)

    def spider_closed(self, reason: str) -> None:
        """The live line goes, or the figures are logged."""
        if self._live:
            before = sys.stderr
            self._live.stop()
            _redirect_log(before, sys.stderr)
            return
        counts = self.counts()
        figures = ", ".join(f"{count} {name}" for name, count in counts.items())
        what = f"{reason}: {counts[self._new]} new ({figures})"
        logger.info("%s; %s", what, self._place)
        for archive, held in Counts.of(self._stats.get_stats()).web_archives.items():
            logger.info("%s: captures %s", archive, by_reason(held))

    def engine_stopped(self) -> None:
        """The table is the last that a person sees."""
        if self._live:
            self._live.console.print(self._table(self.counts()))

    def counts(self) -> dict[str, int]:
        """Listed, fetched, archived, revised, skipped, refused and failed so far; of images known, kept and failed."""
        so_far = Counts.of(self._stats.get_stats())
        if self._is_of_images:
            images = part(self._stats.get_stats(), "keep_images")
            failed = sum(so_far.failed_images.values())
            return {name: images.get(name, 0) for name in ("known", "kept", "other_host")} | {"failed": failed}
        figures = {name: getattr(so_far, name) for name in ("listed", "fetched", "archived", "revised")}
        return figures | {name: sum(reasons.values()) for name, reasons in _reasons(so_far).items()}

    @property
    def _is_of_images(self) -> bool:
        return self._spider == "sina_images"

    @property
    def _new(self) -> str:
        return "kept" if self._is_of_images else "archived"

    @property
    def _place(self) -> str:
        return f"images are in {self._archive}/images" if self._is_of_images else f"posts are in {self._archive}/posts"

    def _live_line(self) -> "Live":
        from rich.console import Console  # for a person only: a scheduled job loads none of it
        from rich.live import Live

        return Live(get_renderable=self._line, console=Console(stderr=True), refresh_per_second=4)

    def _line(self) -> "Text":
        """What is not zero, the rate first; a narrow terminal shows its beginning."""
        from rich.text import Text

        pages = self._stats.get_value("response_received_count", 0)
        rate = pages / max(time.monotonic() - self._started, 0.001)
        counts = "".join(f"  {count} {name}" for name, count in self.counts().items() if count)
        held = _held(Counts.of(self._stats.get_stats()))
        return Text(f"{rate:.1f} pages/s{counts}{held}", no_wrap=True, overflow="ellipsis")

    def _table(self, counts: dict[str, int]) -> "Table":
        from crawler.run.terminal_table import terminal_table

        outcome, why = (self._stats.get_value(f"archive/run/{name}", "?") for name in ("outcome", "reason"))
        title = f"{self._spider}: {outcome}, {counts[self._new]} new"
        caption = self._place if outcome == "ok" else f"{why}\n{self._place}"
        what = "images" if self._is_of_images else "articles"
        table = terminal_table(["", what, "why"], [what], title, caption)
        so_far = Counts.of(self._stats.get_stats())
        reasons = {"failed": so_far.failed_images} if self._is_of_images else _reasons(so_far)
        for name, count in counts.items():
            table.add_row(name.replace("_", " "), str(count), by_reason(reasons.get(name, {})))
        for archive, held in so_far.web_archives.items():
            table.add_row(archive, str(held.get("held", 0)), by_reason(held))
        return table


def _held(counts: Counts) -> str:
    return "".join(f"  {archive}: {by_reason(held)}" for archive, held in counts.web_archives.items())


def _reasons(counts: Counts) -> dict[str, dict[str, int]]:
    failed = dict(Counter(counts.failed) + Counter(counts.failed_listings))  # pages and lists may fail alike
    return {"skipped": counts.skipped, "refused": counts.refused, "failed": failed}


def _redirect_log(before: TextIO, after: TextIO) -> None:
    """rich puts something else in the place of stderr while its live line stands."""
    for handler in logging.root.handlers:
        if isinstance(handler, logging.StreamHandler) and handler.stream is before:
            handler.setStream(after)
