"""The texts of an article in the order in which they were seen, whenever they were learned."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from crawler.archive.tables import articles, revisions

IN_ORDER = (revisions.c.seen_at, revisions.c.number)
_NEWEST_FIRST = tuple(column.desc() for column in IN_ORDER)


@dataclass(frozen=True, slots=True)
class Shown:
    """What was shown of an article: a text, or where ``gone`` says why, none."""

    number: int
    seen_at: str
    seen_by: str
    content_hash: str
    gone: str | None


_SHOWN = sa.select(*(revisions.c[name] for name in Shown.__slots__))


def newest_text(doc_id: sa.ColumnElement[str] = articles.c.doc_id) -> sa.ScalarSelect[int]:
    """The number of the text that the article's post shows; beside columns of another table, or of one article."""
    texts = revisions.alias("texts")
    of_article = sa.select(texts.c.number).where(texts.c.doc_id == doc_id, texts.c.gone.is_(None))
    return of_article.order_by(texts.c.seen_at.desc(), texts.c.number.desc()).limit(1).scalar_subquery()


def shown_at(connection: sa.Connection, doc_id: str, at: str | None) -> Shown | None:
    """What was shown of the article at a time, ISO in UTC, or without one what is shown now; None: not seen yet."""
    query = _SHOWN.where(revisions.c.doc_id == doc_id)
    if at is not None:
        query = query.where(revisions.c.seen_at <= at)
    row = connection.execute(query.order_by(*_NEWEST_FIRST).limit(1)).first()
    return Shown(**row._mapping) if row else None


def shown_after(connection: sa.Connection, doc_id: str, at: str, is_text: bool) -> bool:
    """True if after a time, ISO in UTC, a text was seen, or if not `is_text` that the article is gone."""
    kind = revisions.c.gone.is_(None) if is_text else revisions.c.gone.is_not(None)
    later = sa.select(revisions.c.number).where(revisions.c.doc_id == doc_id, revisions.c.seen_at > at, kind)
    return connection.scalar(later.limit(1)) is not None


def changes(*columns: Any) -> sa.Subquery:
    """Doc id, number and `columns` of ``revisions``, with ``hash_before``: of the text that was seen before.

    It is null where none was, so that a text which was proved for an earlier time, too, is no edit twice.
    """
    before = sa.func.lag(revisions.c.content_hash).over(partition_by=revisions.c.doc_id, order_by=IN_ORDER)
    names = (revisions.c.doc_id, revisions.c.number, *columns)
    return sa.select(*names, before.label("hash_before")).subquery()
