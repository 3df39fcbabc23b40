"""A text that is learned of later takes its place in the past: what was shown before it, and what was shown after."""

from dataclasses import dataclass

import sqlalchemy as sa

from crawler.archive.database import insert_into
from crawler.archive.rows import FACTS, to_json
from crawler.archive.tables import articles, revisions, sightings
from crawler.archive.texts import AT_ANY_TIME, Shown, newest_text, next_sighting, next_text, shown_at
from crawler.items import Article
from crawler.times import iso_or_none


@dataclass(frozen=True, slots=True)
class Place:
    """``before``: what was shown at the time; ``again``: when and by whom that was seen next, with no other between.

    ``next_at``: when the next other revision with a text was seen, ISO in UTC.
    """

    before: Shown | None
    again: tuple[str, str] | None
    next_at: str | None

    @property
    def is_past(self) -> bool:
        """True if a text seen later is known."""
        return bool(self.again or self.next_at)

    @property
    def follows_newest(self) -> bool:
        """True if the post shows what was shown before."""
        return self.next_at is None


def place_of(connection: sa.Connection, article: Article) -> Place:
    """Where the article's text belongs; without a time of its own it is the newest."""
    at, doc_id = iso_or_none(article.seen_at), article.doc_id
    before = shown_at(connection, doc_id, at)
    if at is None:
        return Place(before, None, None)
    next_at = next_text(connection, doc_id, at)
    if before is None or before.gone:
        return Place(before, None, next_at)
    return Place(before, next_sighting(connection, doc_id, before.number, at, next_at or AT_ANY_TIME), next_at)


def make_way(connection: sa.Connection, article: Article) -> None:
    """For a text of the past: where the one before it was seen again after it, that is a revision of its own, too."""
    place, number = place_of(connection, article), article.revision
    if place.before and place.again:
        number += 1
        _return_of(connection, article, place.before, number, place.again)
    connection.execute(sa.update(articles).where(articles.c.doc_id == article.doc_id).values(revision=number))


def _return_of(connection: sa.Connection, article: Article, before: Shown, number: int, again: tuple[str, str]) -> None:
    seen_at, seen_by = again
    of_text = (revisions.c.doc_id == article.doc_id) & (revisions.c.number == before.number)
    row = dict(connection.execute(sa.select(revisions).where(of_text)).mappings().one())
    if connection.scalar(sa.select(newest_text(sa.literal(article.doc_id)))) == before.number:
        keep_facts(connection, article.doc_id, before.number)
        row |= {"post": None, "facts": None}  # from now on it is the return that the post shows
    row |= {"number": number, "seen_at": seen_at, "seen_by": seen_by}
    connection.execute(insert_into(connection.engine, revisions).on_conflict_do_nothing(), row)
    later = (sightings.c.doc_id == article.doc_id) & (sightings.c.number == before.number) & (sightings.c.at >= seen_at)
    connection.execute(sa.update(sightings).where(later).values(number=number))


def keep_facts(connection: sa.Connection, doc_id: str, number: int) -> None:
    """What the page of the newest text said beside it is kept with the text, before another takes its place."""
    names = sa.select(*(articles.c[name] for name in FACTS)).where(articles.c.doc_id == doc_id)
    facts = to_json({**connection.execute(names).mappings().one()})
    of_text = (revisions.c.doc_id == doc_id) & (revisions.c.number == number)
    connection.execute(sa.update(revisions).where(of_text).values(facts=facts))
