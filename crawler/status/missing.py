"""Which articles were listed and are not archived: how many, why, and of the first ones where they are."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

import sqlalchemy as sa

from crawler.archive.bad_values import parsed_day
from crawler.archive.ledger import FAILED, GIVEN_UP, LISTED, REFUSED
from crawler.archive.mementos import FAILED as CAPTURE_FAILED
from crawler.archive.mementos import HELD
from crawler.archive.tables import entries, mementos

_EXAMPLES = 50
NOT_TRIED = "not_tried"  # the reason of what was listed, and not asked for yet


@dataclass(frozen=True, slots=True)
class MissingArticle:
    """``is_given_up``: it is not tried again; ``held_by``: the web archives known to hold it."""

    title: str
    url: str
    day: date
    reason: str
    is_given_up: bool
    held_by: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Missing:
    """``days``: missing articles per day; ``reasons``: why; ``refused``: why others are not archived on purpose.

    ``examples``: given up ones first, then those of the newest days.
    """

    days: dict[date, int] = field(default_factory=dict)
    reasons: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    given_up: int = 0
    examples: list[MissingArticle] = field(default_factory=list)

    @property
    def articles(self) -> int:
        return sum(self.days.values())


def missing(engine: sa.Engine, first: date, last: date) -> Missing:
    """Of the days from `first` to `last`."""
    query = sa.select(entries.c.day, entries.c.state, entries.c.reason, sa.func.count().label("count"))
    query = query.where(entries.c.state.in_([LISTED, FAILED, GIVEN_UP, REFUSED]))
    days: Counter[date] = Counter()
    reasons: dict[bool, Counter[str]] = {True: Counter(), False: Counter()}
    given_up = 0
    with engine.connect() as connection:
        for row in connection.execute(query.group_by(*query.selected_columns[:3])).mappings():
            if not (day := parsed_day(row["day"])) or not first <= day <= last:
                continue
            is_refused = row["state"] == REFUSED
            reasons[is_refused][row["reason"] or NOT_TRIED] += row["count"]
            if not is_refused:
                days[day] += row["count"]
                given_up += row["count"] * (row["state"] == GIVEN_UP)
        examples = _examples(connection, first, last)
    return Missing(dict(days), reasons[False], reasons[True], given_up, examples)


def _examples(connection: sa.Connection, first: date, last: date) -> list[MissingArticle]:
    query = sa.select(
        entries.c.doc_id, entries.c.title, entries.c.url, entries.c.day, entries.c.state, entries.c.reason
    )
    query = query.where(entries.c.state.in_([LISTED, FAILED, GIVEN_UP]), entries.c.day.between(str(first), str(last)))
    query = query.order_by(entries.c.state != GIVEN_UP, entries.c.day.desc(), entries.c.doc_id).limit(_EXAMPLES)
    rows = list(connection.execute(query))
    held_by = _held_by(connection, [row.doc_id for row in rows])
    return [
        MissingArticle(
            row.title, row.url, day, row.reason or NOT_TRIED, row.state == GIVEN_UP, sorted(held_by[row.doc_id])
        )
        for row in rows
        if (day := parsed_day(row.day))
    ]


def _held_by(connection: sa.Connection, doc_ids: Sequence[str]) -> dict[str, set[str]]:
    query = sa.select(mementos.c.doc_id, mementos.c.archive).distinct()
    query = query.where(mementos.c.doc_id.in_(doc_ids), mementos.c.state.in_((HELD, CAPTURE_FAILED)))
    held_by: dict[str, set[str]] = defaultdict(set)
    for row in connection.execute(query):
        held_by[row.doc_id].add(row.archive)
    return held_by
