"""Where an archive keeps its parts, as its settings say."""

from datetime import datetime
from pathlib import Path, PurePosixPath

from scrapy.settings import BaseSettings

from crawler.sina.dates import BEIJING


def archive_dir(settings: BaseSettings) -> Path:
    """ARCHIVE_DIR, absolute; a relative one is relative to the working directory."""
    return Path(settings["ARCHIVE_DIR"]).expanduser().resolve()


def database_url(settings: BaseSettings) -> str:
    """ARCHIVE_DATABASE_URL, or that of the SQLite catalog in the archive."""
    return settings["ARCHIVE_DATABASE_URL"] or f"sqlite:///{archive_dir(settings) / 'catalog.db'}"


def post_path(doc_id: str, date: datetime) -> PurePosixPath:
    """``posts/2021/07/09/kqcfnca5774437.md``: the publication day in Beijing, and the doc id."""
    return PurePosixPath(f"posts/{date.astimezone(BEIJING):%Y/%m/%d}/{doc_id}.md")
