"""Which articles a rebuild is of."""

from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa

from crawler.archive.tables import articles, revisions
from crawler.archive.texts import newest_text
from crawler.times import iso, parse_time


@dataclass(frozen=True, slots=True)
class Selection:
    """Days are of the posts, in Beijing.

    ``everything``: what today's extractor made already, too; a doc id that is named counts as such.
    """

    since: date | None = None
    until: date | None = None
    doc_ids: tuple[str, ...] = ()
    everything: bool = False

    @property
    def is_part(self) -> bool:
        """True if not the whole archive is meant."""
        return bool(self.since or self.until or self.doc_ids)

    def rows(self, engine: sa.Engine) -> list[sa.RowMapping]:
        """Of each article its row, with ``number`` and capture of its newest text; by date and doc id."""
        is_shown = (revisions.c.doc_id == articles.c.doc_id) & (revisions.c.number == newest_text())
        query = (
            sa.select(articles, revisions.c.number, revisions.c.capture_file, revisions.c.capture_offset)
            .add_columns(revisions.c.capture_length)
            .select_from(articles.join(revisions, is_shown))
        )
        if self.since:
            query = query.where(articles.c.date >= _start(self.since))
        if self.until:
            query = query.where(articles.c.date < _start(self.until + timedelta(days=1)))
        if self.doc_ids:
            query = query.where(articles.c.doc_id.in_(self.doc_ids))
        with engine.connect() as connection:
            return list(connection.execute(query.order_by(articles.c.date, articles.c.doc_id)).mappings())


def _start(day: date) -> str:
    return iso(parse_time("day", str(day)))
