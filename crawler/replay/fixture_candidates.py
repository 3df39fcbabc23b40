"""What the archive could not read: candidates for fixtures, each with its newest capture."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import sqlalchemy as sa

from crawler.archive.ledger import FAILED, GIVEN_UP, REFUSED
from crawler.archive.tables import articles, entries, revisions
from crawler.sina.layouts import UNKNOWN
from crawler.warc.cdxj import IndexedCapture


@dataclass(frozen=True, slots=True)
class FixtureCandidate:
    """An article that was not archived, or one of unknown layout; ``place`` is file, offset and length."""

    doc_id: str
    reason: str
    url: str
    place: tuple[str, int, int] | None

    def line(self) -> str:
        """Tab-separated."""
        place = "{}:{}:{}".format(*self.place) if self.place else "not captured"
        return "\t".join((self.doc_id, self.reason, self.url, place))


def fixture_candidates(engine: sa.Engine, find: Callable[[str], IndexedCapture | None]) -> Iterator[FixtureCandidate]:
    """By state, the failures first; `find` looks up the newest capture of a URL."""
    failed = (
        sa.select(entries.c.doc_id, entries.c.state, entries.c.reason, entries.c.url)
        .where(entries.c.state.in_([FAILED, REFUSED, GIVEN_UP]))
        .order_by(entries.c.state, entries.c.doc_id)
    )
    place = (revisions.c.capture_file, revisions.c.capture_offset, revisions.c.capture_length)
    odd = (
        sa.select(articles.c.doc_id, articles.c.url, *place)
        .join(revisions, (revisions.c.doc_id == articles.c.doc_id) & (revisions.c.number == articles.c.revision))
        .where(articles.c.layout == UNKNOWN)
        .order_by(articles.c.doc_id)
    )
    with engine.connect() as connection:
        for row in connection.execute(failed):
            try:
                found = find(row.url)
            except ValueError:
                found = None
            where = (found.file, found.offset, found.length) if found else None
            yield FixtureCandidate(row.doc_id, f"{row.state}: {row.reason}", row.url, where)
        for seen in connection.execute(odd):
            where = (seen.capture_file, seen.capture_offset, seen.capture_length) if seen.capture_file else None
            yield FixtureCandidate(seen.doc_id, "unknown layout", seen.url, where)
