"""Brings the full-text index up to the articles: what is written marks itself as not indexed, in the same step."""

from collections.abc import Iterator
from operator import itemgetter
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from crawler.archive.bad_values import parsed_time
from crawler.archive.posts import kept_post, newest_post
from crawler.archive.tables import articles
from crawler.post.plain_text import plain_text
from crawler.post.post import markdown_of
from crawler.search.tokens import TOKENS_VERSION, tokens
from crawler.times import EARLIEST

_BATCH_SIZE = 200  # articles in one transaction; another writer waits for a tenth of a second
_UNINDEXED = sa.table("unindexed", sa.column("doc_id"))
_TEXTS = sa.table("texts", sa.column("doc_id"))
_NEXT = (
    sa.select(
        _UNINDEXED.c.doc_id, articles.c.title, articles.c.date, articles.c.path, kept_post().label("kept"),
        sa.exists().where(_TEXTS.c.doc_id == _UNINDEXED.c.doc_id).label("is_known"),
    )
    .join_from(_UNINDEXED, articles, articles.c.doc_id == _UNINDEXED.c.doc_id)
    .limit(_BATCH_SIZE)
)  # fmt: skip
# The number of a text is its post's time, or the next free one: the newest are found first. In units of ten
# seconds the index is an eighth smaller than in seconds, and still has room for 8,640 texts a day.
UNIT = 10
_FORGET = "UPDATE texts SET doc_id = NULL WHERE doc_id = :doc_id"
_NUMBER = """
    INSERT INTO texts (doc_id, id) SELECT :doc_id, CASE WHEN NOT EXISTS (SELECT 1 FROM texts WHERE id = :at) THEN :at
    ELSE (SELECT min(id) + 1 FROM texts AS taken
          WHERE id >= :at AND NOT EXISTS (SELECT 1 FROM texts WHERE id = taken.id + 1)) END
"""
# No INSERT … SELECT: that begins a savepoint, at which FTS5 would write each text by itself.
_ENTER = "INSERT INTO words (rowid, text) VALUES ((SELECT id FROM texts WHERE doc_id = :doc_id), :words)"
# Of an index of other words than `tokens` says now; the texts are read again.
_EMPTY = (
    "INSERT INTO words (words) VALUES ('delete-all')",
    "DELETE FROM texts",
    "INSERT OR IGNORE INTO unindexed SELECT doc_id FROM articles",
    f"PRAGMA user_version = {TOKENS_VERSION}",
)
_DONE = "DELETE FROM unindexed WHERE doc_id = :doc_id"


class NoIndex(RuntimeError):
    """The catalog is no SQLite database."""


class TextIndex:
    """The index of the catalog of `engine`, whose posts are below `root`. Raises NoIndex for a catalog without one."""

    def __init__(self, engine: sa.Engine, root: Path) -> None:
        if engine.dialect.name != "sqlite":
            raise NoIndex(f"full-text search needs an SQLite catalog; this one is {engine.dialect.name}")
        self._engine = engine
        self._root = root

    def behind(self) -> int:
        """How many articles are not in it, or not with their newest text, and the words that a text has now."""
        with self._engine.connect() as connection:
            if not _has_words_of_now(connection):
                return connection.scalar(sa.select(sa.func.count()).select_from(articles)) or 0
            return connection.scalar(sa.select(sa.func.count()).select_from(_UNINDEXED)) or 0

    def catch_up(self) -> Iterator[int]:
        """Indexes what it is behind, part by part, and yields how many articles each part had."""
        self._forget_words_of_then()
        while count := self._index_part():
            yield count

    def _forget_words_of_then(self) -> None:
        with self._engine.begin() as connection:
            if _has_words_of_now(connection):
                return
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            if not _has_words_of_now(connection):  # nor has another process made it
                for statement in _EMPTY:
                    connection.exec_driver_sql(statement)

    def _index_part(self) -> int:
        with self._engine.begin() as connection:
            connection.exec_driver_sql("BEGIN IMMEDIATE")  # what is read stays true until it is entered
            rows = connection.execute(_NEXT).all()
            # In the order of their numbers: FTS5 keeps in memory what it is given until a smaller number comes.
            texts = sorted(filter(None, map(self._text, rows)), key=itemgetter("at"))
            done = [{"doc_id": row.doc_id} for row in rows]
            for statement, values in ((_FORGET, texts), (_NUMBER, texts), (_ENTER, texts), (_DONE, done)):
                if values:
                    connection.exec_driver_sql(statement, values)
        return len(rows)

    def _text(self, row: Any) -> dict[str, Any] | None:
        """What to index of an article: only the title if the post is lost, None if an older text's words can stay."""
        post = newest_post(self._root, row.path, row.kept)
        if post is None and row.is_known:
            return None
        moment = parsed_time(row.date) or EARLIEST  # until --repair mends its date, and marks it
        words = tokens(f"{row.title}\n{plain_text(markdown_of(post or ''))}")
        return {"doc_id": row.doc_id, "at": int(moment.timestamp()) // UNIT, "words": " ".join(words)}


def _has_words_of_now(connection: sa.Connection) -> bool:
    """SQLite keeps a number in a database for whoever wants it, 0 before anyone has set it."""
    return bool(connection.exec_driver_sql("PRAGMA user_version").scalar() == TOKENS_VERSION)
