"""The rows of an export: what the archive holds, or held at a moment, with the text of each article or revision."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from crawler.archive.bad_values import BadValues, parsed_object
from crawler.archive.ledger import OLD_LIST
from crawler.archive.posts import newest_post
from crawler.archive.tables import articles, listed, revisions
from crawler.archive.texts import AT_ANY_TIME, newest_text, texts_at
from crawler.export.columns import COLUMNS, LIST, TIME, Column
from crawler.post.plain_text import plain_text
from crawler.post.post import markdown_of, post_hash
from crawler.sina.named_stocks import named_stocks
from crawler.times import iso

_FETCH_SIZE = 100  # rows in memory


@dataclass(frozen=True, slots=True)
class RowFilter:
    """Which rows. ``since`` and ``until``, not in it, are of the post's date; ``as_of``: only what was seen before.

    ``every``: a row for each revision and tombstone instead of one for each article; ``newest``: only so many, the
    newest first; ``doc_ids``: only of these articles.
    """

    since: datetime | None = None
    until: datetime | None = None
    as_of: datetime | None = None
    every: bool = False
    newest: int | None = None
    doc_ids: Collection[str] | None = None


def rows(engine: sa.Engine, root: Path, row_filter: RowFilter) -> Iterator[dict[str, Any]]:
    """The rows by date, doc id and revision; each has every column. ``markdown`` is None where there is no text.

    A crawl may write meanwhile: the rows are those of the moment at which the first one was asked for.
    """
    bad = BadValues()
    with engine.connect().execution_options(yield_per=_FETCH_SIZE) as connection:
        for row in connection.execute(_query(row_filter)).mappings():
            yield _row(engine, root, row, bad, row_filter.every)


def _query(row_filter: RowFilter) -> sa.Select[Any]:
    until = iso(row_filter.as_of) if row_filter.as_of else AT_ANY_TIME
    seen = revisions.alias("seen")
    latest = sa.select(seen).where(seen.c.doc_id == articles.c.doc_id, seen.c.seen_at < until).correlate(articles)
    latest = latest.order_by(seen.c.seen_at.desc(), seen.c.number.desc()).limit(1)
    shown = (listed.c.doc_id == articles.c.doc_id) & (listed.c.at < until) & listed.c.channel.not_like(f"{OLD_LIST}%")
    query = (
        sa.select(
            articles, revisions.c.number, revisions.c.seen_at, revisions.c.title.label("title_then"), revisions.c.facts,
            revisions.c.content_hash.label("hash_then"), revisions.c.post, revisions.c.gone.label("gone_then"),
            revisions.c.seen_by,
            latest.with_only_columns(seen.c.gone).scalar_subquery().label("latest_gone"),
            latest.with_only_columns(seen.c.seen_at).scalar_subquery().label("latest_at"),
            sa.select(sa.func.min(listed.c.at)).where(shown).scalar_subquery().label("listed_at"),
            (revisions.c.number == newest_text()).label("is_newest"),
        )
        .select_from(articles.join(revisions, revisions.c.doc_id == articles.c.doc_id))
        .where(revisions.c.seen_at < until)
    )  # fmt: skip
    if not row_filter.every:
        first_of = texts_at(until)
        is_first_of = (first_of.c.doc_id == revisions.c.doc_id) & (first_of.c.number == revisions.c.number)
        query = query.join(first_of, is_first_of)
    if row_filter.doc_ids is not None:
        query = query.where(articles.c.doc_id.in_(row_filter.doc_ids))
    query = query.where(*in_window(row_filter))
    order = (articles.c.date, articles.c.doc_id, revisions.c.seen_at, revisions.c.number)
    if row_filter.newest is None:
        return query.order_by(*order)
    return query.order_by(*(column.desc() for column in order)).limit(row_filter.newest)


def in_window(row_filter: RowFilter) -> Iterator[sa.ColumnElement[bool]]:
    """Conditions on ``articles``."""
    if row_filter.since:
        yield articles.c.date >= iso(row_filter.since)
    if row_filter.until:
        yield articles.c.date < iso(row_filter.until)


def _row(engine: sa.Engine, root: Path, row: sa.RowMapping, bad: BadValues, every: bool) -> dict[str, Any]:
    values: dict[str, Any] = dict.fromkeys(column.name for column in COLUMNS)
    is_tombstone = row["gone_then"] is not None
    facts = (
        (parsed_object(row["facts"]) or {}) if row["facts"] else row if row["is_newest"] and not is_tombstone else {}
    )
    for column in COLUMNS:
        of_column = facts if column.is_fact else row
        if column.name in of_column:
            values[column.name] = _value(row["doc_id"], of_column[column.name], column, bad)
    is_gone = not every and row["latest_gone"] is not None
    seen_at = values["seen_at"]
    values |= {
        "revision": row["number"],
        "title": row["title_then"],
        "content_hash": row["hash_then"] or None,
        "gone": row["latest_gone"] if is_gone else row["gone_then"],
        "gone_at": bad.time("revisions", row["doc_id"], "seen_at", row["latest_at"]) if is_gone else None,
        "first_seen_at": seen_at,
    }
    if is_tombstone:
        return values | {"gone_at": seen_at}
    text = _text(engine, root, row)
    is_proved = bool(text) and not text["is_edited"]
    return values | text | {"knowable_at": seen_at if is_proved else None}


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
    return {
        "markdown": markdown,
        "text": text,
        "characters": len(text),
        "is_edited": is_edited,
        "named_stocks": list(named_stocks(f"{row['title_then']}\n{text}")),
    }


def _is_as_written(post: str | None, file_hash: str) -> bool:
    return post is not None and post_hash(post.encode()) == file_hash


def _kept_since(engine: sa.Engine, row: sa.RowMapping) -> str | None:
    of_revision = (revisions.c.doc_id == row["doc_id"]) & (revisions.c.number == row["number"])
    with engine.connect() as connection:
        post: str | None = connection.scalar(sa.select(revisions.c.post).where(of_revision))
    return post


def _value(doc_id: str, value: Any, column: Column, bad: BadValues) -> Any:
    """What is no time is none, and what is no list an empty one; the log names it."""
    if column.kind == TIME:
        return bad.time("articles", doc_id, column.name, value)
    return list(bad.texts("articles", doc_id, column.name, value)) if column.kind == LIST else value
