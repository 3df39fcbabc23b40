"""The ledger: what was listed, per channel and day, and what became of it."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from crawler.archive.absences import Absence
from crawler.archive.bad_values import BadValues, parsed_time
from crawler.archive.database import insert_into, writing
from crawler.archive.proofs import Proof, Proofs
from crawler.archive.rows import to_json
from crawler.archive.tables import entries, listed, readings
from crawler.items import Article, ListEntry
from crawler.sina.article import GONE
from crawler.times import beijing_day, iso, iso_or_none

# How channels are named that are no lists of the roll API: a column's page with its CID, an old list page with its
# section, which is known from web archives alone, and the 7x24 feed.
COLUMN, OLD_LIST, FLASHES = "column:", "list:", "7x24"
_SAID_GONE = ("http_404", "http_410", GONE)  # reasons that are Sina's own word
ARCHIVED, LISTED, FAILED, REFUSED, GIVEN_UP = "archived", "listed", "failed", "refused", "given_up"

# Statements of which each entry takes one are built once.
_KNOWN = sa.select(
    entries.c.doc_id, entries.c.state, entries.c.reason, entries.c.modified_at, entries.c.next_try_at
).where(entries.c.doc_id.in_(sa.bindparam("doc_ids", expanding=True)))
_SHOWN = sa.select(listed.c.doc_id).where(
    listed.c.channel.in_(sa.bindparam("channels", expanding=True)),
    listed.c.doc_id.in_(sa.bindparam("doc_ids", expanding=True)),
)
_TIMES_READ = sa.select(readings.c.times_read).where(readings.c.channel == sa.bindparam("channel"))
_ARCHIVED = (
    sa.update(entries)
    .where(entries.c.doc_id == sa.bindparam("of"))
    .values(state=ARCHIVED, reason=None, attempts=0, next_try_at=None)
)


@dataclass(frozen=True, slots=True)
class Known:
    """An entry as the ledger has it, and the text form of its mtime."""

    state: str
    reason: str | None
    modified_at: str | None
    next_try_at: str | None


@dataclass(frozen=True, slots=True)
class DayCount:
    """What became of the entries of one channel and day. ``missed``: listed, and never fetched.

    ``complete_at``: until when, ISO in UTC, it was proved that the list showed no other entry of the day,
    and by what; None: never.
    """

    channel: str
    day: str
    listed: int
    archived: int
    failed: int
    refused: int
    given_up: int
    missed: int
    reasons: dict[str, int]
    complete_at: str | None = None
    complete_by: str | None = None

    @property
    def is_gap(self) -> bool:
        """True where an article is missing that may still be had, or was given up."""
        return bool(self.missed or self.failed or self.given_up)


class Ledger:
    """On the archive's engine."""

    def __init__(self, engine: sa.Engine, try_again: Sequence[timedelta] = (), values: BadValues | None = None) -> None:
        """`try_again`: intervals between attempts; after the last an entry is given up."""
        self._engine = engine
        self._try_again = try_again
        self._values = values or BadValues()

    def see(
        self,
        shown: Iterable[tuple[str, ListEntry]],
        channel: str | None,
        at: datetime,
        within: sa.Connection | None = None,
    ) -> None:
        """Enters what a listing shows, by doc id.

        A new entry is due at once, and so is an archived one whose mtime moved. An old one keeps its state.
        """
        # In one order everywhere: two workers that listed the same entries would wait for each other.
        rows = sorted((self._row(doc_id, entry, at) for doc_id, entry in shown), key=lambda row: str(row["doc_id"]))
        if not rows:
            return
        insert = insert_into(self._engine, entries)
        newest = sa.func.coalesce(insert.excluded.modified_at, entries.c.modified_at)
        has_moved = (entries.c.state == ARCHIVED) & (insert.excluded.modified_at > entries.c.modified_at)
        due = sa.case((has_moved, insert.excluded.next_try_at), else_=entries.c.next_try_at)
        with writing(self._engine, within) as connection:
            created = sa.func.coalesce(entries.c.created_at, insert.excluded.created_at)
            changes = {"created_at": created, "modified_at": newest, "next_try_at": due}
            connection.execute(insert.on_conflict_do_update(index_elements=["doc_id"], set_=changes), rows)
            if channel:
                times = {"at": iso(at), "times_read": connection.scalar(_TIMES_READ, {"channel": channel}) or 0}
                pairs = [{"channel": channel, "doc_id": row["doc_id"], **times} for row in rows]
                connection.execute(insert_into(self._engine, listed).on_conflict_do_nothing(), pairs)

    def known(self, doc_ids: Collection[str]) -> dict[str, Known]:
        """What the ledger has on up to a few hundred entries, by doc id."""
        with self._engine.connect() as connection:
            rows = connection.execute(_KNOWN, {"doc_ids": list(doc_ids)})
            return {doc_id: Known(*known) for doc_id, *known in rows}

    def shown_by(self, channels: Collection[str], doc_ids: Collection[str]) -> set[str]:
        """Those of up to a few hundred entries that a list of one of `channels` showed."""
        with self._engine.connect() as connection:
            return set(connection.scalars(_SHOWN, {"channels": list(channels), "doc_ids": list(doc_ids)}))

    def entry(self, doc_id: str) -> ListEntry | None:
        """An entry as it was listed, or None."""
        return self.entries_of([doc_id]).get(doc_id)

    def entries_of(self, doc_ids: Collection[str]) -> dict[str, ListEntry]:
        """Those of a few hundred articles that it has, as they were listed, by doc id."""
        with self._engine.connect() as connection:
            rows = connection.execute(sa.select(entries).where(entries.c.doc_id.in_(doc_ids))).mappings()
            return {row["doc_id"]: self._entry(row) for row in rows}

    def archived(self, *doc_ids: str, within: sa.Connection | None = None) -> None:
        """Their articles are archived, or unchanged since; entered in the transaction open on `within`, if any."""
        with writing(self._engine, within) as connection:
            connection.execute(_ARCHIVED, [{"of": doc_id} for doc_id in doc_ids])

    def learn(self, article: Article, at: datetime, within: sa.Connection) -> None:
        """A web archive had an article: one that is not in the ledger is entered, and nobody need ask for it."""
        entry = ListEntry(url=article.url, title=article.title)
        row = self._row(article.doc_id, entry, at) | {"day": str(beijing_day(article.date or at)), "next_try_at": None}
        within.execute(insert_into(self._engine, entries).on_conflict_do_nothing(), row)

    def absence(self, doc_id: str, within: sa.Connection) -> Absence | None:
        """Sina's last word of an article that was asked for in vain, if it says that there is none.

        It is confirmed where it was asked more than once.
        """
        query = sa.select(entries.c.reason, entries.c.tried_at, entries.c.attempts)
        row = within.execute(query.where(entries.c.doc_id == doc_id, entries.c.reason.in_(_SAID_GONE))).first()
        at = parsed_time(row.tried_at) if row else None
        return Absence(row.reason, at, row.attempts > 1) if row and at else None

    def failed(
        self,
        doc_id: str,
        reason: str,
        at: datetime,
        refused: bool = False,
        within: sa.Connection | None = None,
        for_good: bool = False,
    ) -> None:
        """One more attempt was in vain. `refused`: the page was there and is not to be archived; `for_good`: never.

        The next attempt is due after the next interval; after the last the entry is given up, with
        its last reason. A refused one stays refused, and one that was looked at again stays archived.
        """
        of_entry = entries.c.doc_id == doc_id
        with writing(self._engine, within) as connection:
            row = connection.execute(sa.select(entries.c.attempts, entries.c.state).where(of_entry)).first()
            if row is None:
                return
            attempts = max(row.attempts, 0)
            is_last = for_good or attempts >= len(self._try_again)
            again = None if is_last else self._try_again[attempts]
            state = ARCHIVED if row.state == ARCHIVED else REFUSED if refused else GIVEN_UP if again is None else FAILED
            due = None if again is None else iso(at + again)
            values = {"state": state, "reason": reason, "attempts": attempts + 1}
            values |= {"tried_at": iso(at), "next_try_at": due}
            connection.execute(sa.update(entries).where(of_entry).values(values))

    def postponed(self, doc_id: str, reason: str, at: datetime) -> None:
        """It was not asked for: what is due stays due, with the reason, and no attempt is counted."""
        state = sa.case((entries.c.state == LISTED, FAILED), else_=entries.c.state)
        of_entry = sa.update(entries).where(entries.c.doc_id == doc_id)
        with self._engine.begin() as connection:
            connection.execute(of_entry.values(state=state, reason=reason, tried_at=iso(at)))

    def failures(self, since: datetime, limit: int) -> list[dict[str, str]]:
        """URL, state and reason of the entries that were tried in vain at or after `since`."""
        query = sa.select(entries.c.doc_id, entries.c.url, entries.c.state, entries.c.reason)
        query = (
            query.where(entries.c.tried_at >= iso(since)).order_by(entries.c.tried_at, entries.c.doc_id).limit(limit)
        )
        with self._engine.connect() as connection:
            return [dict(row) for row in connection.execute(query).mappings() if row["reason"]]

    def due(self, at: datetime, limit: int) -> list[tuple[str, ListEntry]]:
        """The entries whose article was not fetched yet, or whose next attempt has come; oldest first."""
        query = sa.select(entries).where(entries.c.next_try_at <= iso(at)).order_by(entries.c.next_try_at).limit(limit)
        with self._engine.connect() as connection:
            return [(row["doc_id"], self._entry(row)) for row in connection.execute(query).mappings()]

    def retry(self, since: date, until: date, at: datetime) -> int:
        """Makes the gaps from day `since` to day `until` due now, given up ones too; returns how many."""
        gaps = entries.c.state.in_([LISTED, FAILED, GIVEN_UP]) & entries.c.day.between(str(since), str(until))
        values = {"next_try_at": iso(at), "attempts": 0, "state": LISTED}
        with self._engine.begin() as connection:
            return connection.execute(sa.update(entries).where(gaps).values(values)).rowcount

    def lost(self, since: date | None, until: date | None) -> Iterator[tuple[str, str]]:
        """Doc id and address of the entries before `until` that Sina no longer has, or that were given up."""
        is_lost = (entries.c.state == GIVEN_UP) | (
            entries.c.state.in_((FAILED, REFUSED)) & entries.c.reason.in_(_SAID_GONE)
        )
        query = sa.select(entries.c.doc_id, entries.c.url).where(is_lost).order_by(entries.c.day, entries.c.doc_id)
        if since:
            query = query.where(entries.c.day >= str(since))
        if until:
            query = query.where(entries.c.day < str(until))
        with self._engine.connect() as connection:
            yield from ((row.doc_id, row.url) for row in connection.execute(query))

    def coverage(self, since: date | None, until: date | None, channel: str | None = None) -> list[DayCount]:
        """A row per channel and day, by day; entries that no list showed are channel ``urls``."""
        name = sa.func.coalesce(listed.c.channel, "urls").label("channel")
        query = sa.select(name, entries.c.day, entries.c.state, entries.c.reason, sa.func.count().label("count"))
        query = query.select_from(entries.outerjoin(listed, listed.c.doc_id == entries.c.doc_id))
        if since:
            query = query.where(entries.c.day >= str(since))
        if until:
            query = query.where(entries.c.day <= str(until))
        if channel:
            query = query.where(listed.c.channel == channel)
        query = query.group_by(name, entries.c.day, entries.c.state, entries.c.reason)
        days: dict[tuple[str, str], dict[str, int]] = {}
        reasons: dict[tuple[str, str], dict[str, int]] = {}
        with self._engine.connect() as connection:
            for row in connection.execute(query).mappings():
                key = (row["day"], row["channel"])
                counts = days.setdefault(key, {})
                counts[row["state"]] = counts.get(row["state"], 0) + row["count"]
                if row["reason"] and row["state"] != ARCHIVED:
                    why = reasons.setdefault(key, {})
                    why[row["reason"]] = why.get(row["reason"], 0) + row["count"]
        proofs = Proofs(self._engine).of(set(days))
        return [_day_count(key, days[key], reasons.get(key, {}), proofs.get(key)) for key in sorted(days)]

    def _row(self, doc_id: str, entry: ListEntry, at: datetime) -> dict[str, object]:
        return {
            "doc_id": doc_id,
            "url": entry.url,
            "title": entry.title,
            "created_at": iso_or_none(entry.created_at),
            "modified_at": iso_or_none(entry.modified_at),
            "day": str(beijing_day(entry.created_at) if entry.created_at else entry.day or beijing_day(at)),
            "state": LISTED,
            "attempts": 0,
            "listed_at": iso(at),
            "next_try_at": iso(at),
            "media": entry.media,
            "keywords": to_json(entry.keywords),
            "channels": to_json(entry.channels),
        }

    def _entry(self, row: sa.RowMapping) -> ListEntry:
        doc_id = row["doc_id"]
        return ListEntry(
            url=row["url"],
            title=row["title"],
            created_at=self._values.time("entries", doc_id, "created_at", row["created_at"]),
            modified_at=self._values.time("entries", doc_id, "modified_at", row["modified_at"]),
            media=row["media"] or "",
            keywords=self._values.texts("entries", doc_id, "keywords", row["keywords"]),
            channels=self._values.texts("entries", doc_id, "channels", row["channels"]),
        )


def _day_count(key: tuple[str, str], counts: dict[str, int], reasons: dict[str, int], proof: Proof | None) -> DayCount:
    day, channel = key
    return DayCount(
        channel=channel,
        day=day,
        listed=sum(counts.values()),
        archived=counts.get(ARCHIVED, 0),
        failed=counts.get(FAILED, 0),
        refused=counts.get(REFUSED, 0),
        given_up=counts.get(GIVEN_UP, 0),
        missed=counts.get(LISTED, 0),
        reasons=dict(sorted(reasons.items())),
        complete_at=proof.complete_at if proof else None,
        complete_by=proof.by if proof else None,
    )
