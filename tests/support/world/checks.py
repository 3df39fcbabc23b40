"""What must be true of the archive after every run, whatever the world did."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from crawler.archive.tables import aliases, articles, entries, revisions
from crawler.post.post import markdown_of
from crawler.sina.urls import identify
from crawler.times import from_iso, iso
from tests.support.sites import Story
from tests.support.world.author import EPOCH, LIDS, Piece
from tests.support.world.machine import Machine, Ran
from tests.support.world.server import Asked

_SEEN_WITHIN = timedelta(minutes=3)  # from the answer until the catalog says when it was seen
_LATE = timedelta(hours=26)  # after which an article that came late must be known
_TRIES = 3  # requests for an address in a run: Scrapy's own retries
_APART = timedelta(hours=1)  # two visits that give a tombstone, at least: the first of ARCHIVE_LOOK_AGAIN_AFTER
_IN_A_RUN = timedelta(minutes=10)  # ARCHIVE_MAX_RETRY_AFTER: who asks for more is asked by no run before its time
_LEARNS = 2  # backfills, until it is known that a list's totals are always too high
_PACE = 0.45  # seconds between two requests to a host, at least: half of DOWNLOAD_DELAY, as Scrapy draws it


class Wrong(AssertionError):
    """An invariant does not hold: ``check`` is its name."""

    def __init__(self, check: str, what: str) -> None:
        super().__init__(f"{check}: {what}")
        self.check = check


@dataclass(frozen=True)
class Revision:
    """As the catalog and the posts have it."""

    doc_id: str
    number: int
    seen_at: datetime
    title: str
    markdown: str | None
    gone: str | None
    is_newest: bool


@dataclass
class State:
    """What the archive holds."""

    articles: dict[str, dict[str, Any]]
    entries: dict[str, dict[str, Any]]
    aliases: dict[str, str]
    revisions: dict[tuple[str, int], Revision]

    @classmethod
    def of(cls, machine: Machine) -> "State":
        with machine.archive() as archive, archive.engine.connect() as connection:
            held = {row["doc_id"]: dict(row) for row in connection.execute(sa.select(articles)).mappings()}
            known = {row["doc_id"]: dict(row) for row in connection.execute(sa.select(entries)).mappings()}
            urls = {row.url: row.doc_id for row in connection.execute(sa.select(aliases))}
            rows = [dict(row) for row in connection.execute(sa.select(revisions)).mappings()]
            last = {row["doc_id"]: row["number"] for row in sorted(rows, key=_number) if not row["gone"]}
            texts = {}
            for row in rows:
                key = (row["doc_id"], row["number"])
                is_newest = last.get(row["doc_id"]) == row["number"]
                texts[key] = _revision(
                    row, archive.storage.read(held[key[0]]["path"]) if is_newest else None, is_newest
                )
        return cls(held, known, urls, texts)


def _number(row: dict[str, Any]) -> int:
    return int(row["number"])


def _revision(row: dict[str, Any], file: bytes | None, is_newest: bool) -> Revision:
    post = row["post"] or (file.decode() if file else None)
    seen_at = from_iso(row["seen_at"])
    assert seen_at
    text = markdown_of(post).strip() if post is not None and not row["gone"] else None
    return Revision(row["doc_id"], row["number"], seen_at, row["title"], text, row["gone"], is_newest)


@dataclass
class Checks:
    """Of one world."""

    machine: Machine
    _kept: dict[tuple[str, int], Revision] = field(default_factory=dict)
    _waits: dict[str, datetime] = field(default_factory=dict)  # until when, by host
    _last_wait: datetime = EPOCH  # until when anybody asked us to wait
    _backfills: int = 0

    @property
    def pieces(self) -> dict[str, Piece]:
        return self.machine.server.pieces

    def after(self, run: Ran) -> State:
        """Raises Wrong."""
        self._must("it ends", not run.endless, run.endless)
        self.bounds(run)
        self.waits_are_kept(run)
        state = State.of(self.machine)
        self.nothing_lost(state)
        self.texts_are_true(state)
        self.tombstones_are_true(state)
        self.dates_and_addresses(state)
        self.status_is_true(run)
        if run.status == 0:
            self.all_listed_is_known(run, state)
        return state

    def bounds(self, run: Ran) -> None:
        """Nobody is asked more, or faster, than need be."""
        asked: dict[str, int] = {}
        last: dict[str, float] = {}
        for url, second in run.sent:
            host = url.split("/")[2]
            asked[url] = asked.get(url, 0) + 1
            wait = second - last.get(host, 0)
            self._must("pace", wait >= _PACE, f"{host} was asked again after {wait:.2f} s")
            last[host] = second
        for url, times in asked.items():
            fine = times <= _TRIES or url.count("/") < 4
            self._must("asked too often", fine, f"{url} was asked for {times} times")

    def waits_are_kept(self, run: Ran) -> None:
        """A host that says when to come again is not asked before, be it in this run or by a later one."""
        starts = dict(self._waits)
        for url, second in run.sent:
            host, at = url.split("/")[2], datetime.fromtimestamp(second, UTC)
            for asked in run.asked:
                of_host = asked.url.split("/")[2] == host
                early = of_host and asked.at < at < asked.at + asked.asks_for - timedelta(seconds=1)
                self._must("asked too early", not early, f"{url} was asked for at {at}, {asked.url} said at {asked.at}"
                           f" to wait for {asked.asks_for}")  # fmt: skip
            before = host not in starts or at >= starts[host] - timedelta(seconds=1)
            self._must(
                "asked too early", before, f"{url} was asked for at {at}, and {host} said until {starts.get(host)}"
            )
        self._last_wait = max([self._last_wait, *(asked.at + asked.asks_for for asked in run.asked)])
        if run.status is not None and not run.refused:
            for asked in run.asked:
                if asked.asks_for > _IN_A_RUN:
                    self._waits[asked.url.split("/")[2]] = asked.at + asked.asks_for

    def nothing_lost(self, state: State) -> None:
        """A revision that was there is there as it was, be it in the file or in the catalog."""
        for key, kept in self._kept.items():
            now = state.revisions.get(key)
            self._must("lost", now is not None, f"revision {key} is gone")
            assert now
            same = (now.markdown, now.title, now.gone, now.seen_at) == (
                kept.markdown,
                kept.title,
                kept.gone,
                kept.seen_at,
            )
            self._must("overwritten", same, f"revision {key} was {kept}, and is {now}")
        self._kept = dict(state.revisions)

    def texts_are_true(self, state: State) -> None:
        """Sina showed every text, whole, at the time at which it was seen."""
        for revision in state.revisions.values():
            if revision.gone:
                continue
            what = f"{revision.doc_id} revision {revision.number}"
            self._must("no text", revision.markdown is not None, f"{what} has no text anywhere")
            shown = [asked.reply.story for asked in self._answers(revision) if asked.reply.story]
            fits = any(revision.markdown == markdown(story) and revision.title == story.title for story in shown)
            self._must("untrue text", fits, f"{what} says {revision.markdown!r}, shown was "
                       f"{[markdown(story) for story in shown]}")  # fmt: skip

    def tombstones_are_true(self, state: State) -> None:
        """Sina said so at that time, and on a visit before, at least a look apart; it did not show it in between."""
        for revision in state.revisions.values():
            if not revision.gone:
                continue
            what = f"{revision.doc_id} has a tombstone ({revision.gone}, {iso(revision.seen_at)})"
            fits = any(asked.is_word for asked in self._answers(revision))
            self._must("false tombstone", fits, f"{what} while it lives")
            until = revision.seen_at + timedelta(seconds=1)
            visits = [
                asked for asked in self.machine.server.log if asked.doc_id == revision.doc_id and asked.at <= until
            ]
            shown = [asked.at for asked in visits if asked.reply.story and not asked.reply.trouble]
            said = [asked.at for asked in visits if asked.is_word and (not shown or asked.at > shown[-1])]
            is_late = bool(said) and said[-1] - said[0] >= _APART - timedelta(seconds=1)
            self._must("early tombstone", is_late, f"{what}, and Sina said so at {list(map(iso, said))}")

    def dates_and_addresses(self, state: State) -> None:
        """A post has the date of its list, and an address leads to its own article."""
        for doc_id, held in state.articles.items():
            created = self.pieces[doc_id].first.created
            self._must("date", held["date"] == iso(created), f"{doc_id} has date {held['date']}, not {iso(created)}")
            self._must("path", f"{created:%Y/%m/%d}" in held["path"], f"{doc_id} of {created} is at {held['path']}")
        for url, doc_id in state.aliases.items():
            self._must("address", identify(url).doc_id == doc_id, f"{url} leads to {doc_id}")

    def status_is_true(self, run: Ran) -> None:
        """0 only if lists and pages could be read and all was written; not 0 only if something was wrong."""
        if run.status is None:
            return
        server = self.machine.server
        bad = [asked for asked in run.asked if asked.reply.trouble]
        is_waiting = run.start < self._last_wait
        is_backfill = any("etime=" in asked.url for asked in run.lists)
        self._backfills += is_backfill
        if run.status == 0:
            self._must("green, not written", not run.refused, f"exit status 0 although refused: {run.refused}")
            forbidden, of_second = (
                run.stats.get(f"archive/{name}", 0) for name in ("robots/forbidden", "second_source/robots_forbid")
            )
            self._must(
                "green, forbidden",
                forbidden == of_second or bool(run.articles),
                "exit status 0, and robots.txt forbids all but second witnesses",
            )
            lids = {asked.lid for asked in run.lists}
            for lid in lids:
                good = any(not asked.reply.trouble for asked in run.lists if asked.lid == lid)
                self._must("green, no list", good, f"exit status 0 and no list of {lid}")
            pages = {asked.doc_id for asked in run.articles}
            fine = {asked.doc_id for asked in run.articles if not asked.reply.trouble or asked.is_word}
            self._must("green, no page", not pages or bool(fine), f"exit status 0, and of {len(pages)} pages none came")
        elif not bad and not run.refused and not is_waiting:
            gone = any(asked.says_gone for asked in run.articles)
            empty = not all(server.reachable(lid, run.start) for lid in LIDS[: server.plan.character.channels])
            outcome = f"{run.stats.get('archive/run/outcome')}: {run.stats.get('archive/run/reason')}"
            unproved = is_backfill and server.plan.character.window == "ignored"  # a list may end before its window
            learns = server.plan.character.total == "high" and (not is_backfill or self._backfills <= _LEARNS)
            self._must("red for nothing", gone or empty or unproved or learns, f"exit status {run.status}, {outcome}")

    def all_listed_is_known(self, run: Ran, state: State) -> None:
        """After a good run the ledger knows everything that the list shows, and has tried it."""
        for lid in {asked.lid for asked in run.lists if "etime" not in asked.url}:
            for piece in self.machine.server.reachable(lid, run.start):
                wait = _LATE if piece.is_late else timedelta(0)
                if piece.listed_at + wait >= run.start - timedelta(minutes=self.machine.server.plan.character.stale):
                    continue
                check = "missed, late" if piece.is_late else "missed"
                known = state.entries.get(piece.doc_id)
                self._must(check, known is not None, f"{piece.doc_id}, listed since {piece.listed_at}, is not known")
                assert known
                tried = known["state"] != "listed" or piece.doc_id in state.articles
                self._must("not tried", tried, f"{piece.doc_id} was never asked for")

    def _answers(self, revision: Revision) -> list[Asked]:
        """What Sina answered for its article in the minutes before it was seen."""
        return [
            asked
            for asked in self.machine.server.log
            if asked.doc_id == revision.doc_id
            and revision.seen_at - _SEEN_WITHIN <= asked.at <= revision.seen_at + timedelta(seconds=1)
        ]

    def _must(self, check: str, good: bool, otherwise: str) -> None:
        if not good:
            raise Wrong(check, otherwise)


def markdown(story: Story) -> str:
    """The text of its post."""
    return "\n\n".join(story.paragraphs)
