"""What the archive could not read: candidates for fixtures, each with its newest capture."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import sqlalchemy as sa

from crawler.archive.ledger import FAILED, GIVEN_UP, REFUSED
from crawler.archive.tables import articles, entries, revisions
from crawler.archive.texts import newest_text
from crawler.run.one_line import one_line
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
        """Its fields, tab-separated."""
        place = "{}:{}:{}".format(*self.place) if self.place else "not captured"
        return "\t".join(one_line(part).replace("\t", " ") for part in (self.doc_id, self.reason, self.url, place))


def fixture_candidates(engine: sa.Engine, find: Callable[[str], IndexedCapture | None]) -> Iterator[FixtureCandidate]:
    """The candidates by state, failures first; `find` looks up the newest capture of a URL."""
    failed = (
        sa.select(entries.c.doc_id, entries.c.state, entries.c.reason, entries.c.url)
        .where(entries.c.state.in_([FAILED, REFUSED, GIVEN_UP]))
        .order_by(entries.c.state, entries.c.doc_id)
    )
    place_columns = (revisions.c.capture_file, revisions.c.capture_offset, revisions.c.capture_length)
    is_shown = (revisions.c.doc_id == articles.c.doc_id) & (revisions.c.number == newest_text())
    unknown_layout = (
        sa.select(articles.c.doc_id, articles.c.url, *place_columns)
        .select_from(articles.join(revisions, is_shown))
        .where(articles.c.layout == UNKNOWN)
        .order_by(articles.c.doc_id)
    )
    with engine.connect() as connection:
        for entry in connection.execute(failed):
            try:
                capture = find(entry.url)
            except ValueError:  # no address
                capture = None
            place = (capture.file, capture.offset, capture.length) if capture else None
            yield FixtureCandidate(entry.doc_id, f"{entry.state}: {entry.reason}", entry.url, place)
        for article in connection.execute(unknown_layout):
            columns = (article.capture_file, article.capture_offset, article.capture_length)
            place = columns if article.capture_file else None
            yield FixtureCandidate(article.doc_id, "unknown layout", article.url, place)
