"""Whether there is an archive where the settings say it is, found out without making one."""

import sqlalchemy as sa
from scrapy.settings import BaseSettings

from crawler.archive.paths import archive_dir, archive_place, archive_url, catalog_file, database_url
from crawler.archive.tables import versions


class NoArchive(FileNotFoundError):
    """There is none; the message says where it was looked for, and what to do. No ``errno``: nothing was opened."""


class LostCatalog(NoArchive):
    """There are posts or captures, and no catalog of them."""


def require_archive(settings: BaseSettings) -> None:
    """Raises NoArchive where there is neither a catalog nor ``posts/`` nor ``captures/``."""
    if has_catalog(settings) or _has_files(settings):
        return
    place, names = archive_place(settings), "ARCHIVE_DIR"
    if settings["ARCHIVE_DATABASE_URL"]:
        place, names = f"{place}, and no catalog at {catalog_place(settings)}", "ARCHIVE_DIR and ARCHIVE_DATABASE_URL"
    raise NoArchive(
        f"there is no archive in {place}: set {names} to where it is, or begin one with `scrapy crawl sina_finance`"
    )


def require_catalog(settings: BaseSettings) -> None:
    """Raises NoArchive where there is no archive, and LostCatalog where it has no catalog any more."""
    require_archive(settings)
    if not has_catalog(settings):
        raise LostCatalog(
            f"the archive in {archive_place(settings)} has lost its catalog {catalog_place(settings)}: "
            "`scrapy rebuild` makes it anew of the captures"
        )


def has_catalog(settings: BaseSettings) -> bool:
    """True for a file that holds something, be it damaged, and for a database that has a catalog's tables."""
    file = catalog_file(settings)
    if file:
        return file.is_file() and file.stat().st_size > 0
    engine = sa.create_engine(database_url(settings))
    try:
        return sa.inspect(engine).has_table(versions.name)
    finally:
        engine.dispose()


def catalog_place(settings: BaseSettings) -> str:
    """The catalog as a person would name it, be it there or not; without its password."""
    file = catalog_file(settings)
    return str(file) if file else sa.make_url(database_url(settings)).render_as_string()


def _has_files(settings: BaseSettings) -> bool:
    """In an object store they are not looked for: what would read them works on a folder."""
    if archive_url(settings):
        return False
    return any((archive_dir(settings) / name).is_dir() for name in ("posts", "captures"))
