"""What stands in the catalog and can't be what its column says: named once, and taken for nothing."""

import json
import logging
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from crawler.times import from_iso, is_credible

logger = logging.getLogger(__name__)


class BadValues:
    """Reads values of the catalog. ``count`` is called for each that is bad; older versions let some in."""

    def __init__(self) -> None:
        self.count: Callable[[], object] = lambda: None
        self._named: set[tuple[str, str, str]] = set()

    def time(self, table: str, doc_id: str, column: str, value: object) -> datetime | None:
        """The aware time, or None; of what an article or an entry has."""
        if value is None:
            return None
        moment = parsed_time(value)
        if moment is None:
            self._name(table, doc_id, column, value)
        return moment

    def texts(self, table: str, doc_id: str, column: str, value: object) -> tuple[str, ...]:
        """The texts of a JSON list."""
        texts = parsed_texts(value)
        if texts is None:
            self._name(table, doc_id, column, value)
        return texts or ()

    def _name(self, table: str, doc_id: str, column: str, value: object) -> None:
        if (table, doc_id, column) not in self._named:
            self._named.add((table, doc_id, column))
            self.count()
            what = "bad value in the catalog, passed over (scrapy verify --repair mends it)"
            logger.warning("%s: %s.%s is %.80r [%s]", what, table, column, value, doc_id)


def parsed_time(value: object) -> datetime | None:
    """A time as the catalog has it, between those that an archive of Sina can hold; else None."""
    try:
        moment = from_iso(value) if isinstance(value, str) else None
        return moment if moment and is_credible(moment) else None
    except (ValueError, TypeError):  # no time, or one without a zone
        return None


def parsed_day(value: object) -> date | None:
    """A day as the catalog has it; else None."""
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def parsed_texts(value: object) -> tuple[str, ...] | None:
    """A JSON list of texts as the catalog has it; empty where there is none, None for anything else."""
    if value is None or value == "":
        return ()
    try:
        texts = json.loads(value) if isinstance(value, str) else None
    except (ValueError, RecursionError):
        return None
    return tuple(texts) if isinstance(texts, list) and all(isinstance(text, str) for text in texts) else None


def parsed_object(value: object) -> dict[str, Any] | None:
    """A JSON object as the catalog has it; None for anything else."""
    try:
        parsed = json.loads(value) if isinstance(value, str) else None
    except (ValueError, RecursionError):
        return None
    return parsed if isinstance(parsed, dict) else None


def looks_like_time(column: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
    """For a query that wants the newest: texts of the right form, and of no absurd year."""
    return column.like("____-__-__T__:__:__Z") & column.between("1998", "2100")
