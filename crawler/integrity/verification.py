"""Everything in an archive read, and what is wrong with it."""

import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from crawler.archive.files import kind_of
from crawler.archive.images import Images
from crawler.archive.tables import aliases, articles, revisions
from crawler.integrity.check_captures import CapturedRevision, CheckedWarc, check_warc, lost_payloads
from crawler.integrity.check_images import check_images
from crawler.integrity.check_manifests import compare, load_manifests
from crawler.integrity.check_posts import CheckedPost, check_posts, misplaced
from crawler.integrity.check_values import check_values
from crawler.integrity.leftovers import strangers, temporary
from crawler.integrity.problem import Problem
from crawler.run.fork_server import end_with_main, fork_server
from crawler.warc.captures import Captures
from crawler.warc.reader import WarcFile

_FOLDERS = ("posts/", "captures/", "images/", "manifests/", "reports/")
_CHUNK = 500  # posts that a worker reads at once
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
    files, others = _walk(root)
    paths = [path for path in files if path.startswith("posts/") and path.endswith(".md")]
    captures = Captures(root / "captures") if (root / "captures").exists() else None
    known = _posts_in_catalog(engine)
    with _processes(workers) as map_:
        posts = _read_posts(root, paths, known, map_)
        warcs, lost = _read_warcs(captures.warcs if captures else {}, engine, map_)
    manifests, problems = load_manifests(root)
    hashes = {post.path: post.sha256 for post in posts}
    hashes |= {_place(root, warc): warc.sha256 for warc in warcs if warc.file.exists()}
    problems += [problem for post in posts for problem in post.problems]
    problems += [problem for warc in warcs for problem in warc.problems]
    problems += lost + list(lost_payloads(warcs))
    problems += misplaced(root, paths, {path: doc_id for path, (doc_id, _) in known.items()})
    problems += check_images(root, files, Images(engine, root).all_files())
    problems += others + list(temporary(root, files, alone))
    strange = {path.relative_to(root).as_posix() for path in captures.others} if captures else set()
    problems += strangers(files, strange - {problem.where for problem in others})
    problems += check_values(engine)
    problems += _unexplained(compare(manifests, hashes), problems)
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


def _posts_in_catalog(engine: sa.Engine) -> dict[str, tuple[str, str]]:
    """Doc id and hash of each post, by its path."""
    query = sa.select(articles.c.path, articles.c.doc_id, articles.c.file_hash)
    with engine.connect() as connection:
        return {row.path: (row.doc_id, row.file_hash) for row in connection.execute(query)}


def _read_posts(root: Path, paths: list[str], known: Mapping[str, tuple[str, str]], map_: _Map) -> list[CheckedPost]:
    hashes = iter([(path, known.get(path, ("", None))[1]) for path in paths])
    chunks = list(iter(lambda: dict(islice(hashes, _CHUNK)), {}))
    return [post for chunk in map_(check_posts, [root] * len(chunks), chunks) for post in chunk]


def _read_warcs(
    warcs: Mapping[str, WarcFile], engine: sa.Engine, map_: _Map
) -> tuple[list[CheckedWarc], list[Problem]]:
    """The WARCs, read, and the revisions whose WARC isn't there."""
    by_file: dict[str, list[CapturedRevision]] = defaultdict(list)
    for revision in _captured_revisions(engine):
        by_file[revision.file].append(revision)
    lost = [
        Problem("lost_capture", revision.name, f"captures/{file} isn't there")
        for file in sorted(by_file.keys() - warcs.keys())
        for revision in by_file[file]
    ]
    return list(map_(check_warc, warcs.values(), [by_file[name] for name in warcs])), lost


def _captured_revisions(engine: sa.Engine) -> Iterator[CapturedRevision]:
    urls: dict[str, list[str]] = defaultdict(list)
    columns = (revisions.c[name] for name in ("doc_id", "number", "capture_file", "capture_offset", "capture_length"))
    query = sa.select(*columns).where(revisions.c.capture_file.is_not(None))
    with engine.connect() as connection:
        for row in connection.execute(sa.select(aliases.c.doc_id, aliases.c.url)):
            urls[row.doc_id].append(row.url)
        for row in connection.execute(query):
            place = (row.capture_file, row.capture_offset, row.capture_length)
            yield CapturedRevision(row.doc_id, row.number, *place, tuple(urls[row.doc_id]))


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
