"""A world from its first step to its last, and what must be true at the end."""

import functools
import gc
import random
import shutil
import tempfile
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from crawler.export.rows import RowFilter, rows
from crawler.times import iso
from tests.support.world.author import Piece, moment_of, write
from tests.support.world.checks import Checks, State, Wrong, markdown
from tests.support.world.disk import Accident
from tests.support.world.machine import Machine, Ran
from tests.support.world.plan import ACCIDENTS, DAY, RUNS, Plan, Step
from tests.support.world.server import Server, say
from tests.support.world.shortcuts import shortcuts

_SOON = timedelta(hours=20)  # after publication: what happens later may be looked at too seldom to be seen
_FAST = "/dev/shm"


@dataclass
class Failure:
    """``step``: the number of the plan's step after which it showed, or its length: at the end."""

    step: int
    check: str
    what: str


@dataclass
class Simulation:
    """Plays a plan in a folder."""

    plan: Plan
    folder: Path
    loud: bool = False
    runs: int = 0
    _moments: list[tuple[datetime, list[Any]]] = field(default_factory=list)

    def play(self, until: int | None = None) -> Failure | None:
        """What goes wrong first, or None; `until`: the steps before this one only."""
        server = Server(self.plan, write(self.plan))
        self.machine = Machine(self.folder / "archive", server)
        self.checks = Checks(self.machine)
        accident = Accident()
        number = 0
        try:
            for number, step in enumerate(self.plan.steps[:until]):
                self._say(f"step {number}: {moment_of(step.minute):%m-%d %H:%M} {step.what} {step.of}")
                if step.what in ACCIDENTS:
                    accident = draw_accident(step)
                elif step.what in RUNS:
                    self._run(step, accident)
                    accident = Accident()
            number = len(self.plan.steps)
            if until is None:
                self._end()
        except Wrong as wrong:
            return Failure(number, wrong.check, str(wrong))
        except Exception as error:  # the program, or the world, broke
            if self.loud:
                raise
            return Failure(number, f"breaks: {type(error).__name__}", repr(error)[:500])
        return None

    def _run(self, step: Step, accident: Accident) -> None:
        at = moment_of(step.minute)
        arguments = {"channels": "1686,1687"} if self.plan.character.channels > 1 else {}
        if step.what == "backfill":
            arguments |= {"since": f"{at - timedelta(days=2):%Y-%m-%d}", "until": f"{at:%Y-%m-%d}"}
        run = self._crawl(at, arguments, accident, step.detail)
        if step.what == "idle" and run.status == 0:
            self._idle(run, arguments, step.detail)

    def _crawl(self, at: datetime, arguments: dict[str, str], accident: Accident, seed: int) -> Ran:
        run = self.machine.crawl(at, arguments, accident, seed)
        self.runs += 1
        for line in [*map(say, run.asked), *run.log]:
            self._say(line)
        self._say(f"    -> status {run.status}, {run.stats.get('archive/run/reason')}, refused {run.refused}")
        with self.machine.archive():
            self.state = self.checks.after(run)
            if run.status is not None:
                if not run.refused:  # else captures may be open still; the next run finishes them
                    self._verify(seed)
                self._remember(run.end)
        return run

    def _verify(self, seed: int) -> None:
        if seed % 3 == 0:
            problems = self.machine.verify()
            self._must("verify", not problems, f"scrapy verify: {[str(problem) for problem in problems[:3]]}")

    def _idle(self, before: Ran, arguments: dict[str, str], seed: int) -> None:
        """Two runs right after another one: the second asks for the lists' first pages, and what is due."""
        first = self._crawl(before.end + timedelta(minutes=1), arguments, Accident(), seed)
        at = first.end + timedelta(minutes=1)
        due = {doc_id for doc_id, held in self.state.articles.items() if (held["next_check_at"] or "9") <= iso(at)}
        due |= {doc_id for doc_id, entry in self.state.entries.items() if (entry["next_try_at"] or "9") <= iso(at)}
        shown = [
            self._shown(lid, before.start) == self._shown(lid, at + timedelta(minutes=5)) for lid in ("1686", "1687")
        ]
        second = self._crawl(at, arguments, Accident(), seed)
        if first.status or second.status or not all(shown):
            return
        lists = [asked.url for asked in second.lists]
        self._must("idle run", len(lists) == self.plan.character.channels, f"an idle run asked for {lists}")
        others = {asked.doc_id for asked in second.articles} - due
        self._must("idle run", not others, f"an idle run asked for {sorted(others)}")

    def _shown(self, lid: str, at: datetime) -> list[tuple[str, Any]]:
        return [(piece.doc_id, piece.at(at)) for piece in self.machine.server.listed(lid, at)]

    def _remember(self, at: datetime) -> None:
        moment = at.replace(microsecond=0) + timedelta(seconds=1)
        self._moments.append((moment, self._as_of(moment)))

    def _as_of(self, moment: datetime) -> list[Any]:
        with self.machine.archive() as archive:
            exported = rows(archive.engine, self.folder / "archive", RowFilter(as_of=moment))
            return [(row["doc_id"], row["revision"], row["title"], row["markdown"], row["gone"]) for row in exported]

    def _end(self) -> None:
        if not any(step.what in RUNS for step in self.plan.steps):
            return
        for moment, then in self._moments:
            now = self._as_of(moment)
            self._must("as of", now == then, f"as of {iso(moment)} was {then}, and is {now}")
        ends = moment_of(self.plan.steps[-1].minute)
        if self.plan.steps[-1].minute >= 40 * DAY:
            for piece in self.machine.server.pieces.values():
                self._is_complete(piece, ends)
        self._rebuild(ends)

    def _is_complete(self, piece: Piece, ends: datetime) -> None:
        """Whatever was there long enough is archived as it was last, or buried; or the ledger says why not."""
        held, entry = self.state.articles.get(piece.doc_id), self.state.entries.get(piece.doc_id)
        newest = piece.versions[-1]
        alive, is_soon = newest[1] is not None, newest[0] - piece.first.created < _SOON
        reachable = any(piece in self.machine.server.reachable(lid, ends) for lid in piece.first.channels)
        if alive and reachable:
            late = "missed, late" if piece.is_late else "missed at the end"
            self._must(
                late, held is not None, f"{piece.doc_id} is not archived; the ledger says {entry and entry['reason']}"
            )
        if held is None:
            return
        last = max(
            (rev for rev in self.state.revisions.values() if rev.doc_id == piece.doc_id), key=lambda rev: rev.number
        )
        if not alive and is_soon:
            self._must("no tombstone", held["gone"] is not None, f"{piece.doc_id} is gone since {newest[0]}")
        if alive and is_soon:
            fits = held["gone"] is None and last.markdown == markdown(piece.last())
            self._must("stale text", fits, f"{piece.doc_id} was changed at {newest[0]}; the archive has {last}")

    def _rebuild(self, ends: datetime) -> None:
        """The captures alone give what is archived."""
        copy = self.folder / "copy"
        self.machine.rebuild(ends, copy)
        rebuilt = State.of(Machine(copy, self.machine.server))
        missing = self.state.articles.keys() - rebuilt.articles.keys()
        self._must("rebuild", not missing, f"not rebuilt: {sorted(missing)}")
        accidents = any(step.what in ACCIDENTS for step in self.plan.steps)
        more = rebuilt.articles.keys() - self.state.articles.keys()
        self._must("rebuild", not more or accidents, f"rebuilt, and not archived: {sorted(more)}")
        for key, revision in self.state.revisions.items():
            again = rebuilt.revisions.get(key)
            same = again and (again.markdown, again.title, bool(again.gone)) == (
                revision.markdown,
                revision.title,
                bool(revision.gone),
            )
            self._must("rebuild", bool(same) or accidents, f"revision {key} was {revision}, and is rebuilt as {again}")

    def _must(self, check: str, good: bool, otherwise: str) -> None:
        self.checks._must(check, good, otherwise)

    def _say(self, line: str) -> None:
        if self.loud:
            print(line)


@functools.cache
def _freeze() -> None:
    """What is there before the first world is not looked at in the later collections, of which each takes a while."""
    gc.freeze()


def draw_accident(step: Step) -> Accident:
    """What happens to the next run."""
    chance = random.Random(step.detail)
    at = chance.randrange(1, chance.choice((6, 20, 60)))
    times = chance.choice((1, 3, 1000))
    return {
        "kill": Accident(kill=at),
        "power": Accident(kill=at, power=True),
        "refuse_post": Accident(refuse=at, times=times, what=("flush",)),
        "refuse_any": Accident(refuse=at, times=times, what=("open", "write", "fsync", "flush", "replace")),
        "refuse_catalog": Accident(refuse=at, times=times, what=("commit",)),
    }[step.what]


def simulate(plan: Plan, until: int | None = None, loud: bool = False) -> Failure | None:
    """Plays it in a folder that is gone afterwards."""
    where = _FAST if Path(_FAST).is_dir() else None
    folder = Path(tempfile.mkdtemp(prefix="world-", dir=where))
    gc.disable()  # a tenth of the time
    _freeze()
    try:
        with shortcuts():
            return Simulation(plan, folder, loud).play(until)
    finally:
        gc.collect()
        gc.enable()
        shutil.rmtree(folder, ignore_errors=True)
