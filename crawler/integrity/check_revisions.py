"""Checks revisions: each article has its own from 1 on, and what the catalog says of a text is what the text says."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

import sqlalchemy as sa

from crawler.archive.tables import articles, revisions
from crawler.integrity.problem import Problem
from crawler.integrity.text_of_post import differences
from crawler.post.post import Post, Unreadable

_ROWS = 200  # that are read at once, some with the whole post
_OF_ARTICLE = ("title", "date", "content_hash", "revision", "archived_at", "gone", "path")


def check_revisions(engine: sa.Engine) -> Iterator[Problem]:
    """Reads the rows in the order of their articles; no more than a few are held."""
    of_article = [articles.c[name].label(f"article_{name}") for name in _OF_ARTICLE]
    query = sa.select(articles.c.doc_id.label("of"), *of_article, revisions).outerjoin_from(
        articles, revisions, revisions.c.doc_id == articles.c.doc_id
    )
    with engine.connect() as connection:
        stream = connection.execution_options(yield_per=_ROWS).execute(
            query.order_by(articles.c.doc_id, revisions.c.number)
        )
        for doc_id, group in groupby(stream, key=lambda row: row.of):
            yield from _check(doc_id, list(group))


def _check(doc_id: str, rows: Sequence[Any]) -> Iterator[Problem]:
    first = rows[0]
    numbers = [row.number for row in rows if row.number is not None]
    if len(numbers) != first.article_revision or numbers != list(range(1, len(numbers) + 1)):
        stated = f"articles has {first.article_revision}"
        yield Problem("lost_revision", doc_id, f"{stated}, revisions {', '.join(map(str, numbers)) or 'none'}")
        return
    if (first.learned_at or first.seen_at) != first.article_archived_at:
        yield Problem("wrong_row", f"articles {doc_id}", f"archived_at is {first.article_archived_at}")
    if first.article_gone and not any(row.gone for row in rows):
        yield Problem("wrong_row", f"articles {doc_id}", f"gone is {first.article_gone!r}, and no revision is")
    texts = sorted((row for row in rows if row.gone is None), key=lambda row: (row.seen_at, row.number))
    for row in rows:
        if row.gone is not None and row.content_hash:
            yield Problem("wrong_row", f"revisions {doc_id}:{row.number}", "a tombstone with a text")
        if row.post is not None:
            yield from _kept(doc_id, row)
    if texts and first.article_content_hash:  # an empty one is to be written again
        newest = texts[-1]
        for name in ("title", "content_hash"):
            if getattr(newest, name) != getattr(newest, f"article_{name}"):
                yield Problem("wrong_row", f"revisions {doc_id}:{newest.number}", f"{name} is not that of its article")


def _kept(doc_id: str, row: Any) -> Iterator[Problem]:
    """A text that the catalog keeps has the title and the hash that the catalog has for it."""
    where = f"revisions {doc_id}:{row.number}"
    try:
        post = Post.parse(row.article_path, row.post.encode())
    except Unreadable as error:
        yield Problem("wrong_row", where, f"post: {error}")
        return
    for what in differences(post, row.title, row.article_date, row.content_hash):
        yield Problem("wrong_row", where, f"{what} is not that of the text that is kept")
