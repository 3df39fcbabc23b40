"""Where an archive keeps its parts, as its settings say."""

from pathlib import Path

import sqlalchemy as sa
from scrapy.exceptions import UsageError
from scrapy.settings import BaseSettings


def archive_url(settings: BaseSettings) -> str:
    """ARCHIVE_DIR if it is an object store, ``s3://bucket/name``; empty if it is a folder."""
    place = str(settings["ARCHIVE_DIR"])
    return place if "://" in place else ""


def archive_place(settings: BaseSettings) -> str:
    """ARCHIVE_DIR as a person would name it."""
    return archive_url(settings).rstrip("/") or str(archive_dir(settings))


def archive_dir(settings: BaseSettings) -> Path:
    """ARCHIVE_DIR, absolute; a relative one is relative to the working directory.

    Raises UsageError for an object store: what asks for the folder works on one.
    """
    if url := archive_url(settings):
        raise no_folder(url)
    return Path(settings["ARCHIVE_DIR"]).expanduser().resolve()


def has_one_writer(settings: BaseSettings) -> bool:
    """Whether one run at a time writes, into a folder: no workers share the archive, and it is in no object store."""
    return not (archive_url(settings) or settings.get("ARCHIVE_REDIS_URL"))


def trusted_certificates(settings: BaseSettings) -> Path | None:
    """The PEM file of those that time stamps must go back to, if one is named."""
    named = settings["ARCHIVE_TSA_CERTIFICATES"]
    return Path(named).expanduser() if named else None


def no_folder(url: str) -> UsageError:
    """The error of what needs a folder and got an object store."""
    return UsageError(f"this works on an archive in a folder: copy {url} into one, and set ARCHIVE_DIR to it")


def captures_dir(settings: BaseSettings) -> Path:
    """The folder in which captures are written: of the archive, or until they are put into its object store."""
    if archive_url(settings):
        return Path(settings["ARCHIVE_SPOOL_DIR"]).expanduser().resolve()
    return archive_dir(settings) / "captures"


def database_url(settings: BaseSettings) -> str:
    """ARCHIVE_DATABASE_URL, or that of the SQLite catalog in the archive.

    Raises UsageError where there is neither.
    """
    if settings["ARCHIVE_DATABASE_URL"]:
        return str(settings["ARCHIVE_DATABASE_URL"])
    if url := archive_url(settings):
        raise UsageError(f"an archive in an object store ({url}) needs a catalog elsewhere: set ARCHIVE_DATABASE_URL")
    return f"sqlite:///{archive_dir(settings) / 'catalog.db'}"


def catalog_file(settings: BaseSettings) -> Path | None:
    """The file of an SQLite catalog, be it there or not; None for a catalog in a server."""
    url = sa.make_url(database_url(settings))
    return Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None
