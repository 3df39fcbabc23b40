"""What web archives hold of articles, as their indexes say, and what became of each capture."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from crawler.archive.database import insert_into, writing
from crawler.archive.ledger import FAILED as ENTRY_FAILED
from crawler.archive.ledger import GIVEN_UP as ENTRY_GIVEN_UP
from crawler.archive.ledger import LISTED
from crawler.archive.tables import entries, listed, mementos, revisions, sightings
from crawler.archive.texts import shown_at
from crawler.sina.urls import identify
from crawler.times import iso
from crawler.webarchive.memento import Memento

HELD, ARCHIVED, SAME, FAILED, REFUSED, GIVEN_UP = "held", "archived", "same", "failed", "refused", "given_up"
_CHUNK = 1000  # articles that are looked up at once
_KEY = ("archive", "url", "at")
_ORDER = (mementos.c.at, mementos.c.archive, mementos.c.url)


@dataclass(frozen=True, slots=True)
class HeldMemento:
    """A capture that is to be fetched, of the article `doc_id`; ``page`` counts the article's pages from 1."""

    doc_id: str
    page: int
    memento: Memento

    @property
    def at(self) -> str:
        """When it was captured, as the catalog has it."""
        return iso(self.memento.at)


class Mementos:
    """On the archive's engine."""

    def __init__(self, engine: sa.Engine, try_again: Sequence[timedelta] = ()) -> None:
        """`try_again`: intervals between attempts; after the last a capture is given up."""
        self._engine = engine
        self._try_again = try_again

    def hold(self, shown: Iterable[HeldMemento], at: datetime, within: sa.Connection | None = None) -> int:
        """Enters what an index shows; how many of them are new. A capture that is known keeps its state.

        A later page is due with the first one of its article, never alone.
        """
        rows = [_row(held, at) for held in shown]
        if not rows:
            return 0
        count = sa.select(sa.func.count()).select_from(mementos)
        with writing(self._engine, within) as connection:
            before = connection.scalar(count) or 0
            connection.execute(insert_into(self._engine, mementos).on_conflict_do_nothing(), rows)
            return (connection.scalar(count) or 0) - before

    def due(self, at: datetime, archives: Collection[str], newest_first: bool) -> Iterator[str]:
        """The doc ids of articles that have captures to be fetched, by the time of their first captures.

        They are looked up in chunks, so that memory does not grow with the index.
        """
        first = sa.func.min(mementos.c.at)
        is_due = sa.func.max(sa.case((_due(at, archives), 1), else_=0)) == 1
        place = sa.tuple_(first, mementos.c.doc_id)
        order = (first.desc(), mementos.c.doc_id.desc()) if newest_first else (first, mementos.c.doc_id)
        chunks = sa.select(mementos.c.doc_id, first.label("first")).group_by(mementos.c.doc_id).order_by(*order)
        last: tuple[str, str] | None = None
        while True:
            query = chunks.having(is_due)
            if last:
                query = query.having(place < last if newest_first else place > last)
            with self._engine.connect() as connection:
                rows = connection.execute(query.limit(_CHUNK)).all()
            yield from (row.doc_id for row in rows)
            if len(rows) < _CHUNK:
                return
            last = rows[-1].first, rows[-1].doc_id

    def next(self, doc_id: str, at: datetime, archives: Collection[str], after: Memento | None) -> HeldMemento | None:
        """The article's oldest capture to be fetched; with `after`, the next one behind that."""
        query = sa.select(mementos).where(mementos.c.doc_id == doc_id, _due(at, archives))
        if after:
            in_turn, place = sa.tuple_(*_ORDER), (iso(after.at), after.archive, after.url)
            query = query.where(in_turn > place)
        with self._engine.connect() as connection:
            row = connection.execute(query.order_by(*_ORDER).limit(1)).mappings().first()
        return _held(row) if row else None

    def is_entered(self, held: HeldMemento) -> bool:
        """True if its text is in the catalog: a run was killed before it said so."""
        seen = (revisions.c.doc_id == held.doc_id) & (revisions.c.seen_by == held.memento.archive)
        again = (sightings.c.doc_id == held.doc_id) & (sightings.c.seen_by == held.memento.archive)
        text = sa.select(revisions.c.number).where(seen, revisions.c.seen_at == held.at)
        sighting = sa.select(sightings.c.number).where(again, sightings.c.at == held.at)
        with self._engine.connect() as connection:
            return connection.scalar(text.union(sighting)) is not None

    def shown_already(self, held: HeldMemento) -> int | None:
        """The revision that the capture shows, where its payload proves that without a request.

        The article's capture of another time had these very bytes, and nothing else was seen between the two.
        An article of several pages may have changed on another one.
        """
        of_article = mementos.c.doc_id == held.doc_id
        with self._engine.connect() as connection:
            rows = connection.execute(sa.select(mementos).where(of_article)).mappings().all()
            if any(_held(row).page > 1 for row in rows):
                return None
            shown = shown_at(connection, held.doc_id, held.at)
            for row in rows:
                if row["digest"] == held.memento.digest and row["state"] in (ARCHIVED, SAME):
                    other = shown_at(connection, held.doc_id, row["at"])
                    if shown and other and shown.number == other.number and not shown.gone:
                        return shown.number
        return None

    def page(self, of: HeldMemento, page: int, within: timedelta) -> HeldMemento | None:
        """The capture of another page of the article that is nearest in time, if it is near enough."""
        query = sa.select(mementos).where(
            mementos.c.doc_id == of.doc_id, mementos.c.state.in_((HELD, ARCHIVED, FAILED))
        )
        with self._engine.connect() as connection:
            pages = [_held(row) for row in connection.execute(query.order_by(*_ORDER)).mappings()]
        near = [
            (abs(held.memento.at - of.memento.at), held.memento.archive != of.memento.archive, held.at, held)
            for held in pages
            if held.page == page and abs(held.memento.at - of.memento.at) <= within
        ]
        return min(near, key=lambda candidate: candidate[:3])[3] if near else None

    def fetched(self, held: HeldMemento, state: str, reason: str | None = None) -> None:
        """The capture came and was proved: ARCHIVED, SAME where its text is known, or REFUSED for a reason."""
        self._enter(held, {"state": state, "reason": reason, "next_try_at": None})

    def failed(self, held: HeldMemento, reason: str, at: datetime, for_good: bool = False) -> None:
        """An attempt was in vain; the next one is due after an interval, and after the last it is given up."""
        of_memento = sa.select(mementos.c.attempts).where(*_of(held))
        with self._engine.begin() as connection:
            attempts = connection.scalar(of_memento) or 0
            is_last = for_good or attempts >= len(self._try_again)
            due = None if is_last else iso(at + self._try_again[attempts])
            values = {"state": GIVEN_UP if is_last else FAILED, "reason": reason, "attempts": attempts + 1}
            connection.execute(sa.update(mementos).where(*_of(held)).values(values | {"next_try_at": due}))

    def held_by(self, since: date | None, until: date | None) -> dict[tuple[str, str], dict[str, int]]:
        """By day and channel, how many of the missing articles each web archive holds."""
        channel = sa.func.coalesce(listed.c.channel, "urls").label("channel")
        articles = sa.func.count(sa.distinct(mementos.c.doc_id)).label("articles")
        joined = mementos.join(entries, entries.c.doc_id == mementos.c.doc_id)
        joined = joined.outerjoin(listed, listed.c.doc_id == entries.c.doc_id)
        gaps = entries.c.state.in_((LISTED, ENTRY_FAILED, ENTRY_GIVEN_UP)) & mementos.c.state.in_((HELD, FAILED))
        query = sa.select(entries.c.day, channel, mementos.c.archive, articles).select_from(joined).where(gaps)
        if since:
            query = query.where(entries.c.day >= str(since))
        if until:
            query = query.where(entries.c.day <= str(until))
        by_day: dict[tuple[str, str], dict[str, int]] = {}
        with self._engine.connect() as connection:
            for row in connection.execute(query.group_by(entries.c.day, channel, mementos.c.archive)):
                by_day.setdefault((row.day, row.channel), {})[row.archive] = row.articles
        return by_day

    def _enter(self, held: HeldMemento, values: dict[str, Any]) -> None:
        with self._engine.begin() as connection:
            connection.execute(sa.update(mementos).where(*_of(held)).values(values))


def _due(at: datetime, archives: Collection[str]) -> sa.ColumnElement[bool]:
    return (mementos.c.next_try_at <= iso(at)) & mementos.c.archive.in_(sorted(archives))


def _of(held: HeldMemento) -> list[sa.ColumnElement[bool]]:
    key = {"archive": held.memento.archive, "url": held.memento.url, "at": held.at}
    return [mementos.c[name] == key[name] for name in _KEY]


def _row(held: HeldMemento, at: datetime) -> dict[str, Any]:
    memento = held.memento
    return {
        "archive": memento.archive,
        "url": memento.url,
        "at": held.at,
        "doc_id": held.doc_id,
        "digest": memento.digest,
        "place": memento.place or None,
        "offset": memento.offset,
        "length": memento.length,
        "truncated": memento.truncated or None,
        "state": HELD,
        "next_try_at": iso(at) if held.page == 1 else None,
    }


def _held(row: sa.RowMapping) -> HeldMemento:
    at = datetime.fromisoformat(row["at"])
    memento = Memento(
        row["archive"], row["url"], at, "", None, "", row["digest"], row["length"], row["place"] or "", row["offset"],
        row["truncated"] or "",
    )  # fmt: skip
    return HeldMemento(row["doc_id"], identify(row["url"]).page, memento)
