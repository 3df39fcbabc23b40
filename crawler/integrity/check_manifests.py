"""Checks manifests against their chain, and the archive against its manifests."""

from collections.abc import Iterator
from pathlib import Path

from crawler.archive.files import open_regular, sha256_of
from crawler.integrity.inventory import Inventory
from crawler.integrity.manifest import continued, manifest_files, parse_head, parse_line
from crawler.integrity.problem import Problem

_Previous = tuple[str, str] | None  # the sha256 and name of a manifest


def check_manifests(root: Path, inventory: Inventory) -> Iterator[Problem]:
    """What is wrong with each, or between them. What they list goes into the inventory, a line at a time."""
    before: _Previous = None
    for path in manifest_files(root):
        where = f"manifests/{path.name}"
        try:
            sha256 = sha256_of(path)
            stated, problems = _read(root, path, inventory)
        except OSError as error:
            yield Problem("unreadable", where, str(error))
            continue
        yield from problems
        if stated != before:
            yield _break(where, stated, before)
        before = sha256, path.name


def _read(root: Path, path: Path, inventory: Inventory) -> tuple[_Previous, list[Problem]]:
    """Which manifest it says it follows, and what is wrong with its lines.

    A capture is only continued: one that was entered with two hashes and does not begin with what had the first
    was tampered with. Of a post the newest entry counts.
    """
    problems = []
    with open_regular(path) as file:
        lines = (line.decode(errors="replace").removesuffix("\n") for line in file)
        first = next(lines, "")
        is_head, previous = parse_head(first)
        faults = [] if is_head else [first]
        for line in lines:
            if not (entry := parse_line(line)):
                faults.append(line)
                continue
            place, sha256 = entry
            earlier = inventory.add_listed(place, sha256, path.name)
            differs = earlier is not None and earlier[0] != sha256 and _is_capture(place)
            if earlier and differs and not _continued(root, place, earlier[0]):
                problems.append(Problem("tampered", place, f"{earlier[1]} and {path.name} differ on it"))
    where = f"manifests/{path.name}"
    return previous, problems + [Problem("bad_manifest", where, f"not a line of it: {line!r}") for line in faults]


def _break(where: str, stated: _Previous, before: _Previous) -> Problem:
    if stated and before and stated[1] == before[1]:
        return Problem("broken_chain", f"manifests/{stated[1]}", f"it isn't what {where} was chained to")
    if stated and stated[1] != (before or ("", ""))[1]:
        return Problem("broken_chain", f"manifests/{stated[1]}", f"{where} is chained to it, and it isn't there")
    return Problem("broken_chain", where, "it is chained to none, and there is one before it")


def compare(root: Path, inventory: Inventory) -> Iterator[Problem]:
    """What isn't as the manifests list it, or is in none of them. Of what can't be read nothing is said."""
    for path, sha256, manifest, is_there in inventory.not_as_listed():
        now = _continued(root, path, sha256) if is_there and _is_capture(path) else ""
        if not is_there:
            yield Problem("missing", path, f"in manifest {manifest}")
        elif not now:
            yield Problem("tampered", path, f"it isn't what it was in manifest {manifest}")
        elif now != sha256:  # else a run has gone on in it, and entered it, since it was read
            yield Problem("unlisted", path, f"what was appended since manifest {manifest} is in none")
    for path in inventory.unlisted():
        if not path.startswith("manifests/"):  # a time stamp, which waits for the next one
            yield Problem("unlisted", path, "in no manifest")


def _is_capture(path: str) -> bool:
    return path.startswith("captures/")


def _continued(root: Path, path: str, sha256: str) -> str:
    """The hash that a capture has by now, if it still begins with what had this one."""
    try:
        with open_regular((root / path).resolve()) as file:
            return continued(file, sha256)
    except OSError:
        return ""
