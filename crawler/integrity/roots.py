"""The roots of the manifests: a Merkle root over each closed day's lines and the root of the day before.

``manifests/roots.txt`` has a line for each closed day, ``2024-03-05 <root>``, which is what is time-stamped.
A root is made of the manifests alone, and is the same however their files are kept; docs/proof.md says how.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from io import BytesIO

from crawler.archive.storage import Storage
from crawler.integrity.merkle import merkle_root

ROOTS = "manifests/roots.txt"
_LINE = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2}) ([0-9a-f]{64})")
Roots = dict[str, str]  # in hex, by day, in the order of days


def parse_roots(content: bytes) -> tuple[Roots, list[str]]:
    """The roots in such a file, and the lines that are none of it."""
    lines = content.decode(errors="replace").removesuffix("\n").split("\n") if content else []
    matches = {line: _LINE.fullmatch(line) for line in lines}
    good = {match[1]: match[2] for match in matches.values() if match and _is_day(match[1])}
    faults = [line for line, match in matches.items() if not (match and _is_day(match[1]))]
    return dict(sorted(good.items())), faults


def dump_roots(roots: Mapping[str, str]) -> bytes:
    """The file."""
    return "".join(statement(day, roots[day]) for day in sorted(roots)).encode()


def statement(day: str, root: str) -> str:
    """The line of the file: what is time-stamped, byte for byte."""
    return f"{day} {root}\n"


def head_of(day: str, previous: tuple[str, str] | None) -> str:
    """The first leaf of a day's tree: the day, and the day and the root before it."""
    return f"# day {day} after {' '.join(previous) if previous else 'none'}"


def leaves(day: str, previous: tuple[str, str] | None, manifest: Iterable[bytes]) -> Iterator[bytes]:
    """Those of a day's tree: its head, and each line of the manifest but the first, without its line feed."""
    yield head_of(day, previous).encode()
    lines = iter(manifest)
    next(lines, None)  # the chain of files, which the head stands for
    for line in lines:
        yield line.removesuffix(b"\n")


def day_root(day: str, previous: tuple[str, str] | None, manifest: Iterable[bytes]) -> str:
    """Of a manifest's lines as they stand in its file, in hex; `previous`: day and root of the manifest before."""
    return merkle_root(leaves(day, previous, manifest)).hex()


def read_roots(storage: Storage) -> Roots:
    """Those of the archive. Raises OSError."""
    return parse_roots(storage.read(ROOTS) or b"")[0]


def close_days(storage: Storage, days: Iterable[str]) -> Roots:
    """Gives these days, all that have a manifest up to one, the roots that they lack; returns all. Raises OSError.

    A closed day's manifest is not written again. A root that is there stays.
    """
    roots = read_roots(storage)
    before = len(roots)
    previous: tuple[str, str] | None = None
    for day in sorted(days):
        if day not in roots:
            roots[day] = day_root(day, previous, BytesIO(storage.read(f"manifests/{day}.txt") or b""))
        previous = day, roots[day]
    if len(roots) > before:
        storage.write(ROOTS, dump_roots(roots))
    return roots


def _is_day(text: str) -> bool:
    try:
        return str(date.fromisoformat(text)) == text
    except ValueError:
        return False
