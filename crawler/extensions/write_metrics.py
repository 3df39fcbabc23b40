"""What a run did, and how fresh the archive is, as a file for the textfile collector of Prometheus's node exporter.

docs/monitoring.md says what each metric means.
"""

import logging
from datetime import datetime
from pathlib import Path
from typing import Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.statscollectors import StatsCollector
from sqlalchemy.exc import SQLAlchemyError

from crawler.archive.archive import Archive
from crawler.archive.files import put_in_place
from crawler.run.identity import Identity
from crawler.times import now

logger = logging.getLogger(__name__)
_MEANINGS = {
    "run_end_time_seconds": "When the last run ended.",
    "run_duration_seconds": "How long it took.",
    "run_exit_status": "Its exit status; 0 is success.",
    "last_success_time_seconds": "When the last run that did its job ended.",
    "newest_article_time_seconds": "When the newest archived article was published.",
}


class WriteMetrics:
    """Writes it when a run has ended; one that is killed, or could not start, leaves the file as it was."""

    def __init__(self, path: Path, archive: Archive, run: Identity, stats: StatsCollector) -> None:
        """Raises ImportError, saying what to install, where prometheus-client is missing."""
        try:
            import prometheus_client  # optional
        except ImportError as error:
            raise ImportError("ARCHIVE_METRICS_FILE needs: pip install prometheus-client") from error
        self._prometheus = prometheus_client
        self._path = path
        self._archive = archive
        self._stats = stats
        self._started = run.started

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        path = crawler.settings["ARCHIVE_METRICS_FILE"]
        if not path:
            raise NotConfigured
        assert crawler.stats
        run = Identity.of(crawler)
        extension = cls(Path(path).expanduser(), Archive.of(crawler), run, crawler.stats)
        crawler.signals.connect(extension.engine_stopped, signals.engine_stopped)
        return extension

    def engine_stopped(self) -> None:
        """The run has been judged."""
        try:
            put_in_place(self._path, self._metrics())
        except (OSError, SQLAlchemyError) as error:
            logger.error("metrics not written: %s", error)

    def _metrics(self) -> bytes:
        registry = self._prometheus.CollectorRegistry()
        for name, value in self._values().items():
            if value is not None:
                self._prometheus.Gauge(f"archive_{name}", _MEANINGS[name], registry=registry).set(value)
        outcome = self._prometheus.Gauge("archive_run_outcome", "How it ended.", ["outcome"], registry=registry)
        labels = ["component", "what"]
        counts = self._prometheus.Gauge("archive_run_count", "What happened in it.", labels, registry=registry)
        for name, value in self._stats.get_stats().items():
            if name == "archive/run/outcome":
                outcome.labels(value).set(1)
            elif name.startswith("archive/") and not name.startswith("archive/run/") and isinstance(value, int):
                _, component, what = name.split("/", 2)
                counts.labels(component, what).set(value)
        written: bytes = self._prometheus.generate_latest(registry)
        return written

    def _values(self) -> dict[str, float | None]:
        """None: there is no such moment yet."""
        ended = now()
        return {
            "run_end_time_seconds": ended.timestamp(),
            "run_duration_seconds": (ended - self._started).total_seconds(),
            "run_exit_status": self._stats.get_value("archive/run/exit_status"),
            "last_success_time_seconds": _seconds(self._archive.runs.last_success()),
            "newest_article_time_seconds": _seconds(self._archive.catalog.newest()),
        }


def _seconds(moment: datetime | None) -> float | None:
    return moment.timestamp() if moment else None
