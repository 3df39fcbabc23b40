"""The texts of an article in the order in which they were seen, whenever they were learned."""

from dataclasses import dataclass

import sqlalchemy as sa

from crawler.archive.tables import articles, revisions, sightings
from crawler.items import SINA

AT_ANY_TIME = "9999"  # after every time
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


def is_gone_after(connection: sa.Connection, doc_id: str, at: str) -> bool:
    """True if the article was seen to be gone after a time, ISO in UTC."""
    later = (revisions.c.doc_id == doc_id) & (revisions.c.seen_at > at) & revisions.c.gone.is_not(None)
    return connection.scalar(sa.select(revisions.c.number).where(later).limit(1)) is not None


def next_text(connection: sa.Connection, doc_id: str, at: str) -> str | None:
    """When a text was seen next after a time, ISO in UTC."""
    later = (revisions.c.doc_id == doc_id) & (revisions.c.seen_at > at) & revisions.c.gone.is_(None)
    at_next: str | None = connection.scalar(sa.select(sa.func.min(revisions.c.seen_at)).where(later))
    return at_next


def next_sighting(connection: sa.Connection, doc_id: str, number: int, at: str, until: str) -> tuple[str, str] | None:
    """When after `at` and before `until`, ISO in UTC, and by whom the text of a revision was seen next."""
    of_text = (sightings.c.doc_id == doc_id) & (sightings.c.number == number)
    query = sa.select(sightings.c.at, sightings.c.seen_by).where(of_text, sightings.c.at > at, sightings.c.at < until)
    seen = [tuple(row) for row in connection.execute(query.order_by(sightings.c.at).limit(1))]
    of_article = (articles.c.doc_id == doc_id) & (number == newest_text())
    last = connection.scalar(sa.select(articles.c.last_seen_at).where(of_article, articles.c.last_seen_at > at))
    return min([*seen, *([(last, SINA)] if last else [])], default=None)


def texts(until: str) -> sa.Subquery:
    """Doc id, number and ``content_hash`` of what was seen before `until`, with ``hash_before``: of what was before it.

    That is null where nothing was, and empty for a tombstone. Where they are equal a text was only proved for an
    earlier time, too, and not edited.
    """
    before = sa.func.lag(revisions.c.content_hash).over(partition_by=revisions.c.doc_id, order_by=IN_ORDER)
    columns = (revisions.c.doc_id, revisions.c.number, revisions.c.seen_at, revisions.c.content_hash)
    return sa.select(*columns, before.label("hash_before")).where(revisions.c.seen_at < until).subquery()


def texts_at(until: str) -> sa.Subquery:
    """Doc id and number of the text that each article had last before `until`: of its proofs the earliest."""
    seen = texts(until)
    newest_first = (seen.c.seen_at.desc(), seen.c.number.desc())
    rank = sa.func.row_number().over(partition_by=seen.c.doc_id, order_by=newest_first)
    is_start = seen.c.hash_before.is_(None) | (seen.c.hash_before != seen.c.content_hash)
    is_text = seen.c.content_hash != ""
    starts = sa.select(seen.c.doc_id, seen.c.number, rank.label("rank")).where(is_start, is_text).subquery()
    return sa.select(starts.c.doc_id, starts.c.number).where(starts.c.rank == 1).subquery()
