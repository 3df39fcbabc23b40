"""Checks the roots against the manifests, and the time stamps against the roots, without asking anyone."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from crawler.archive.files import open_regular, read_regular, sha256_of
from crawler.integrity.inventory import Inventory
from crawler.integrity.manifest import manifest_files
from crawler.integrity.problem import Problem
from crawler.integrity.roots import ROOTS, Roots, day_root, parse_roots, statement
from crawler.integrity.stamps import token_path
from crawler.integrity.time_stamp import NoStamp, check_token
from crawler.times import iso

_Map = Callable[..., Iterable[Any]]


@dataclass(frozen=True, slots=True)
class CheckedRoots:
    """What is wrong, when each day that has a good time stamp got it, and the days that have a manifest."""

    problems: tuple[Problem, ...]
    stamped: Mapping[str, datetime]
    days: Collection[str]

    def until(self) -> str:
        """A sentence: up to which day nothing was changed since when; empty where there is no good stamp."""
        if not self.stamped:
            return ""
        last = max(self.stamped)
        later = sum(day > last for day in self.days)
        return f"time-stamped up to {last} at {iso(self.stamped[last])}; {later} later days are not"


@dataclass(frozen=True, slots=True)
class _Token:
    """Of a day; ``at`` is None where it is none of its root."""

    day: str
    at: datetime | None = None
    problem: Problem | None = None


def check_roots(root: Path, inventory: Inventory, trusted: Path | None, map_: _Map = map) -> CheckedRoots:
    """`trusted`: the certificates that time stamps must go back to; None: theirs are taken at their word.

    The tokens go into the inventory: a manifest after them lists them.
    """
    stated, problems = _stated(root)
    roots, differing = _checked(root, stated)
    tokens = {path.stem: path for path in sorted((root / "manifests").glob("[0-9]*.tst"))}
    newest = max(roots, default="")  # of the days before it the chain says what is missing
    for day in sorted(day for day in stated.keys() | tokens.keys() if day > newest):
        problems.append(Problem("missing", f"manifests/{day}.txt", "it has a root or a time stamp"))
    days = [day for day in tokens if day in roots]
    for day in days:
        try:
            inventory.add_capture(token_path(day), sha256_of(tokens[day]))
        except OSError as error:
            problems.append(Problem("unreadable", token_path(day), str(error)))
    lines = [statement(day, stated.get(day, roots[day])) for day in days]
    checked: list[_Token] = list(map_(_check, days, [tokens[day] for day in days], lines, [trusted] * len(days)))
    problems += [*differing, *(token.problem for token in checked if token.problem)]
    return CheckedRoots(tuple(problems), {token.day: token.at for token in checked if token.at}, roots)


def _stated(root: Path) -> tuple[Roots, list[Problem]]:
    try:
        roots, faults = parse_roots(read_regular(root / ROOTS))
    except FileNotFoundError:
        return {}, []
    except OSError as error:
        return {}, [Problem("unreadable", ROOTS, str(error))]
    return roots, [Problem("bad_manifest", ROOTS, f"not a line of it: {line!r}") for line in faults]


def _checked(root: Path, stated: Roots) -> tuple[Roots, list[Problem]]:
    """The root of each manifest that can be read, made anew over the stated one before: what differs is one day's."""
    roots: Roots = {}
    problems = []
    previous: tuple[str, str] | None = None
    last = max(stated, default="")
    for path in manifest_files(root):
        where = f"manifests/{path.name}"
        try:
            with open_regular(path) as lines:
                roots[path.stem] = made = day_root(path.stem, previous, lines)
        except OSError:
            made = ""  # the check of the manifests names it
        if path.stem not in stated and path.stem < last:
            problems.append(Problem("no_root", where, f"{ROOTS} has none of it, and of later days"))
        elif made and stated.get(path.stem, made) != made:
            problems.append(
                Problem("wrong_root", where, f"its root in {ROOTS} was made of other lines, or over another root")
            )
        previous = path.stem, stated.get(path.stem, made)
    return roots, problems


def _check(day: str, token: Path, line: str, trusted: Path | None) -> _Token:
    """Fit for another process."""
    try:
        return _Token(day, check_token(read_regular(token), line, trusted))
    except NoStamp as error:
        other = "it stamps another root: its manifest, or one before, was changed since"
        what = other if error.reason == "other_hash" else str(error)
        kind = "unchecked" if error.reason == "no_openssl" else "wrong_token"
        return _Token(day, problem=Problem(kind, token_path(day), what))
    except OSError:
        return _Token(day)  # named before
