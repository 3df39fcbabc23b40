"""One writer at a time in an archive, wherever its catalog is; or the workers that share a crawl, and no one else."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from scrapy.settings import BaseSettings

from crawler.archive.lock import archive_lock
from crawler.archive.paths import archive_dir, archive_url, catalog_file, database_url


@contextmanager
def writer_lock(settings: BaseSettings, alone: bool = False) -> Iterator[None]:
    """Holds the archive of the settings for this process, or for this worker beside others of its kind.

    `alone`: even with ARCHIVE_REDIS_URL. Raises ArchiveLocked after ARCHIVE_LOCK_WAIT seconds.
    """
    wait = settings.getfloat("ARCHIVE_LOCK_WAIT")
    shared = bool(settings.get("ARCHIVE_REDIS_URL")) and not alone
    url, root = database_url(settings), _locked_folder(settings)
    with ExitStack() as locks:
        if url.startswith("postgresql"):
            from crawler.archive.database_lock import database_lock  # the file is enough for SQLite

            locks.enter_context(database_lock(url, wait, shared))
        if root:
            locks.enter_context(archive_lock(root, wait, shared))
        yield


def _locked_folder(settings: BaseSettings) -> Path | None:
    """The archive's; of one in an object store that of the catalog, if it is in a file."""
    if not archive_url(settings):
        return archive_dir(settings)
    file = catalog_file(settings)
    return file.parent if file else None
