"""What takes time in a run of Scrapy and changes nothing of it is done once for all runs of all worlds.

By profile: of a run of a tenth of a second, SQLAlchemy spent a third on statements that it had made for
the archive before, Scrapy a tenth on copies of its settings, and both the versions of libraries were read
from their files each time. What is left is Scrapy's engine and the archive's own work.
"""

import copy
import functools
import pickle
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from importlib.metadata import version
from typing import Any
from unittest.mock import patch

import sqlalchemy as sa
from scrapy.settings import BaseSettings
from sqlalchemy.util import LRUCache

from crawler.archive import archive
from crawler.archive.database import open_engine
from crawler.extensions import run_report
from crawler.middlewares import record_captures

_STATEMENTS: LRUCache[Any, Any] = LRUCache(2_000)  # as SQL, by statement and dialect
_DIALECTS: list[sa.Dialect] = []  # of the first archive
_version = functools.cache(version)


def _opened(database_url: str) -> sa.Engine:
    engine = open_engine(database_url)
    if not _DIALECTS:
        _DIALECTS.append(engine.dialect)
    engine._compiled_cache, engine.dialect = _STATEMENTS, _DIALECTS[0]
    return engine


def _copied(settings: BaseSettings) -> BaseSettings:
    """As ``copy`` does it, in an eighth of the time."""
    try:
        copied: BaseSettings = pickle.loads(pickle.dumps(settings, pickle.HIGHEST_PROTOCOL))
    except (pickle.PicklingError, AttributeError, TypeError):  # a value that a test made
        return copy.deepcopy(settings)
    return copied


_SHORTCUTS: tuple[tuple[object, str, Callable[..., Any]], ...] = (
    (archive, "open_engine", _opened),
    (BaseSettings, "copy", _copied),
    (run_report, "version", _version),
    (record_captures, "version", _version),
)


@contextmanager
def shortcuts() -> Iterator[None]:
    """They are taken meanwhile."""
    with ExitStack() as stack:
        for owner, name, shortcut in _SHORTCUTS:
            stack.enter_context(patch.object(owner, name, shortcut))
        yield
