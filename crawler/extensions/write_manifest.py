"""Enters what a run wrote into the day's manifest, after its captures are closed."""

import logging
from collections.abc import Callable
from functools import partial
from typing import Self

from scrapy import signals
from scrapy.crawler import Crawler
from sqlalchemy.exc import SQLAlchemyError

from crawler.catalog import Catalog
from crawler.extensions.run_report import RunReport
from crawler.integrity.manifest import enter_new
from crawler.locations import database_url
from crawler.moments import now
from crawler.storage import Storage, open_storage

logger = logging.getLogger(__name__)


class WriteManifest:
    """If it can't be written, the next run enters what this one wrote."""

    def __init__(self, storage: Storage, database: str, run: Callable[[], str]) -> None:
        """`run` says what the run is called, once it is over."""
        self._storage = storage
        self._run = run
        self._database = database

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        extension = cls(open_storage(crawler.settings), database_url(crawler.settings), partial(_run_of, crawler))
        crawler.signals.connect(extension.engine_stopped, signals.engine_stopped)
        return extension

    def engine_stopped(self) -> None:
        """Every component has closed what it wrote."""
        try:
            with Catalog(self._database) as catalog:
                enter_new(self._storage, catalog.engine, now(), self._run())
        except (OSError, SQLAlchemyError) as error:
            logger.error("manifest not written: %s", error)


def _run_of(crawler: Crawler) -> str:
    report = crawler.get_extension(RunReport)
    return report.run if report else ""
