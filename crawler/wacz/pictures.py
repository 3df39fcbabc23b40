"""Where the captures are of the pictures that texts show, whenever they were fetched."""

from collections.abc import Iterable

import sqlalchemy as sa

from crawler.archive.tables import images
from crawler.post.plain_text import IMAGE
from crawler.wacz.texts import CapturedText


def pictures_of(engine: sa.Engine, texts: Iterable[CapturedText]) -> set[tuple[str, int]]:
    """File and offset of each that is kept; a post names a picture by its address, or by its file."""
    places: set[tuple[str, int]] = set()
    with engine.connect() as connection:
        for text in texts:
            addresses = [address for _, address in IMAGE.findall(text.markdown or "")]
            if addresses:
                files = ["/".join(address.split("/")[-2:]) for address in addresses]
                is_shown = images.c.url.in_(addresses) | images.c.file.in_(files)
                query = sa.select(images.c.capture_file, images.c.capture_offset)
                query = query.where(is_shown, images.c.capture_file.is_not(None))
                places.update((file, offset) for file, offset in connection.execute(query))
    return places
