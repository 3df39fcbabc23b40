"""What the commands that look into an archive open: one that is there, or they end with one line that says why not."""

import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from scrapy.exceptions import UsageError
from scrapy.settings import BaseSettings

from crawler.archive.archive import Archive
from crawler.archive.presence import catalog_place
from crawler.run.check_settings import check_settings
from crawler.run.one_line import one_line

# What says that an archive can't be opened; any other exception is a fault of the program.
REASONS = (UsageError, ValueError, OSError, RuntimeError, ImportError, sa.exc.SQLAlchemyError, sqlite3.Error)


@contextmanager
def existing_archive(settings: BaseSettings) -> Iterator[Archive]:
    """The archive of the settings, closed afterwards; where there is none, nothing is made.

    Raises UsageError for settings that say nothing, and SystemExit, which prints its message and is exit
    status 1, for an archive that is not there, or whose catalog can't be opened.
    """
    check_settings(settings)
    try:
        archive = Archive.open(settings, must_exist=True)
    except UsageError:
        raise
    except REASONS as error:
        sys.exit(in_words(error, settings))
    with archive:
        yield archive


def in_words(error: BaseException, settings: BaseSettings) -> str:
    """What an error says, for a person; of a database's own, which take several lines, also which catalog it is."""
    said = one_line(error)
    if isinstance(error, (sa.exc.DBAPIError, sqlite3.Error)):
        return f"the catalog {catalog_place(settings)}: {type(error).__name__}: {said}"
    if isinstance(error, OSError) and error.strerror and error.filename:
        return one_line(f"{error.filename2 or error.filename}: {error.strerror}")
    is_plain = isinstance(error, (UsageError, ValueError, OSError, RuntimeError, ImportError)) and said
    return said if is_plain else f"{type(error).__name__}: {said}"
