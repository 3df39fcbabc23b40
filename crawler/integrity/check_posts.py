"""Checks posts against the catalog: each file is read, each row looked for."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from crawler.archive.files import is_regular, read_regular
from crawler.integrity.problem import Problem
from crawler.post.post import Post, Unreadable, post_hash


@dataclass(frozen=True, slots=True)
class CheckedPost:
    """A post that was read, and what is wrong with it; ``sha256`` is empty if the file could not be read."""

    path: str
    sha256: str
    problems: tuple[Problem, ...]


def check_posts(root: Path, known: Mapping[str, str | None]) -> list[CheckedPost]:
    """Reads files; `known` has the catalog's hash by path, None where it has no row. Fit for another process."""
    return [_check(root, path, file_hash) for path, file_hash in known.items()]


def _check(root: Path, path: str, file_hash: str | None) -> CheckedPost:
    try:
        content = read_regular(root / path)
    except OSError as error:
        return CheckedPost(path, "", (Problem("unreadable", path, str(error)),))
    sha256 = post_hash(content)
    problems = []
    if file_hash and sha256 != file_hash:
        problems.append(Problem("changed", path, "it isn't what the catalog wrote"))
    try:
        problems += [Problem("wrong_schema", path, fault) for fault in Post.parse(path, content).faults()]
    except Unreadable as error:
        problems.append(Problem("unreadable", path, str(error)))
    return CheckedPost(path, sha256, tuple(problems))


def misplaced(root: Path, paths: Iterable[str], known: Mapping[str, str]) -> Iterator[Problem]:
    """Files without a row, rows without a file, and articles that stand in two places.

    `known`: the catalog's doc ids by path. Of one doc id, whatever its case, the path that the catalog
    knows is right, or else the first.
    """
    present = sorted(paths)
    by_name: dict[str, list[str]] = defaultdict(list)
    for path in sorted(present, key=lambda path: path not in known):
        by_name[Path(path).stem.casefold()].append(path)
    right_path = {path: places[0] for places in by_name.values() for path in places[1:]}
    for path in present:
        if path in right_path:
            yield Problem("near_duplicate", path, f"also at {right_path[path]}")
        elif path not in known:
            yield Problem("unknown", path, "not in the catalog")
    missing = known.keys() - set(present)
    for path in sorted(missing):
        if not is_regular(root / path):  # it may have been written since
            yield Problem("missing", path, f"the post of {known[path]}")
