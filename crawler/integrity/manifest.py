"""The manifests: what was written on each day (UTC), by its sha256, each chained to the one before.

``manifests/2024-03-05.txt`` is a list that ``sha256sum -c`` checks in the archive's folder. Its first
line names the manifest before and that file's own sha256, so that who changes an old post, capture or
manifest has to change every manifest since. A post's newest entry counts: a revision is no tampering.
A day that has a root is closed (roots.py); a manifest also lists the time stamps of days before it.
"""

import hashlib
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from fnmatch import fnmatch
from pathlib import Path

import sqlalchemy as sa

from crawler.archive.database import one_at_a_time
from crawler.archive.files import read_regular
from crawler.archive.storage import Storage
from crawler.archive.tables import articles, revisions
from crawler.archive.unlisted import Unlisted
from crawler.integrity.roots import close_days, read_roots

_CHUNK = 500  # values in one IN (…)
_NAME = "[0-9]" * 4 + "-[0-9][0-9]-[0-9][0-9].txt"
_PREVIOUS = re.compile(r"# previous (?:none|([0-9a-f]{64}) (\S+))")
_LINE = re.compile(r"([0-9a-f]{64})  (\S.*)")
_WARC_NAME = re.compile(r"\d{8}T\d{6}Z-.*\.warc\.gz")


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

    @property
    def day(self) -> str:
        """``2024-03-05``."""
        return self.name.removesuffix(".txt")

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

    def dump(self) -> bytes:
        """The file, lines sorted by path."""
        previous = " ".join(self.previous) if self.previous else "none"
        lines = [f"{self.hashes[path]}  {path}\n" for path in sorted(self.hashes)]
        return f"# previous {previous}\n{''.join(lines)}".encode()


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
    """Adds files, hashes by path, to the manifest of the day, and returns its path; None if it has them all.

    A day that another manifest has followed, or that has a root, is closed: then the newest one takes them, or the
    day after. The days before get their roots first. Raises OSError.
    """
    if not hashes:
        return None
    days = manifest_days(storage)
    day = _open_day(storage, days, at)
    name, before = f"{day}.txt", [other for other in days if other < day]
    previous = (storage.sha256(f"manifests/{before[-1]}.txt"), f"{before[-1]}.txt") if before else None
    held = _load(storage, day).hashes if day in days else {}
    if hashes.items() <= held.items():
        return None
    if day not in days:
        close_days(storage, before)
    storage.write(f"manifests/{name}", Manifest(name, previous, held | dict(hashes)).dump())
    return f"manifests/{name}"


def _open_day(storage: Storage, days: list[str], at: datetime) -> str:
    """The day whose manifest is written to now."""
    day = max([f"{at.astimezone(UTC):%Y-%m-%d}", *days[-1:]])
    closed = max(read_roots(storage).keys() & days, default="")
    return day if day > closed else str(date.fromisoformat(closed) + timedelta(days=1))


def enter_new(storage: Storage, engine: sa.Engine, at: datetime) -> str | None:
    """Enters what was written since the newest manifest, by this run or by one that was killed.

    Asks the catalog for the posts, and names of captures for theirs: an old post or capture is
    never read again, so that one that was tampered with never gets a new entry. What was written when
    the clock was behind the newest manifest's day is noted in the catalog. Raises OSError.
    """
    unlisted = Unlisted(engine)
    with engine.begin() as connection:
        one_at_a_time(connection)  # workers that end together
        days = manifest_days(storage)
        newest = _load(storage, days[-1]) if days else Manifest("", None, {})
        noted = set(unlisted.paths(connection))
        captures = _captures_since(storage, newest.day, noted)
        new = _posts_since(connection, newest.day) | _posts_at(connection, noted)
        new |= {path: storage.sha256(path) for path in captures - newest.hashes.keys()}
        changed = {path: sha256 for path, sha256 in new.items() if newest.hashes.get(path) != sha256}
        stamps = _stamps(storage, noted) if changed else {}  # they alone are no reason for a manifest
        entered = enter(storage, changed | stamps, at)
        done = captures | stamps.keys()
        unlisted.forget([path for path in noted if path in done or path.startswith("posts/")], connection)
    return entered


def _posts_since(connection: sa.Connection, day: str) -> dict[str, str]:
    written = sa.select(revisions.c.doc_id).where(revisions.c.seen_at >= day, revisions.c.gone.is_(None))
    query = sa.select(articles.c.path, articles.c.file_hash).where(articles.c.doc_id.in_(written))
    return {row.path: row.file_hash for row in connection.execute(query)}


def _posts_at(connection: sa.Connection, paths: set[str]) -> dict[str, str]:
    doc_ids = sorted(Path(path).stem for path in paths if path.startswith("posts/"))
    hashes: dict[str, str] = {}
    for at in range(0, len(doc_ids), _CHUNK):
        of_these = articles.c.doc_id.in_(doc_ids[at : at + _CHUNK])
        query = sa.select(articles.c.path, articles.c.file_hash).where(of_these)
        hashes.update((row.path, row.file_hash) for row in connection.execute(query) if row.path in paths)
    return hashes


def _stamps(storage: Storage, noted: Collection[str]) -> dict[str, str]:
    """The time stamps that are there and in no manifest yet: who takes one away later changes the days after it."""
    paths = [path for path in noted if path.startswith("manifests/") and storage.exists(path)]
    return {path: storage.sha256(path) for path in paths}


def _load(storage: Storage, day: str) -> Manifest:
    return Manifest.parse(f"{day}.txt", storage.read(f"manifests/{day}.txt") or b"")


def _captures_since(storage: Storage, day: str, noted: Collection[str]) -> set[str]:
    """The paths of the WARCs that are `noted`, or whose run began on that day or later: so their names begin."""
    first = day.replace("-", "")
    since = min([first, *(Path(path).name for path in noted if path.startswith("captures/"))])
    return {
        path
        for name in storage.names("captures", since)
        if (path := f"captures/{name}") in noted or (name >= first and _WARC_NAME.fullmatch(name))
    }
