"""The articles that match a query, the newest first."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from crawler.archive.bad_values import BadValues, parsed_texts
from crawler.archive.posts import kept_post, newest_post
from crawler.archive.tables import articles
from crawler.post.plain_text import plain_text
from crawler.post.post import markdown_of, post_hash
from crawler.search.query import Query
from crawler.search.snippet import Snippet, snippet
from crawler.search.text_index import UNIT
from crawler.sina.stock_codes import written_forms
from crawler.times import iso

_WORDS = sa.table("words", sa.column("rowid"), sa.column("words"))
_TEXTS = sa.table("texts", sa.column("id"), sa.column("doc_id"))
_SLACK = timedelta(days=1)  # a text's number may be a little later than its time, see TextIndex
_FETCH_SIZE = 50


@dataclass(frozen=True, slots=True)
class Hit:
    """An article that matches. ``path`` is relative to the archive; ``gone``: why the page is no more, if so."""

    doc_id: str
    date: datetime
    title: str
    path: str
    url: str
    gone: str | None
    snippet: Snippet


def find(
    engine: sa.Engine, root: Path, query: Query, since: datetime | None = None, until: datetime | None = None
) -> Iterator[Hit]:
    """Matching articles of the window, `until` not in it. The index names them; their text is read to be sure."""
    bad = BadValues()
    with engine.connect().execution_options(yield_per=_FETCH_SIZE) as connection:
        for row in connection.execute(_statement(query, since, until)).mappings():
            date = bad.time("articles", row["doc_id"], "date", row["date"])
            if date and (hit := _hit(root, query, row, date)):
                yield hit


def _statement(query: Query, since: datetime | None, until: datetime | None) -> sa.Select[Any]:
    number = _WORDS.c.rowid if query.phrases else _TEXTS.c.id
    statement = sa.select(articles, kept_post().label("kept"))
    if query.phrases:
        statement = statement.select_from(_WORDS).join(_TEXTS, _TEXTS.c.id == _WORDS.c.rowid)
        statement = statement.where(_WORDS.c.words.op("MATCH")(query.expression))
    else:
        statement = statement.select_from(_TEXTS)
    statement = statement.join(articles, articles.c.doc_id == _TEXTS.c.doc_id)
    if query.stock:
        statement = statement.where(_may_name(query, number))
    if since:
        statement = statement.where(number >= int(since.timestamp()) // UNIT, articles.c.date >= iso(since))
    if until:
        statement = statement.where(number < int((until + _SLACK).timestamp()) // UNIT, articles.c.date < iso(until))
    return statement.order_by(number.desc())


def _may_name(query: Query, number: sa.ColumnElement[int]) -> sa.ColumnElement[bool]:
    """The stock's number stands in the text, whatever it is there, or in the page's markup."""
    naming = _WORDS.alias("naming")
    texts = sa.select(naming.c.rowid).where(naming.c.words.op("MATCH")(query.stock_expression))
    marked = (articles.c.stocks.like(f'%"{form}"%') for form in written_forms(query.stock))
    return sa.or_(number.in_(texts), *marked)


def _hit(root: Path, query: Query, row: sa.RowMapping, date: datetime) -> Hit | None:
    """None where the text has the words and not the phrase, or the number and not as that of the stock."""
    post = newest_post(root, row["path"], row["kept"])
    text = plain_text(markdown_of(post or ""))
    whole = f"{row['title']}\n{text}"
    if not query.names_stock(whole, parsed_texts(row["stocks"]) or ()):
        return None
    if not query.is_in(whole) and _is_as_archived(post, row["file_hash"]):
        return None
    names = ("doc_id", "title", "path", "url", "gone")
    return Hit(date=date, snippet=snippet(text, query), **{name: row[name] for name in names})


def _is_as_archived(post: str | None, file_hash: str) -> bool:
    """False for a post lost or edited since: the index has what it was, which may well have had the phrase."""
    return post is not None and post_hash(post.encode()) == file_hash
