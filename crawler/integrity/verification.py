"""Everything in an archive read, and what is wrong with it."""

import os
import signal
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from crawler.archive.files import kind_of
from crawler.archive.images import Images
from crawler.archive.tables import articles
from crawler.integrity.check_captures import CheckedWarc, lost_captures, lost_payloads, read_part, wrong_pages
from crawler.integrity.check_catalog import check_catalog, damaged
from crawler.integrity.check_images import check_images
from crawler.integrity.check_manifests import check_manifests, compare
from crawler.integrity.check_posts import CheckedPost, check_posts, misplaced
from crawler.integrity.check_revisions import check_revisions
from crawler.integrity.check_roots import check_roots
from crawler.integrity.check_values import check_values
from crawler.integrity.inventory import Inventory
from crawler.integrity.known import known_posts
from crawler.integrity.leftovers import strangers, temporary
from crawler.integrity.problem import Problem
from crawler.run.fork_server import end_with_main, fork_server
from crawler.warc.captures import Captures
from crawler.warc.reader import WarcFile

_FOLDERS = ("posts/", "captures/", "images/", "manifests/", "reports/")
_CHUNK = 500  # posts that a worker reads at once
_AHEAD = 8  # chunks that are given out at once
_WARCS = 8  # that are read at once
_CAPTURES = 500  # of each
_ROWS = 1000  # of the catalog, that are read at once
_Map = Callable[..., Iterable[Any]]


@dataclass(frozen=True, slots=True)
class Verified:
    """What was read, what is wrong, by kind and place, and a sentence on the time stamps, if there are any."""

    posts: int
    captures: int
    problems: tuple[Problem, ...]
    stamped: str = ""


def verify(root: Path, engine: sa.Engine, workers: int, alone: bool, trusted: Path | None = None) -> Verified:
    """Reads the whole archive, and changes nothing. `workers`: processes that read; 1: this one does.

    `alone`: nothing else writes. Otherwise what a run is just writing may be named, but for its
    temporary files. `trusted`: certificates that time stamps must go back to.
    """
    if faults := damaged(engine):
        return Verified(0, 0, tuple(faults))  # what it says of the files is worth nothing
    with closing(Inventory()) as inventory, _processes(workers) as map_:
        return _verify(root, engine, map_, alone, trusted, inventory)


def _verify(
    root: Path, engine: sa.Engine, map_: _Map, alone: bool, trusted: Path | None, inventory: Inventory
) -> Verified:
    problems: list[Problem] = []
    files: list[str] = []  # but for the posts, of which no list is held
    captures = Captures(root / "captures") if (root / "captures").exists() else None
    with engine.connect() as connection:
        known = connection.execution_options(yield_per=_ROWS).execute(sa.select(articles.c.path, articles.c.doc_id))
        inventory.add_known((row.path, row.doc_id) for row in known)
    posts = 0
    for post in _read_posts(root, _posts(root, files, problems), engine, map_, inventory):
        inventory.add_post(post.path, post.sha256)
        problems += post.problems
        posts += 1
    others = {problem.where for problem in problems if problem.kind == "not_a_file"}
    warcs = captures.warcs if captures else {}
    unread: set[str] = set()
    captured = 0
    for warc in _read_warcs(warcs, map_, inventory):
        if warc.file.current_path().exists():
            inventory.add_capture(_place(root, warc.file), warc.sha256)
        unread |= {warc.file.name} if warc.is_unread else set()
        problems += warc.problems
        captured += warc.captures
    problems += [*lost_captures(engine, inventory, warcs, unread), *wrong_pages(engine, inventory, warcs, unread)]
    problems += lost_payloads(inventory)
    problems += misplaced(root, inventory)
    problems += [*check_catalog(engine, root), *check_revisions(engine)]
    problems += check_images(root, files, Images(engine, root).all_files())
    problems += temporary(root, files, alone)
    strange = {path.relative_to(root).as_posix() for path in captures.others} if captures else set()
    problems += strangers(files, strange - others)
    problems += check_values(engine)
    problems += check_manifests(root, inventory)
    roots = check_roots(root, inventory, trusted, map_)
    problems += roots.problems
    problems += _unexplained(compare(root, inventory), problems)
    unknown = {Path(problem.where).stem for problem in problems if problem.kind == "unknown"}
    problems = [problem for problem in problems if problem.kind != "orphan" or problem.where.split()[-1] not in unknown]
    order = sorted(set(problems), key=lambda problem: (problem.kind, problem.where, problem.what))
    return Verified(posts, captured, tuple(order), roots.until())


def _posts(root: Path, files: list[str], problems: list[Problem]) -> Iterator[str]:
    """The posts, folder by folder. The other files go to `files`, and to `problems` what is none."""
    for path in _walk(root):
        kind = kind_of(root / path) if path.startswith(_FOLDERS) else "a file"
        if kind not in ("a file", "nothing"):
            problems.append(Problem("not_a_file", path, f"{kind}, where a file should be"))
        elif path.startswith("posts/") and path.endswith(".md"):
            yield path
        else:
            files.append(path)


def _walk(root: Path) -> Iterator[str]:
    """The files, and links to folders. The archive's folders themselves may be on other disks."""
    for top in sorted(root.iterdir()) if root.exists() else []:
        if not top.is_dir():
            yield top.name
            continue
        for parent, folders, names in os.walk(top):
            folders.sort()
            links = [name for name in folders if Path(parent, name).is_symlink()]
            yield from (Path(parent, name).relative_to(root).as_posix() for name in sorted([*names, *links]))


def _place(root: Path, warc: WarcFile) -> str:
    """In the archive; a link's is where the link is."""
    return warc.path.relative_to(root).as_posix() if warc.path.is_relative_to(root) else f"captures/{warc.name}"


@contextmanager
def _processes(workers: int) -> Iterator[_Map]:
    if workers == 1:
        yield map
        return
    with ProcessPoolExecutor(workers, fork_server(), _prepare_worker) as pool:
        yield pool.map


def _prepare_worker() -> None:
    """It hears SIGTERM: by that the executor ends the others when one has died, and waits for them."""
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
    end_with_main()


def _read_posts(
    root: Path, paths: Iterator[str], engine: sa.Engine, map_: _Map, inventory: Inventory
) -> Iterator[CheckedPost]:
    """Of all rows only those are held that workers are busy with."""
    while ahead := list(islice(paths, _CHUNK * _AHEAD)):
        chunks = [ahead[at : at + _CHUNK] for at in range(0, len(ahead), _CHUNK)]
        rows = [known_posts(engine, chunk, inventory.doc_ids(chunk)) for chunk in chunks]
        for checked in map_(check_posts, [root] * len(rows), rows):
            yield from checked


def _read_warcs(warcs: Mapping[str, WarcFile], map_: _Map, inventory: Inventory) -> Iterator[CheckedWarc]:
    """A few are read at once, a part of each: of all captures only those are held. They go into the inventory."""
    waiting = iter(warcs.values())
    reading: list[CheckedWarc] = []
    while reading := [*reading, *map(CheckedWarc, islice(waiting, _WARCS - len(reading)))]:
        places = [(warc.file, warc.start, _CAPTURES, warc.run) for warc in reading]
        parts = map_(read_part, *zip(*places, strict=True))
        for warc, part in zip(reading, parts, strict=True):
            warc.take(part)
            inventory.add_captures(warc.file.name, part.captures)
        yield from (warc for warc in reading if warc.is_read)
        reading = [warc for warc in reading if not warc.is_read]


def _unexplained(compared: Iterable[Problem], problems: list[Problem]) -> list[Problem]:
    """What the manifests show and nothing else explains."""
    named = {problem.where for problem in problems if problem.kind in ("missing", "changed")}
    strange = {problem.where for problem in problems if problem.kind in ("unknown", "near_duplicate")}
    return [
        problem
        for problem in compared
        if not (problem.where in named and problem.kind in ("missing", "tampered"))
        and not (problem.where in strange and problem.kind == "unlisted")
    ]
