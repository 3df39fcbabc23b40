"""One writer at a time in an archive; or several workers that know of each other, and no one else."""

import fcntl
import json
import os
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import sqlalchemy as sa
from filelock import FileLock, Timeout
from scrapy.settings import BaseSettings

from crawler.locations import archive_dir, archive_url, database_url
from crawler.moments import iso, now

_AGAIN = 0.05  # seconds between two attempts


class ArchiveLocked(RuntimeError):
    """Another process writes into the archive; the message says which, and since when."""


@contextmanager
def writer_lock(settings: BaseSettings, alone: bool = False) -> Iterator[None]:
    """Holds the archive of the settings for this process, or for this worker beside others of its kind.

    `alone`: even with ARCHIVE_REDIS_URL. Raises ArchiveLocked after ARCHIVE_LOCK_WAIT seconds.
    """
    wait = settings.getfloat("ARCHIVE_LOCK_WAIT")
    shared = bool(settings.get("ARCHIVE_REDIS_URL")) and not alone
    url, root = database_url(settings), _locked_folder(settings)
    with ExitStack() as locks:
        if url.startswith("postgresql"):
            from crawler.cluster.database_lock import database_lock  # the file is enough for SQLite

            locks.enter_context(database_lock(url, wait, shared))
        if root:
            locks.enter_context(shared_lock(root, wait) if shared else archive_lock(root, wait))
        yield


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


@contextmanager
def shared_lock(root: Path, wait: float) -> Iterator[None]:
    """The same beside others that hold it so, and against those that want it alone."""
    root.mkdir(parents=True, exist_ok=True)
    with (root / ".lock").open("a") as file:

        def taken() -> bool:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            return True

        if not succeeds(taken, wait):
            raise ArchiveLocked(f"{root} is locked by {_describe(root / '.lock.json')}")
        yield


def _locked_folder(settings: BaseSettings) -> Path | None:
    """The archive's; of one in an object store that of the catalog, if it is in a file."""
    if not archive_url(settings):
        return archive_dir(settings)
    url = sa.make_url(database_url(settings))
    return Path(url.database).parent if url.get_backend_name() == "sqlite" and url.database else None


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
        who = json.loads(holder.read_text(encoding="utf-8"))
        return f"process {who['pid']} on {who['host']} since {who['since']}"
    except (OSError, ValueError, KeyError, TypeError):
        return "another process"
