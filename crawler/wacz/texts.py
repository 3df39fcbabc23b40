"""The archive's texts whose captures are selected."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from crawler.archive.posts import newest_post
from crawler.archive.tables import articles, revisions
from crawler.post.post import markdown_of
from crawler.wacz.selection import Selection
from crawler.warc.cdxj import IndexedCapture

_FETCH_SIZE = 500  # rows in memory


@dataclass(frozen=True, slots=True)
class CapturedText:
    """A revision, and the capture that shows it; ``markdown`` is None where the post can't be had."""

    doc_id: str
    number: int
    title: str
    capture: IndexedCapture
    markdown: str | None


def captured_texts(engine: sa.Engine, root: Path, selection: Selection) -> Iterator[CapturedText]:
    """By the time at which they were seen."""
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
                markdown = markdown_of(post) if post is not None else None
                yield CapturedText(row.doc_id, row.number, row.title, capture, markdown)
