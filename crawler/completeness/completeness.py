"""What each witness has seen of every channel and month, and what that says of the articles that none has seen."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from itertools import combinations, groupby
from typing import Any

import sqlalchemy as sa

from crawler.archive.ledger import REFUSED
from crawler.archive.tables import entries, listed, mementos
from crawler.completeness.estimate import Estimate, Sightings, estimate
from crawler.completeness.population import channels_of, month_of
from crawler.completeness.witnesses import ALL, OWN, witness_of

_ROWS = 1000  # read at once


@dataclass(frozen=True, slots=True)
class Completeness:
    """``known``: articles that any witness saw; ``seen``: by each; ``shared``: by both of two, named ``a+b``."""

    channel: str
    month: str
    known: int
    seen: dict[str, int]
    shared: dict[str, int]
    estimate: Estimate

    def as_json(self) -> dict[str, Any]:
        """All of it, as one flat object."""
        row = asdict(self)
        of_unseen = row.pop("estimate")
        return row | {name: of_unseen[name] for name in ("kind", "reason", "unseen", "low", "high")} | {
            "compared": list(self.estimate.witnesses)
        }  # fmt: skip


def completeness(
    engine: sa.Engine, since: date | None = None, until: date | None = None, channel: str | None = None
) -> list[Completeness]:
    """By channel and month, of the months from that of `since` to that of `until`."""
    first, last = str(since or "")[:7], str(until or "~")[:7]  # any month, and the unknown one, is between "" and "~"
    populations: dict[tuple[str, str], Counter[frozenset[str]]] = {}
    with engine.connect() as connection:
        lids = {name for name in connection.scalars(sa.select(listed.c.channel).distinct()) if name.isdigit()}
        for url, day, witnesses in _articles(connection):
            month = month_of(url, day)
            if first <= month <= last:
                for name in channels_of(url, lids):
                    if channel in (None, name):
                        populations.setdefault((name, month), Counter())[witnesses] += 1
    return [_of_population(*key, populations[key]) for key in sorted(populations)]


def _articles(connection: sa.Connection) -> Iterator[tuple[str, str | None, frozenset[str]]]:
    """Address, day and witnesses of each article, one after the other; what is refused is no article."""
    by_lists = sa.select(listed.c.doc_id, listed.c.channel.label("by"), sa.cast(sa.null(), sa.Text).label("url"))
    by_archives = sa.select(mementos.c.doc_id, mementos.c.archive, sa.func.min(mementos.c.url))
    # What somebody gave may have been chosen by what was lacking here: that says nothing of how many nobody saw.
    is_witness = mementos.c.archive.in_(ALL) & (mementos.c.state != REFUSED)
    by_archives = by_archives.where(is_witness).group_by(mementos.c.doc_id, mementos.c.archive)
    sightings = sa.union_all(by_lists, by_archives).subquery()
    url = sa.func.coalesce(entries.c.url, sightings.c.url)
    query = (
        sa.select(sightings.c.doc_id, sightings.c.by, url, entries.c.day)
        .join_from(sightings, entries, entries.c.doc_id == sightings.c.doc_id, isouter=True)
        .where(sa.func.coalesce(entries.c.state, "") != REFUSED)
        .order_by(sightings.c.doc_id)
    )
    rows = connection.execution_options(yield_per=_ROWS).execute(query)
    for _, of_article in groupby(rows, key=lambda row: row[0]):
        seen = list(of_article)
        yield (
            next(filter(None, (row[2] for row in seen)), ""),
            seen[0][3],
            frozenset(witness_of(row[1]) for row in seen),
        )


def _of_population(channel: str, month: str, sightings: Sightings) -> Completeness:
    seen = {name: _seen_by(sightings, name) for name in ALL}
    present = [name for name in ALL if seen[name]]
    return Completeness(
        channel=channel,
        month=month,
        known=sum(sightings.values()),
        seen={name: seen[name] for name in present},
        shared={"+".join(pair): _seen_by(sightings, *pair) for pair in combinations(present, 2)},
        estimate=estimate(sightings, OWN),
    )


def _seen_by(sightings: Sightings, *names: str) -> int:
    return sum(count for seen_by, count in sightings.items() if seen_by.issuperset(names))
