"""One writer at a time in an archive."""

import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from crawler.moments import iso, now


class ArchiveLocked(RuntimeError):
    """Another process writes into the archive; the message says which, and since when."""


@contextmanager
def archive_lock(root: Path, wait: float) -> Iterator[None]:
    """Holds the archive at `root`; raises ArchiveLocked if another process does for `wait` seconds more.

    The operating system gives the lock back when a process dies, however it dies.
    """
    root.mkdir(parents=True, exist_ok=True)
    holder = root / ".lock.json"
    lock = FileLock(root / ".lock")
    try:
        lock.acquire(timeout=wait)
    except Timeout:
        raise ArchiveLocked(f"{root} is locked by {_describe(holder)}") from None
    try:
        who = {"pid": os.getpid(), "host": socket.gethostname(), "since": iso(now())}
        holder.write_text(json.dumps(who), encoding="utf-8")
        yield
    finally:
        holder.unlink(missing_ok=True)
        lock.release()


def _describe(holder: Path) -> str:
    try:
        who = json.loads(holder.read_text(encoding="utf-8"))
        return f"process {who['pid']} on {who['host']} since {who['since']}"
    except (OSError, ValueError, KeyError, TypeError):
        return "another process"
