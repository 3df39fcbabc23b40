"""Checks posts against the catalog: each file is read, each row looked for."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from crawler.archive.files import is_regular, read_regular
from crawler.integrity.inventory import Inventory
from crawler.integrity.problem import Problem
from crawler.integrity.text_of_post import differences, is_as_read
from crawler.post.minhash import text_bands
from crawler.post.post import Post, Unreadable, post_hash, post_path


@dataclass(frozen=True, slots=True)
class KnownPost:
    """What the catalog has of a post. `bands`: of all its texts that it had."""

    doc_id: str
    url: str
    title: str
    date: str
    path: str
    content_hash: str
    file_hash: str
    revision: int
    bands: frozenset[tuple[int, str]] = frozenset()


@dataclass(frozen=True, slots=True)
class CheckedPost:
    """A post that was read, and what is wrong with it; ``sha256`` is empty if the file could not be read."""

    path: str
    sha256: str
    problems: tuple[Problem, ...]


def check_posts(root: Path, known: Mapping[str, KnownPost | None]) -> list[CheckedPost]:
    """Reads files; `known` has the catalog's row by path, None where it has none. Fit for another process."""
    return [_check(root, path, row) for path, row in known.items()]


def _check(root: Path, path: str, row: KnownPost | None) -> CheckedPost:
    try:
        content = read_regular(root / path)
    except OSError as error:
        return CheckedPost(path, "", (Problem("unreadable", path, str(error)),))
    sha256 = post_hash(content)
    problems = []
    if row and sha256 != row.file_hash:
        problems.append(Problem("changed", path, "it isn't what the catalog wrote"))
    try:
        post = Post.parse(path, content)
        problems += [Problem("wrong_schema", path, fault) for fault in post.faults()]
        if row and not problems:
            problems += [Problem("wrong_row", f"articles {row.doc_id}", fault) for fault in _faults(row, post)]
    except Unreadable as error:
        problems.append(Problem("unreadable", path, str(error)))
    return CheckedPost(path, sha256, tuple(problems))


def _faults(row: KnownPost, post: Post) -> Iterator[str]:
    """Where the catalog has another thing than the post that it wrote."""
    for column in differences(post, row.title, row.date, row.content_hash):
        yield f"{column} is not that of its post"
    if post.url and post.url != row.url:
        yield f"url is {row.url}, in its post {post.url}"
    if post.date and str(post_path(row.doc_id, post.date)) != row.path:
        yield f"path is {row.path}"
    own = set(enumerate(text_bands(post.markdown))) if is_as_read(post) else row.bands
    if own != row.bands if row.revision == 1 else not own <= row.bands:
        yield "bands are not those of its text"


def misplaced(root: Path, inventory: Inventory) -> Iterator[Problem]:
    """Files without a row, rows without a file, and articles that stand in two places.

    Of one doc id, whatever its case, the path that the catalog knows is right, or else the first.
    """
    twice = set()
    for right, *others in inventory.posts_of_one_name():
        twice |= set(others)
        yield from (Problem("near_duplicate", path, f"also at {right}") for path in others)
    for path in inventory.unknown_posts():
        if path not in twice:
            yield Problem("unknown", path, "not in the catalog")
    for path, doc_id in inventory.missing_posts():
        if not is_regular(root / path):  # it may have been written since
            yield Problem("missing", path, f"the post of {doc_id}")
