"""A lock on an archive's folder: one process has it alone, or several share it that know of each other."""

import json
import os
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from crawler.archive.file_lock import try_lock
from crawler.archive.files import put_in_place, read_regular, regular_descriptor
from crawler.times import iso, now

_AGAIN = 0.05  # seconds between two attempts


class ArchiveLocked(RuntimeError):
    """Another process writes into the archive; the message says which, and since when."""


@contextmanager
def archive_lock(root: Path, wait: float, shared: bool = False) -> Iterator[None]:
    """Holds the archive at `root`, alone or `shared`; raises ArchiveLocked if that can't be had for `wait` seconds.

    The operating system gives the lock back when a process dies, however it dies.
    Raises OSError for what is no regular file.
    """
    root.mkdir(parents=True, exist_ok=True)
    holder = root / ".lock.json"
    with os.fdopen(regular_descriptor(root / ".lock", os.O_WRONLY | os.O_CREAT | os.O_APPEND), "ab") as file:
        if not succeeds(lambda: try_lock(file, shared), wait):
            raise ArchiveLocked(f"{root} is locked by {_describe(holder)}")
        if shared:
            yield
            return
        try:
            who = {"pid": os.getpid(), "host": socket.gethostname(), "since": iso(now())}
            put_in_place(holder, json.dumps(who).encode())
            yield
        finally:
            holder.unlink(missing_ok=True)


def succeeds(attempt: Callable[[], bool], wait: float) -> bool:
    """Whether `attempt` does within `wait` seconds."""
    end = time.monotonic() + wait
    while not attempt():
        if time.monotonic() >= end:
            return False
        time.sleep(_AGAIN)
    return True


def _describe(holder: Path) -> str:
    try:
        who = json.loads(read_regular(holder))
        return f"process {who['pid']} on {who['host']} since {who['since']}"
    except (OSError, ValueError, KeyError, TypeError):
        return "another process"
