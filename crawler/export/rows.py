"""The rows of an export: what the archive holds, or held at a moment, with the text of each article or revision."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from crawler.archive.bad_values import BadValues
from crawler.archive.posts import newest_post
from crawler.archive.tables import articles, revisions
from crawler.export.columns import COLUMNS, LIST, TIME, Column
from crawler.post.plain_text import plain_text
from crawler.post.post import markdown_of, post_hash
from crawler.times import iso

_FETCH_SIZE = 100  # rows in memory
_LATER = "9999"  # after every time


@dataclass(frozen=True, slots=True)
class RowFilter:
    """Which rows. ``since`` and ``until``, not in it, are of the post's date; ``as_of``: only what was seen before.

    ``every``: a row for each revision and tombstone instead of one for each article.
    """

    since: datetime | None = None
    until: datetime | None = None
    as_of: datetime | None = None
    every: bool = False


def rows(engine: sa.Engine, root: Path, row_filter: RowFilter) -> Iterator[dict[str, Any]]:
    """The rows by date, doc id and revision; each has every column. ``markdown`` is None where there is no text.

    A crawl may write meanwhile: the rows are those of the moment at which the first one was asked for.
    """
    bad = BadValues()
    with engine.connect().execution_options(yield_per=_FETCH_SIZE) as connection:
        for row in connection.execute(_query(row_filter)).mappings():
            yield _row(engine, root, row, bad)


def _query(row_filter: RowFilter) -> sa.Select[Any]:
    seen = revisions.alias("seen")
    until = iso(row_filter.as_of) if row_filter.as_of else _LATER
    known = sa.select(seen).where(seen.c.doc_id == articles.c.doc_id, seen.c.seen_at < until).correlate(articles)
    newest = known.order_by(seen.c.number.desc()).limit(1)
    newest_gone = sa.null() if row_filter.every else newest.with_only_columns(seen.c.gone).scalar_subquery()
    newest_known = known.with_only_columns(sa.func.max(seen.c.number)).where(seen.c.gone.is_(None))
    newest_ever = sa.select(sa.func.max(seen.c.number)).where(seen.c.doc_id == articles.c.doc_id, seen.c.gone.is_(None))
    query = (
        sa.select(
            articles, revisions.c.number, revisions.c.seen_at, revisions.c.title.label("title_then"),
            revisions.c.content_hash.label("hash_then"), revisions.c.post, revisions.c.gone.label("gone_then"),
            newest_gone.label("newest_gone"),
            newest.with_only_columns(seen.c.seen_at).scalar_subquery().label("newest_at"),
            (revisions.c.number == newest_ever.correlate(articles).scalar_subquery()).label("is_newest"),
        )
        .join(revisions, revisions.c.doc_id == articles.c.doc_id)
        .where(revisions.c.seen_at < until)
    )  # fmt: skip
    if not row_filter.every:
        query = query.where(revisions.c.number == newest_known.scalar_subquery())
    if row_filter.since:
        query = query.where(articles.c.date >= iso(row_filter.since))
    if row_filter.until:
        query = query.where(articles.c.date < iso(row_filter.until))
    return query.order_by(articles.c.date, articles.c.doc_id, revisions.c.number)


def _row(engine: sa.Engine, root: Path, row: sa.RowMapping, bad: BadValues) -> dict[str, Any]:
    values: dict[str, Any] = dict.fromkeys(column.name for column in COLUMNS)
    is_tombstone = row["gone_then"] is not None
    for column in COLUMNS:
        if column.name in row and (row["is_newest"] or not column.is_newest):
            values[column.name] = _value(row, column, bad)
    gone_at = row["seen_at"] if is_tombstone else row["newest_at"] if row["newest_gone"] else None
    values |= {
        "revision": row["number"],
        "title": row["title_then"],
        "content_hash": row["hash_then"] or None,
        "gone": row["gone_then"] or row["newest_gone"],
        "gone_at": bad.time("revisions", row["doc_id"], "seen_at", gone_at),
    }
    return values if is_tombstone else values | _text(engine, root, row)


def _text(engine: sa.Engine, root: Path, row: sa.RowMapping) -> dict[str, Any]:
    """The columns of the text: of a post that someone edited as it stands, if no other revision's could be meant."""
    kept, is_edited = row["post"], False
    post = newest_post(root, row["path"], kept)
    if kept is None and not (row["is_newest"] and _is_as_written(post, row["file_hash"])):
        kept = _kept_since(engine, row)  # by a crawl that replaced the file after the query
        is_edited = kept is None
        post = kept if kept is not None else post if row["is_newest"] else None
    if post is None:
        return {}
    markdown = markdown_of(post)
    text = plain_text(markdown)
    return {"markdown": markdown, "text": text, "characters": len(text), "is_edited": is_edited}


def _is_as_written(post: str | None, file_hash: str) -> bool:
    return post is not None and post_hash(post.encode()) == file_hash


def _kept_since(engine: sa.Engine, row: sa.RowMapping) -> str | None:
    of_revision = (revisions.c.doc_id == row["doc_id"]) & (revisions.c.number == row["number"])
    with engine.connect() as connection:
        post: str | None = connection.scalar(sa.select(revisions.c.post).where(of_revision))
    return post


def _value(row: sa.RowMapping, column: Column, bad: BadValues) -> Any:
    """What is no time is none, and what is no list an empty one; the log names it."""
    name, value = column.name, row[column.name]
    if column.kind == TIME:
        return bad.time("articles", row["doc_id"], name, value)
    return list(bad.texts("articles", row["doc_id"], name, value)) if column.kind == LIST else value
