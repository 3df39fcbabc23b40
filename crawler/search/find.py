"""The articles in which something is found, the newest first."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from crawler.moments import from_iso, iso
from crawler.post_text import markdown_of, plain_text
from crawler.revisions import kept_post, newest_post
from crawler.schema import articles
from crawler.search.snippet import Snippet, snippet
from crawler.search.text_index import UNIT
from crawler.search.wanted import Wanted

_FOUND = sa.table("words", sa.column("rowid"), sa.column("words"))
_TEXTS = sa.table("texts", sa.column("id"), sa.column("doc_id"))
_SLACK = timedelta(days=1)  # a text's number may be a little later than its time, see TextIndex
_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class Hit:
    """An article. ``date`` is aware; ``path`` relative to the archive; ``gone``: why the page is no more, if so."""

    doc_id: str
    date: datetime
    title: str
    path: str
    url: str
    gone: str | None
    snippet: Snippet


def find(
    engine: sa.Engine, root: Path, wanted: Wanted, since: datetime | None = None, until: datetime | None = None
) -> Iterator[Hit]:
    """Articles of the window, `until` not in it. The index names them, and their text is read to be sure."""
    with engine.connect().execution_options(yield_per=_AT_ONCE) as connection:
        for row in connection.execute(_query(wanted, since, until)).mappings():
            if hit := _hit(root, wanted, row):
                yield hit


def _query(wanted: Wanted, since: datetime | None, until: datetime | None) -> sa.Select[Any]:
    query = (
        sa.select(articles, kept_post().label("kept"))
        .select_from(_FOUND)
        .join(_TEXTS, _TEXTS.c.id == _FOUND.c.rowid)
        .join(articles, articles.c.doc_id == _TEXTS.c.doc_id)
        .where(_FOUND.c.words.op("MATCH")(wanted.expression))
    )
    if since:
        query = query.where(_FOUND.c.rowid >= int(since.timestamp()) // UNIT, articles.c.date >= iso(since))
    if until:
        query = query.where(_FOUND.c.rowid < int((until + _SLACK).timestamp()) // UNIT, articles.c.date < iso(until))
    return query.order_by(_FOUND.c.rowid.desc())


def _hit(root: Path, wanted: Wanted, row: sa.RowMapping) -> Hit | None:
    """None where the text has the words and not the phrase."""
    post = newest_post(root, row["path"], row["kept"])
    text = plain_text(markdown_of(post or ""))
    if not wanted.is_in(f"{row['title']}\n{text}") and _is_as_archived(post, row["file_hash"]):
        return None
    date = from_iso(row["date"])
    assert date
    names = ("doc_id", "title", "path", "url", "gone")
    return Hit(date=date, snippet=snippet(text, wanted), **{name: row[name] for name in names})


def _is_as_archived(post: str | None, file_hash: str) -> bool:
    """Of a post that someone edited, the index has what it was: it may well have had the phrase."""
    return post is not None and hashlib.sha256(post.encode()).hexdigest() == file_hash
