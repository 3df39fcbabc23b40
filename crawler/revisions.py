"""What changed after it was archived, and the text of any revision."""

from datetime import date
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from crawler.schema import articles, revisions


def list_revisions(engine: sa.Engine, since: date | None, until: date | None) -> list[dict[str, Any]]:
    """Every revision after the first, and every tombstone, seen in the days asked for (UTC); oldest first."""
    query = sa.select(
        revisions.c.seen_at, revisions.c.doc_id, revisions.c.number, revisions.c.title, revisions.c.gone
    ).where(revisions.c.number > 1)
    if since:
        query = query.where(revisions.c.seen_at >= str(since))
    if until:
        query = query.where(revisions.c.seen_at < f"{until}T99")
    with engine.connect() as connection:
        return [dict(row) for row in connection.execute(query.order_by(revisions.c.seen_at)).mappings()]


def revision_text(engine: sa.Engine, root: Path, doc_id: str, number: int) -> str | None:
    """The post as this revision had it; None if there is no such revision, or it is a tombstone."""
    query = sa.select(revisions.c.post, revisions.c.gone, articles.c.path).join(
        articles, articles.c.doc_id == revisions.c.doc_id
    )
    with engine.connect() as connection:
        row = connection.execute(query.where(revisions.c.doc_id == doc_id, revisions.c.number == number)).first()
    if row is None or row.gone:
        return None
    post: str | None = row.post
    return (root / row.path).read_text(encoding="utf-8") if post is None else post


def kept_post() -> sa.ScalarSelect[str]:
    """A column beside those of ``articles``: the newest text where the catalog keeps it; null: it is the file's."""
    newest = sa.select(revisions.c.post).where(revisions.c.doc_id == articles.c.doc_id, revisions.c.gone.is_(None))
    return newest.order_by(revisions.c.number.desc()).limit(1).correlate(articles).scalar_subquery()


def newest_post(root: Path, path: str, kept: str | None) -> str | None:
    """An article's post, `kept` by the catalog or in its file; None if the file can't be had."""
    try:
        return (root / path).read_text(encoding="utf-8") if kept is None else kept
    except (OSError, UnicodeDecodeError):
        return None
