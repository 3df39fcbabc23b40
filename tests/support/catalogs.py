"""A catalog opened by itself, as tests of one part want it; the project opens it as a part of an archive."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Self

from scrapy.settings import Settings

from crawler.archive.archive import Archive
from crawler.archive.catalog import Catalog
from crawler.archive.database import open_engine
from crawler.archive.reads import Reads


class OpenCatalog(Catalog):
    """With its engine, to be closed."""

    def __init__(self, database_url: str, look_again: Sequence[timedelta] = ()) -> None:
        self.engine = open_engine(database_url)
        self.reads = Reads(self.engine)
        super().__init__(self.engine, self.reads, look_again)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def close(self) -> None:
        """Gives the database back."""
        self.reads.close()
        self.engine.dispose()


def open_archive(folder: Path, **settings: str) -> Archive:
    """The archive in a folder, with the project's own settings but for `settings`; to be closed."""
    ours = Settings()
    ours.setmodule("crawler.settings")
    ours.setdict({"ARCHIVE_DIR": str(folder), **settings}, "cmdline")
    return Archive.open(ours)
