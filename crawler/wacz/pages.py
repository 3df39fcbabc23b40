"""The pages of a WACZ: the archive's texts whose captures are in it, each with its title and its own words."""

import json
from collections.abc import Iterator
from pathlib import Path

import sqlalchemy as sa

from crawler.archive.posts import newest_post
from crawler.archive.tables import articles, revisions
from crawler.post.plain_text import plain_text
from crawler.post.post import markdown_of
from crawler.times import iso
from crawler.wacz.selection import Selection

_HEAD = {"format": "json-pages-1.0", "id": "pages", "title": "Articles", "hasText": True}
_FETCH_SIZE = 500  # rows in memory


def page_lines(engine: sa.Engine, root: Path, selection: Selection) -> Iterator[bytes]:
    """The lines of pages.jsonl, by the time at which a text was seen."""
    yield _line(_HEAD)
    query = sa.select(
        revisions.c.doc_id, revisions.c.number, revisions.c.title, revisions.c.capture_file, revisions.c.capture_offset,
        revisions.c.post, articles.c.path,
    ).join(articles, articles.c.doc_id == revisions.c.doc_id)  # fmt: skip
    query = query.where(revisions.c.gone.is_(None), revisions.c.capture_file.is_not(None))
    query = query.order_by(revisions.c.seen_at, revisions.c.doc_id, revisions.c.number)
    with engine.connect().execution_options(yield_per=_FETCH_SIZE) as connection:
        for row in connection.execute(query):
            if capture := selection.at(row.capture_file, row.capture_offset):
                post = newest_post(root, row.path, row.post)
                text = {"text": plain_text(markdown_of(post))} if post is not None else {}
                page = {"id": f"{row.doc_id}-{row.number}", "url": capture.url, "ts": iso(capture.at)}
                yield _line(page | {"title": row.title} | text)


def _line(fields: dict[str, object]) -> bytes:
    return json.dumps(fields, ensure_ascii=False).encode() + b"\n"
