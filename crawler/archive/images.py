"""Which images are kept, by the address that articles have for them."""

from collections.abc import Collection, Iterator
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from crawler.archive.database import insert_into
from crawler.archive.tables import images
from crawler.items import Capture
from crawler.times import iso

FOLDER = "images"
_CHUNK = 500  # values in one IN (…)


class Images:
    """The table of them, and their files below ``images/`` in the archive at `root`."""

    def __init__(self, engine: sa.Engine, root: Path) -> None:
        self._engine = engine
        self._root = root

    def files(self, urls: Collection[str]) -> dict[str, str]:
        """The file, relative to ``images/``, of each of `urls` that is kept."""
        asked = list(dict.fromkeys(urls))
        files: dict[str, str] = {}
        with self._engine.connect() as connection:
            for at in range(0, len(asked), _CHUNK):
                query = sa.select(images.c.url, images.c.file).where(images.c.url.in_(asked[at : at + _CHUNK]))
                files.update((row.url, row.file) for row in connection.execute(query))
        return files

    def path(self, file: str) -> Path:
        """Where a file is."""
        return self._root / FOLDER / file

    def enter(self, url: str, file: str, size: tuple[int, int], capture: Capture | None, at: datetime) -> None:
        """An image whose file is in place; `size` in pixels. The first image of an address stays."""
        place = capture or Capture(None, None, None)
        row = {
            "url": url,
            "file": file,
            "width": size[0],
            "height": size[1],
            "seen_at": iso(at),
            "capture_file": place.file,
            "capture_offset": place.offset,
            "capture_length": place.length,
        }
        with self._engine.begin() as connection:
            connection.execute(insert_into(self._engine, images).on_conflict_do_nothing(), row)

    def all_files(self) -> Iterator[str]:
        """Every file that the catalog knows, once."""
        with self._engine.connect() as connection:
            yield from connection.scalars(sa.select(images.c.file).distinct().order_by(images.c.file))
