"""What the catalog says of files, read a part at a time, so that of a large archive little is held."""

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from crawler.archive.tables import aliases, articles, bands, images, payloads, revisions
from crawler.archive.texts import newest_text
from crawler.integrity.check_captures import CapturedPlace, HeldPayload
from crawler.integrity.check_posts import KnownPost

_COLUMNS = ("doc_id", "url", "title", "date", "path", "content_hash", "file_hash", "revision")


def known_posts(engine: sa.Engine, paths: Sequence[str]) -> dict[str, KnownPost | None]:
    """The row of each of a few hundred posts, by its path."""
    doc_ids = [Path(path).stem for path in paths]
    query = sa.select(*(articles.c[name] for name in _COLUMNS))
    of_these: dict[str, KnownPost | None] = dict.fromkeys(paths)
    with engine.connect() as connection:
        own: dict[str, set[tuple[int, str]]] = defaultdict(set)
        for row in connection.execute(sa.select(bands).where(bands.c.doc_id.in_(doc_ids))):
            own[row.doc_id].add((row.band, row.hash))
        for row in connection.execute(query.where(articles.c.doc_id.in_(doc_ids) | articles.c.path.in_(paths))):
            if row.path in of_these:
                of_these[row.path] = KnownPost(**row._mapping, bands=frozenset(own[row.doc_id]))
    return of_these


def files_named() -> list[sa.Select[Any]]:
    """Queries for the names of all WARCs that the catalog has captures in."""
    return [sa.select(table.c.capture_file).distinct() for table in (revisions, images)]


def captured_in(engine: sa.Engine, files: Sequence[str]) -> list[CapturedPlace]:
    """Where in some WARCs the catalog has the captures of revisions and images."""
    places: list[CapturedPlace] = []
    names = ("capture_file", "capture_offset", "capture_length")
    with engine.connect() as connection:
        of_articles = sa.select(revisions.c.doc_id, revisions.c.number, *(revisions.c[name] for name in names))
        urls, newest = _addresses(connection, files), _newest(connection, files)
        for row in connection.execute(of_articles.where(revisions.c.capture_file.in_(files))):
            name, own = f"{row.doc_id}:{row.number}", tuple(urls[row.doc_id])
            place = row.capture_file, row.capture_offset, row.capture_length
            places.append(CapturedPlace(name, *place, own, row.doc_id, newest[row.doc_id] == row.number))
        of_images = sa.select(images.c.file, *(images.c[name] for name in names), images.c.url)
        for row in connection.execute(of_images.where(images.c.capture_file.in_(files))):
            place = row.capture_file, row.capture_offset, row.capture_length
            places.append(CapturedPlace(f"images/{row.file}", *place, (row.url,)))
    return places


def _addresses(connection: sa.Connection, files: Sequence[str]) -> dict[str, list[str]]:
    urls: dict[str, list[str]] = defaultdict(list)
    for row in connection.execute(sa.select(aliases).where(aliases.c.doc_id.in_(_in_files(files)))):
        urls[row.doc_id].append(row.url)
    return urls


def _newest(connection: sa.Connection, files: Sequence[str]) -> dict[str, int]:
    """The revision that each post shows."""
    of_these = sa.select(articles.c.doc_id, newest_text()).where(articles.c.doc_id.in_(_in_files(files)))
    return defaultdict(int, ((row[0], row[1]) for row in connection.execute(of_these)))


def _in_files(files: Sequence[str]) -> sa.Select[tuple[str]]:
    return sa.select(revisions.c.doc_id).where(revisions.c.capture_file.in_(files))


def payloads_in(engine: sa.Engine, file: str) -> list[HeldPayload]:
    """The newest payloads of pages that stand in a WARC."""
    columns = (payloads.c[name] for name in ("page", "digest", "url", "date"))
    with engine.connect() as connection:
        return [HeldPayload(*row) for row in connection.execute(sa.select(*columns).where(payloads.c.file == file))]
