"""Checks manifests against their chain, and the archive against its manifests."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from crawler.integrity.manifest import Manifest, manifest_files
from crawler.integrity.problem import Problem


def load_manifests(root: Path) -> tuple[list[Manifest], list[Problem]]:
    """The manifests that can be read, by day, and what is wrong with each or between them."""
    manifests, problems = [], []
    for path in manifest_files(root):
        try:
            manifests.append(Manifest.load(path))
        except OSError as error:
            problems.append(Problem("unreadable", f"manifests/{path.name}", str(error)))
    for manifest in manifests:
        where = f"manifests/{manifest.name}"
        problems += [Problem("bad_manifest", where, f"not a line of it: {line!r}") for line in manifest.faults]
    return manifests, problems + list(_breaks(manifests))


def _breaks(manifests: Iterable[Manifest]) -> Iterator[Problem]:
    before: tuple[str, str] | None = None
    for manifest in manifests:
        where, stated = f"manifests/{manifest.name}", manifest.previous
        if stated != before:
            if stated and before and stated[1] == before[1]:
                yield Problem("broken_chain", f"manifests/{stated[1]}", f"it isn't what {where} was chained to")
            elif stated and stated[1] != (before or ("", ""))[1]:
                yield Problem("broken_chain", f"manifests/{stated[1]}", f"{where} is chained to it, and it isn't there")
            else:
                yield Problem("broken_chain", where, "it is chained to none, and there is one before it")
        before = (manifest.sha256, manifest.name)


def compare(manifests: Iterable[Manifest], present: Mapping[str, str]) -> Iterator[Problem]:
    """`present`: the hashes of all posts and captures, by path; empty where one can't be read.

    Of a path the newest entry counts. But a capture never changes: one that was entered with two
    hashes was tampered with.
    """
    newest: dict[str, tuple[str, str]] = {}
    for manifest in manifests:
        for path, sha256 in manifest.hashes.items():
            if path.startswith("captures/") and newest.get(path, (sha256, ""))[0] != sha256:
                yield Problem("tampered", path, f"{newest[path][1]} and {manifest.name} differ on it")
            newest[path] = (sha256, manifest.name)
    for path, (sha256, name) in sorted(newest.items()):
        if path not in present:
            yield Problem("missing", path, f"in manifest {name}")
        elif present[path] and present[path] != sha256:
            yield Problem("tampered", path, f"it isn't what it was in manifest {name}")
    for path in sorted(present.keys() - newest.keys()):
        if present[path]:
            yield Problem("unlisted", path, "in no manifest")
