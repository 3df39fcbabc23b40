"""Counts in a crawl's stats what the catalog has that is none, and what it would not take."""

from functools import partial
from weakref import ReferenceType, ref

import sqlalchemy as sa
from scrapy.crawler import Crawler

from crawler.archive.bad_values import BadValues

_REFUSALS = ("SQLITE_FULL", "SQLITE_IOERR", "SQLITE_READONLY")  # besides those of a commit


def count_catalog(crawler: Crawler, engine: sa.Engine, values: BadValues) -> None:
    """From now on; whoever opens the archive of a crawl does it before the crawl has stats."""
    values.count = partial(_count, ref(crawler), "bad_value")
    sa.event.listen(engine, "handle_error", partial(_count_refused, ref(crawler)))


def _count_refused(of: ReferenceType[Crawler], context: sa.ExceptionContext) -> None:
    """Whoever wrote, and whatever became of it then: a run in which the catalog took something not is not well."""
    error = str(getattr(context.original_exception, "sqlite_errorname", ""))
    if context.statement is None or error.startswith(_REFUSALS):
        _count(of, "refused")


def _count(of: ReferenceType[Crawler], what: str) -> None:
    crawler = of()
    if crawler and crawler.stats:
        crawler.stats.inc_value(f"archive/catalog/{what}")
