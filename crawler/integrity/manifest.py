"""The manifests: what was written on each day (UTC), by its sha256, each chained to the one before.

``manifests/2024-03-05.txt`` is a list that ``sha256sum -c`` checks in the archive's folder. Its first
line names the manifest before and that file's own sha256, so that who changes an old post, capture or
manifest has to change every manifest since. A post's newest entry counts: a revision is no tampering.
A day that has a root is closed (roots.py); a manifest also lists the time stamps of days before it.
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from fnmatch import fnmatch
from heapq import merge
from itertools import chain, groupby, takewhile
from operator import itemgetter
from pathlib import Path

import sqlalchemy as sa

from crawler.archive.database import by_bytes, one_at_a_time
from crawler.archive.files import read_regular
from crawler.archive.storage import Storage
from crawler.archive.tables import articles, revisions
from crawler.archive.unlisted import Unlisted
from crawler.integrity.roots import close_days, read_roots

_POSTS = sa.select(articles.c.path, articles.c.file_hash)
_ROWS = 1000  # of the catalog, that are read at once
_NAME = "[0-9]" * 4 + "-[0-9][0-9]-[0-9][0-9].txt"
_PREVIOUS = re.compile(r"# previous (?:none|([0-9a-f]{64}) (\S+))")
_LINE = re.compile(r"([0-9a-f]{64})  (\S.*)")
_MEMBER = b"\x1f\x8b\x08"  # what a gzip member, and so each record of a WARC, begins with
_WARC_NAME = re.compile(r"\d{8}T\d{6}Z-.*\.warc\.gz")


_Entry = tuple[str, str]  # a path and its sha256


@dataclass(frozen=True, slots=True)
class Manifest:
    """``hashes`` by path in the archive, ``previous`` the sha256 and name of the one before.

    ``faults``: lines that are none of a manifest.
    """

    name: str
    previous: tuple[str, str] | None
    hashes: dict[str, str]
    faults: tuple[str, ...] = ()
    sha256: str = field(default="", compare=False)

    @classmethod
    def load(cls, path: Path) -> "Manifest":
        """The manifest in a file. Raises OSError."""
        return cls.parse(path.name, read_regular(path))

    @classmethod
    def parse(cls, name: str, content: bytes) -> "Manifest":
        """The manifest that a file's content is."""
        first, *lines = content.decode(errors="replace").removesuffix("\n").split("\n")
        is_head, previous = parse_head(first)
        entries = {line: parse_line(line) for line in lines}
        faults = [line for line, entry in entries.items() if not entry] + ([] if is_head else [first])
        hashes = dict(entry for entry in entries.values() if entry)
        return cls(name, previous, hashes, tuple(faults), hashlib.sha256(content).hexdigest())


def to_lines(previous: tuple[str, str] | None, entries: Iterable[_Entry]) -> Iterator[bytes]:
    """The lines of a manifest: of the sha256 and name of the one before, and of paths, sorted, each with its sha256."""
    yield f"# previous {' '.join(previous) if previous else 'none'}\n".encode()
    for path, sha256 in entries:
        yield f"{sha256}  {path}\n".encode()


def parse_head(line: str) -> tuple[bool, tuple[str, str] | None]:
    """Whether it is the first line of a manifest, and the sha256 and name of the one before."""
    head = _PREVIOUS.fullmatch(line)
    return bool(head), (head[1], head[2]) if head and head[1] else None


def parse_line(line: str) -> tuple[str, str] | None:
    """Path and sha256; None for what is no line of a manifest."""
    match = _LINE.fullmatch(line)
    return (match[2], match[1]) if match else None


def manifest_files(root: Path) -> list[Path]:
    """The manifests' files, by day."""
    return sorted((root / "manifests").glob(_NAME))


def manifest_days(storage: Storage) -> list[str]:
    """The days that have one, in their order."""
    return [name.removesuffix(".txt") for name in storage.names("manifests") if fnmatch(name, _NAME)]


def enter(storage: Storage, hashes: Mapping[str, str], at: datetime) -> str | None:
    """Adds files, hashes by path, to the manifest of the day, and returns its path; None if the newest has them all.

    A day that another manifest has followed, or that has a root, is closed: then the newest one takes them, or the
    day after. The days before get their roots first. Where a capture was continued that the newest has, it takes
    them while it is open: each manifest stays true. Raises OSError.
    """
    return _enter(storage, manifest_days(storage), lambda: sorted(hashes.items()), at)


def _open_day(newest: str, closed: str, at: datetime) -> str:
    """The day whose manifest is written to now; `newest` has one, `closed` is the last that has a root, too."""
    day = max(f"{at.astimezone(UTC):%Y-%m-%d}", newest)
    return day if day > closed else str(date.fromisoformat(closed) + timedelta(days=1))


def enter_new(storage: Storage, engine: sa.Engine, at: datetime) -> str | None:
    """Enters what was written since the newest manifest, by this run or by one that was killed.

    Asks the catalog for the posts, and names of captures for theirs: an old post or capture is
    never read again, so that one that was tampered with never gets a new entry. A capture that was noted for being
    continued gets one if it still begins with what the manifest has. What was written when
    the clock was behind the newest manifest's day is noted in the catalog. Raises OSError.
    """
    unlisted = Unlisted(engine)
    with engine.begin() as connection:
        one_at_a_time(connection)  # workers that end together
        days = manifest_days(storage)
        day = days[-1] if days else ""
        noted = {path for part in unlisted.parts(connection, "captures") for path in part}
        present = _captures_since(storage, day, noted)
        captures = sorted(_new_captures(storage, day, present, noted))
        stamps = {path: storage.sha256(path) for path in _stamps(storage, connection, unlisted)}  # sorted

        def entries() -> Iterator[_Entry]:
            noted_posts = (_posts_at(connection, part) for part in unlisted.parts(connection, "posts"))
            return merge(captures, _posts_since(connection, day), chain.from_iterable(noted_posts))

        entered = _enter(storage, days, entries, at, stamps.items())
        unlisted.forget(noted & present, connection)
        unlisted.forget(stamps if entered else (), connection)
        for part in unlisted.parts(connection, "posts"):
            unlisted.forget(part, connection)
    return entered


def is_as_listed(storage: Storage, path: str) -> bool:
    """True for a file that is what the newest manifest lists. Raises OSError."""
    newest = max(manifest_days(storage), default="")
    sha256 = dict(takewhile(lambda entry: entry[0] <= path, _entries(storage, newest))).get(path)
    return sha256 is not None and storage.sha256(path) == sha256


def continued(lines: Iterable[bytes], before: str) -> str:
    """The sha256 of a WARC that has the one `before`, or had it until records were appended; empty for any other."""
    digest, is_continued = hashlib.sha256(), False
    for line in lines:  # what a member begins with holds no line end
        first, *others = line.split(_MEMBER)
        digest.update(first)
        for other in others:
            is_continued = is_continued or digest.hexdigest() == before
            digest.update(_MEMBER + other)
    now = digest.hexdigest()
    return now if is_continued or now == before else ""


def _enter(
    storage: Storage,
    days: list[str],
    entries: Callable[[], Iterable[_Entry]],
    at: datetime,
    also: Iterable[_Entry] = (),
) -> str | None:
    """`entries`, sorted by path, are asked for twice, and never held: they may be a whole archive.

    `days`: those that have a manifest. `also`, sorted: what is entered with others, and alone is no reason for one.
    """
    newest = days[-1] if days else ""
    is_new = goes_on = False
    for path, held, sha256 in _side_by_side(_entries(storage, newest), entries()):
        if sha256 not in ("", held):
            is_new = True
            goes_on = goes_on or bool(held and path.startswith("captures/"))
    if not is_new:
        return None
    closed = max(read_roots(storage).keys() & days, default="")
    day = newest if goes_on and newest > closed else _open_day(newest, closed, at)
    before = [other for other in days if other < day]
    previous = (storage.sha256(_path(before[-1])), f"{before[-1]}.txt") if before else None
    if day not in days:
        close_days(storage, before)
    both = _side_by_side(_entries(storage, newest), merge(entries(), also))
    listed = ((path, sha256 or held) for path, held, sha256 in both if day == newest or sha256 not in ("", held))
    storage.write_parts(_path(day), to_lines(previous, listed))
    return _path(day)


def _side_by_side(held: Iterable[_Entry], entries: Iterable[_Entry]) -> Iterator[tuple[str, str, str]]:
    """Path, hash held and hash to be entered, each empty where there is none. All are sorted by path."""
    both = merge(((path, 1, sha256) for path, sha256 in held), ((path, 2, sha256) for path, sha256 in entries))
    for path, same in groupby(both, key=itemgetter(0)):
        hashes = {side: sha256 for _path, side, sha256 in same}
        yield path, hashes.get(1, ""), hashes.get(2, "")


def _path(day: str) -> str:
    return f"manifests/{day}.txt"


def _entries(storage: Storage, day: str) -> Iterator[_Entry]:
    """Those of the manifest of a day, in its order; of none, none."""
    lines = storage.lines(_path(day)) if day else ()
    return filter(None, (parse_line(line.decode(errors="replace").removesuffix("\n")) for line in lines))


def _new_captures(storage: Storage, day: str, present: AbstractSet[str], noted: AbstractSet[str]) -> Iterator[_Entry]:
    """Those that the manifest has not; and as they are now those that were noted, and go on from what it has."""
    held = dict(takewhile(lambda entry: entry[0] < "captures0", _entries(storage, day)))
    for path in present - held.keys():
        yield path, storage.sha256(path)
    for path in sorted(held.keys() & noted & present):
        if sha256 := continued(storage.lines(path), held[path]):
            yield path, sha256


def _posts_since(connection: sa.Connection, day: str) -> Iterator[_Entry]:
    """Sorted by path: without a manifest these are all posts."""
    written = sa.select(revisions.c.doc_id).where(revisions.c.seen_at >= day, revisions.c.gone.is_(None))
    query = _POSTS.where(articles.c.doc_id.in_(written)).order_by(by_bytes(articles.c.path, connection))
    for row in connection.execute(query.execution_options(yield_per=_ROWS)):
        yield row.path, row.file_hash


def _posts_at(connection: sa.Connection, paths: list[str]) -> list[_Entry]:
    """Sorted by path."""
    rows = connection.execute(_POSTS.where(articles.c.doc_id.in_([Path(path).stem for path in paths])))
    held = {row.path: row.file_hash for row in rows}
    return [(path, held[path]) for path in paths if path in held]


def _stamps(storage: Storage, connection: sa.Connection, unlisted: Unlisted) -> list[str]:
    """The time stamps that are there and in no manifest yet: who takes one away later changes the days after it."""
    return [path for part in unlisted.parts(connection, "manifests") for path in part if storage.exists(path)]


def _captures_since(storage: Storage, day: str, noted: AbstractSet[str]) -> set[str]:
    """The paths of the WARCs that are `noted`, or whose run began on that day or later: so their names begin."""
    first = day.replace("-", "")
    since = min([first, *(Path(path).name for path in noted if path.startswith("captures/"))])
    return {
        path
        for name in storage.names("captures", since)
        if (path := f"captures/{name}") in noted or (name >= first and _WARC_NAME.fullmatch(name))
    }
