"""What the archive holds: every article by doc id, and every URL it was seen under.

SQLAlchemy Core, so that the same code serves SQLite (the default, beside the posts) and
PostgreSQL. Times are ISO 8601 text in UTC, lists are JSON text: readable in any tool.
"""

import json
from collections.abc import Collection
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from crawler.items import Article

SCHEMA_VERSION = 1

metadata = sa.MetaData()

articles = sa.Table(
    "articles",
    metadata,
    sa.Column("doc_id", sa.Text, primary_key=True),
    sa.Column("url", sa.Text, nullable=False, comment="canonical"),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("date", sa.Text, nullable=False, comment="of the post, UTC"),
    sa.Column("published_at", sa.Text, comment="as the page says, UTC"),
    sa.Column("modified_at", sa.Text, comment="the listing's mtime when it was archived, UTC"),
    sa.Column("path", sa.Text, nullable=False, comment="relative to the archive"),
    sa.Column("content_hash", sa.Text, nullable=False, comment="sha256 of title and Markdown body"),
    sa.Column("layout", sa.Text, nullable=False),
    sa.Column("media", sa.Text),
    sa.Column("byline", sa.Text),
    sa.Column("editor", sa.Text),
    sa.Column("original_title", sa.Text),
    sa.Column("image", sa.Text, comment="the first of the body"),
    sa.Column("keywords", sa.Text, comment="JSON list"),
    sa.Column("stocks", sa.Text, comment="JSON list of codes marked up in the page"),
    sa.Column("channels", sa.Text, comment="JSON list of lids"),
    sa.Column("archived_at", sa.Text, nullable=False, comment="UTC"),
)
aliases = sa.Table(
    "aliases",
    metadata,
    sa.Column("url", sa.Text, primary_key=True),
    sa.Column("doc_id", sa.Text, sa.ForeignKey("articles.doc_id"), nullable=False, index=True),
)
versions = sa.Table("schema_version", metadata, sa.Column("version", sa.Integer, primary_key=True))


class Catalog:
    """One open catalog; each component of a run opens its own."""

    def __init__(self, database_url: str) -> None:
        url = sa.make_url(database_url)
        if url.get_backend_name() == "sqlite" and url.database:
            Path(url.database).parent.mkdir(parents=True, exist_ok=True)
        self._engine = sa.create_engine(url)
        if url.get_backend_name() == "sqlite":
            sa.event.listen(self._engine, "connect", _prepare_sqlite)
        with self._engine.begin() as connection:
            metadata.create_all(connection)
            version = connection.scalar(sa.select(sa.func.max(versions.c.version)))
            if version is None:
                connection.execute(sa.insert(versions).values(version=SCHEMA_VERSION))
            elif version > SCHEMA_VERSION:
                raise RuntimeError(f"{url}: schema {version} is newer than this program's {SCHEMA_VERSION}")

    def close(self) -> None:
        """Gives the database back; the catalog is not used after it."""
        self._engine.dispose()

    def known(self, doc_ids: Collection[str]) -> set[str]:
        """Those of `doc_ids` that are archived."""
        query = sa.select(articles.c.doc_id).where(articles.c.doc_id.in_(list(doc_ids)))
        with self._engine.connect() as connection:
            return set(connection.scalars(query))

    def doc_id_of(self, url: str) -> str | None:
        """The doc id archived under `url`, canonical or alias."""
        with self._engine.connect() as connection:
            return connection.scalar(sa.select(aliases.c.doc_id).where(aliases.c.url == url))

    def record(self, article: Article) -> None:
        """Enters an article whose file is in place. Entering it again changes nothing but its aliases."""
        entry = article.entry
        row: dict[str, Any] = {
            "doc_id": article.doc_id,
            "url": article.url,
            "title": article.title,
            "date": iso(article.date),
            "published_at": iso(article.published_at),
            "modified_at": iso(entry.modified_at) if entry else None,
            "path": article.path,
            "content_hash": article.content_hash,
            "layout": article.layout,
            "media": article.media or (entry.media if entry else ""),
            "byline": article.byline,
            "editor": article.editor,
            "original_title": article.original_title,
            "image": next(iter(article.images), None),
            "keywords": _json(article.keywords or (entry.keywords if entry else ())),
            "stocks": _json(article.stocks),
            "channels": _json(entry.channels if entry else ()),
            "archived_at": iso(datetime.now(UTC)),
        }
        urls = [{"url": url, "doc_id": article.doc_id} for url in dict.fromkeys([article.url, *article.aliases])]
        with self._engine.begin() as connection:
            connection.execute(self._insert(articles), row)
            connection.execute(self._insert(aliases), urls)

    def count(self) -> int:
        """How many articles are archived."""
        with self._engine.connect() as connection:
            return connection.scalar(sa.select(sa.func.count()).select_from(articles)) or 0

    def _insert(self, table: sa.Table) -> sa.Insert:
        """An insert that leaves a row alone that is there already."""
        if self._engine.dialect.name == "postgresql":
            return postgresql.insert(table).on_conflict_do_nothing()
        return sqlite.insert(table).on_conflict_do_nothing()


def iso(moment: datetime | None) -> str | None:
    """An aware time as ``2021-07-09T06:20:37Z``."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" if moment else None


def _json(values: Collection[str]) -> str:
    return json.dumps(list(values), ensure_ascii=False)


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    """WAL: readers never wait for the writer. A commit survives a crash of the process."""
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")
    connection.execute("PRAGMA busy_timeout=10000")
    connection.execute("PRAGMA foreign_keys=ON")
