"""What the catalog says of files, read a part at a time, so that of a large archive little is held."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from crawler.archive.tables import aliases, articles, bands, images, payloads, revisions
from crawler.archive.texts import newest_text
from crawler.integrity.check_posts import KnownPost

_ROWS = 1000  # that are read at once
_COLUMNS = ("doc_id", "url", "title", "date", "path", "content_hash", "file_hash", "revision")


@dataclass(frozen=True, slots=True)
class CapturedPlace:
    """Where the catalog has a capture: of a revision, with doc id and number, or of an image, with its URL.

    ``name`` is ``<doc id>:<number>``, as `scrapy coverage --revision` takes it, or the path of an image.
    """

    name: str
    file: str
    offset: int
    length: int
    url: str = ""
    doc_id: str = ""
    number: int = 0


@dataclass(frozen=True, slots=True)
class HeldPayload:
    """Where the catalog has the newest payload of a page: a row of ``payloads``."""

    file: str
    page: str
    digest: str
    url: str
    date: str


def known_posts(engine: sa.Engine, paths: Sequence[str], doc_ids: Sequence[str]) -> dict[str, KnownPost | None]:
    """The row of each of a few hundred posts, by its path. `doc_ids`: of those that have one."""
    query = sa.select(*(articles.c[name] for name in _COLUMNS))
    of_these: dict[str, KnownPost | None] = dict.fromkeys(paths)
    with engine.connect() as connection:
        own: dict[str, set[tuple[int, str]]] = defaultdict(set)
        for row in connection.execute(sa.select(bands).where(bands.c.doc_id.in_(doc_ids))):
            own[row.doc_id].add((row.band, row.hash))
        for row in connection.execute(query.where(articles.c.doc_id.in_(doc_ids))):
            if row.path in of_these:
                of_these[row.path] = KnownPost(**row._mapping, bands=frozenset(own[row.doc_id]))
    return of_these


def captured_places(engine: sa.Engine) -> Iterator[CapturedPlace]:
    """Where the catalog has the captures of revisions and of images."""
    names = ("capture_file", "capture_offset", "capture_length")
    with engine.connect() as connection:
        of_articles = sa.select(revisions.c.doc_id, revisions.c.number, *(revisions.c[name] for name in names))
        for row in _stream(connection, of_articles.where(revisions.c.capture_file.is_not(None))):
            place = row.capture_file, row.capture_offset, row.capture_length
            yield CapturedPlace(f"{row.doc_id}:{row.number}", *place, doc_id=row.doc_id, number=row.number)
        of_images = sa.select(images.c.file, *(images.c[name] for name in names), images.c.url)
        for row in _stream(connection, of_images.where(images.c.capture_file.is_not(None))):
            place = row.capture_file, row.capture_offset, row.capture_length
            yield CapturedPlace(f"images/{row.file}", *place, row.url)


def addresses_of(engine: sa.Engine, doc_id: str) -> list[str]:
    """The URLs of an article."""
    with engine.connect() as connection:
        return list(connection.scalars(sa.select(aliases.c.url).where(aliases.c.doc_id == doc_id)))


def newest_of(engine: sa.Engine, doc_id: str) -> int | None:
    """The number of the revision that its post shows."""
    with engine.connect() as connection:
        number: int | None = connection.scalar(sa.select(newest_text(sa.literal(doc_id))))
        return number


def held_payloads(engine: sa.Engine) -> Iterator[HeldPayload]:
    """The newest payloads of pages."""
    columns = (payloads.c[name] for name in ("file", "page", "digest", "url", "date"))
    with engine.connect() as connection:
        for row in _stream(connection, sa.select(*columns).where(payloads.c.file.is_not(None))):
            yield HeldPayload(**row._mapping)


def _stream(connection: sa.Connection, query: sa.Select[Any]) -> Iterator[sa.Row[Any]]:
    yield from connection.execute(query.execution_options(yield_per=_ROWS))
