"""Files that are no part of an archive, or not any more."""

import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from crawler.archive.file_lock import CAN_LOCK, try_lock
from crawler.archive.files import open_regular
from crawler.integrity.problem import Problem

_SETTLED = 60  # seconds after which a temporary file is nobody's any more


def temporary(root: Path, paths: Iterable[str], alone: bool) -> Iterator[Problem]:
    """What writers left that were killed. `alone`: no other writes now."""
    for path in paths:
        name = path.rpartition("/")[2]
        if name.startswith(".") and name.endswith(".tmp") and (alone or _is_settled(root / path)):
            yield Problem("temporary", path, "a write that was not finished")
        elif path.startswith("captures/") and name.endswith(".open") and not _is_being_written(root / path):
            yield Problem("temporary", path, "captures of a run that was killed")


def strangers(paths: Iterable[str], others: Iterable[str]) -> Iterator[Problem]:
    """`others`: files among the captures that are none. Hidden ones are nobody's business."""
    strange = set(others)
    for path in paths:
        is_hidden = path.rpartition("/")[2].startswith(".")
        if path in strange or (path.startswith("posts/") and not path.endswith(".md") and not is_hidden):
            yield Problem("unknown", path, "no file of an archive")


def _is_settled(path: Path) -> bool:
    try:
        return time.time() - path.stat().st_mtime > _SETTLED
    except FileNotFoundError:
        return False


def _is_being_written(path: Path) -> bool:
    """A run locks the captures that it writes. So counts what is finished meanwhile, or in doubt."""
    try:
        with open_regular(path) as file:
            return not CAN_LOCK or not try_lock(file, shared=True)
    except FileNotFoundError:
        return True
