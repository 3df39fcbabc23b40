"""Everything in an archive read, and what is wrong with it."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from crawler.archive.files import kind_of
from crawler.archive.images import Images
from crawler.archive.tables import articles
from crawler.integrity.check_captures import CheckedWarc, check_warc, lost_payloads
from crawler.integrity.check_catalog import check_catalog, damaged
from crawler.integrity.check_images import check_images
from crawler.integrity.check_manifests import compare, load_manifests
from crawler.integrity.check_posts import CheckedPost, check_posts, misplaced
from crawler.integrity.check_revisions import check_revisions
from crawler.integrity.check_values import check_values
from crawler.integrity.known import captured, files_named, known_posts, payloads_in
from crawler.integrity.leftovers import strangers, temporary
from crawler.integrity.problem import Problem
from crawler.run.fork_server import end_with_main, fork_server
from crawler.warc.captures import Captures
from crawler.warc.reader import WarcFile

_FOLDERS = ("posts/", "captures/", "images/", "manifests/", "reports/")
_CHUNK = 500  # posts that a worker reads at once
_AHEAD = 8  # chunks that are given out at once
_Map = Callable[..., Iterable[Any]]


@dataclass(frozen=True, slots=True)
class Verified:
    """What was read, and what is wrong, by kind and place."""

    posts: int
    captures: int
    problems: tuple[Problem, ...]


def verify(root: Path, engine: sa.Engine, workers: int, alone: bool) -> Verified:
    """Reads the whole archive, and changes nothing. `workers`: processes that read; 1: this one does.

    `alone`: nothing else writes. Otherwise what a run is just writing may be named, but for its
    temporary files.
    """
    if faults := damaged(engine):
        return Verified(0, 0, tuple(faults))  # what it says of the files is worth nothing
    files, others = _walk(root)
    paths = [path for path in files if path.startswith("posts/") and path.endswith(".md")]
    captures = Captures(root / "captures") if (root / "captures").exists() else None
    known = _posts_in_catalog(engine)
    with _processes(workers) as map_:
        posts = list(_read_posts(root, paths, engine, map_))
        warcs, lost = _read_warcs(captures.warcs if captures else {}, engine, map_)
    manifests, problems = load_manifests(root)
    hashes = {post.path: post.sha256 for post in posts}
    hashes |= {_place(root, warc): warc.sha256 for warc in warcs if warc.file.exists()}
    problems += [problem for post in posts for problem in post.problems]
    problems += [problem for warc in warcs for problem in warc.problems]
    problems += lost + list(lost_payloads(warcs))
    problems += misplaced(root, paths, known)
    problems += [*check_catalog(engine, root), *check_revisions(engine)]
    problems += check_images(root, files, Images(engine, root).all_files())
    problems += others + list(temporary(root, files, alone))
    strange = {path.relative_to(root).as_posix() for path in captures.others} if captures else set()
    problems += strangers(files, strange - {problem.where for problem in others})
    problems += check_values(engine)
    problems += _unexplained(compare(manifests, hashes), problems)
    unknown = {Path(problem.where).stem for problem in problems if problem.kind == "unknown"}
    problems = [problem for problem in problems if problem.kind != "orphan" or problem.where.split()[-1] not in unknown]
    order = sorted(set(problems), key=lambda problem: (problem.kind, problem.where, problem.what))
    return Verified(len(posts), sum(warc.captures for warc in warcs), tuple(order))


def _walk(root: Path) -> tuple[list[str], list[Problem]]:
    """The files, and what in the archive's folders is none. The folders themselves may be on other disks."""
    tops = sorted(root.iterdir()) if root.exists() else []
    paths = [top.name for top in tops if not top.is_dir()]
    for top in filter(Path.is_dir, tops):
        for parent, folders, names in os.walk(top):
            folders.sort()
            links = [name for name in folders if Path(parent, name).is_symlink()]
            paths += (Path(parent, name).relative_to(root).as_posix() for name in sorted([*names, *links]))
    kinds = {path: kind_of(root / path) for path in paths if path.startswith(_FOLDERS)}
    strange = {path: kind for path, kind in kinds.items() if kind not in ("a file", "nothing")}
    others = [Problem("not_a_file", path, f"{kind}, where a file should be") for path, kind in strange.items()]
    return [path for path in paths if path not in strange], others


def _place(root: Path, warc: CheckedWarc) -> str:
    """In the archive; a link's is where the link is."""
    is_here = warc.file.is_relative_to(root)
    return warc.file.relative_to(root).as_posix() if is_here else f"captures/{warc.name}"


@contextmanager
def _processes(workers: int) -> Iterator[_Map]:
    if workers == 1:
        yield map
        return
    with ProcessPoolExecutor(workers, fork_server(), end_with_main) as pool:
        yield pool.map


def _posts_in_catalog(engine: sa.Engine) -> dict[str, str]:
    """The doc id of each post, by its path."""
    with engine.connect() as connection:
        return {row.path: row.doc_id for row in connection.execute(sa.select(articles.c.path, articles.c.doc_id))}


def _read_posts(root: Path, paths: list[str], engine: sa.Engine, map_: _Map) -> Iterator[CheckedPost]:
    """Of all rows only those are held that workers are busy with."""
    chunks = [paths[at : at + _CHUNK] for at in range(0, len(paths), _CHUNK)]
    for at in range(0, len(chunks), _AHEAD):
        rows = [known_posts(engine, chunk) for chunk in chunks[at : at + _AHEAD]]
        for checked in map_(check_posts, [root] * len(rows), rows):
            yield from checked


def _read_warcs(
    warcs: Mapping[str, WarcFile], engine: sa.Engine, map_: _Map
) -> tuple[list[CheckedWarc], list[Problem]]:
    """The WARCs, read, and what the catalog has in WARCs that are not there."""
    with engine.connect() as connection:
        named = {name for query in files_named() for name in connection.scalars(query) if name}
    lost = [
        Problem("lost_capture", place.name, f"captures/{place.file} isn't there")
        for place in captured(engine, sorted(named - warcs.keys()))
    ]
    names = list(warcs)
    checked: list[CheckedWarc] = []
    for at in range(0, len(names), _AHEAD):
        part = names[at : at + _AHEAD]
        places = captured(engine, part)
        of_each = [[place for place in places if place.file == name] for name in part]
        pages = [payloads_in(engine, name) for name in part]
        checked += map_(check_warc, [warcs[name] for name in part], of_each, pages)
    return checked, lost


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
