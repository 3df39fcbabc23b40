"""What today's code reads in the captures of the newest texts, entered as no new revisions."""

from collections.abc import Callable, Sequence

import sqlalchemy as sa

from crawler.archive.rows import article_row, band_rows
from crawler.archive.tables import articles, bands, revisions
from crawler.items import Article

# What is read in a page, and so may be read in its capture again.
_AS_READ = (
    "title", "published_at", "content_hash", "file_hash", "layout", "extractor", "media", "byline", "editor",
    "original_title", "image", "keywords", "stocks",
)  # fmt: skip
_READ_AGAIN = (
    sa.update(articles)
    .where(articles.c.doc_id == sa.bindparam("of"))
    .values({name: sa.bindparam(name) for name in _AS_READ})
)
_TEXT_READ_AGAIN = (
    sa.update(revisions)
    .where(revisions.c.doc_id == sa.bindparam("of"), revisions.c.number == sa.bindparam("of_number"))
    .values(title=sa.bindparam("title"), content_hash=sa.bindparam("content_hash"), post=None)
)
_SAME_TEXT_READ_AGAIN = (
    sa.update(revisions)
    .where(
        revisions.c.doc_id == sa.bindparam("of"), revisions.c.number != sa.bindparam("of_number"),
        revisions.c.content_hash
        == sa.select(articles.c.content_hash).where(articles.c.doc_id == sa.bindparam("of")).scalar_subquery(),
    )
    .values(title=sa.bindparam("title"), content_hash=sa.bindparam("content_hash"), post=sa.bindparam("rendered"))
)  # fmt: skip
_FORGET_BANDS = sa.delete(bands).where(bands.c.doc_id == sa.bindparam("of"))


def read_again(engine: sa.Engine, changed: Sequence[Article], render: Callable[[Article], str]) -> None:
    """All or none. Where the same text was proved for other times, too, it is the same for them."""
    rows = [article_row(article) for article in changed]
    texts = [
        {"of": article.doc_id, "of_number": article.revision, "title": article.title,
         "content_hash": article.content_hash} for article in changed
    ]  # fmt: skip
    with engine.begin() as connection:
        of_same_text = _of_same_text(connection, changed)
        for article, text in zip(changed, texts, strict=True):
            if article.doc_id in of_same_text:
                connection.execute(_SAME_TEXT_READ_AGAIN, text | {"rendered": render(article)})
        connection.execute(
            _READ_AGAIN, [{"of": row["doc_id"]} | {name: row[name] for name in _AS_READ} for row in rows]
        )
        connection.execute(_TEXT_READ_AGAIN, texts)
        connection.execute(_FORGET_BANDS, [{"of": row["doc_id"]} for row in rows])
        if hashes := band_rows(changed):
            connection.execute(sa.insert(bands), hashes)


def _of_same_text(connection: sa.Connection, changed: Sequence[Article]) -> set[str]:
    """Those of the articles, by doc id, of which another revision has the text, too: few, so that few are rendered."""
    numbers = {article.doc_id: article.revision for article in changed}
    query = sa.select(revisions.c.doc_id, revisions.c.number).join(articles, articles.c.doc_id == revisions.c.doc_id)
    of_text = query.where(revisions.c.doc_id.in_(numbers), revisions.c.content_hash == articles.c.content_hash)
    return {doc_id for doc_id, number in connection.execute(of_text) if number != numbers[doc_id]}
