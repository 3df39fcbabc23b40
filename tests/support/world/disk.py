"""The disk and the power: what a run writes may be refused, and a run may be killed at any step that it takes.

A step is a request, a write, a flush, a file put in its place, or a commit of the catalog.
"""

import errno
import os
import pathlib
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

from sqlalchemy.engine.default import DefaultDialect

from crawler.archive import files, lock
from crawler.warc import writer

WRITES = ("open", "write", "fsync", "flush", "commit")


class Killed(SystemExit):
    """The process is no more. asyncio lets a SystemExit through, wherever it is raised."""


@dataclass
class Accident:
    """What happens to a run: ``kill`` at that step; from step ``refuse`` on, ``times`` writes are refused.

    ``power``: what was not flushed is lost with the kill. ``what``: which kind of writes.
    """

    kill: int | None = None
    power: bool = False
    refuse: int | None = None
    times: int = 1
    what: tuple[str, ...] = WRITES


@dataclass
class Disk:
    """Of an archive in ``root``. ``steps``: of this run so far; ``refused``: what was, in this run."""

    root: Path
    steps: int = 0
    refused: list[str] = field(default_factory=list)
    is_killed: bool = False
    _accident: Accident = field(default_factory=Accident)
    _descriptors: set[int] = field(default_factory=set)
    _flushed: dict[int, int] = field(default_factory=dict)  # bytes that are safe, by inode

    @contextmanager
    def run(self, accident: Accident) -> Iterator[None]:
        """A run of the program, to which `accident` happens."""
        self._accident, self.steps, self.refused, self.is_killed = accident, 0, [], False
        seams: dict[tuple[Any, str], Any] = {
            (files, "os"): _Os(self, "flush"),
            (lock, "os"): _Os(self, "flush"),
            (writer, "os"): _Os(self, "fsync"),
        }
        for name in ("replace", "rename", "unlink"):
            seams[pathlib.Path, name] = _moving(self, name)
        seams[DefaultDialect, "do_commit"] = _committing(self)
        with ExitStack() as stack:
            for (owner, name), seam in seams.items():
                stack.enter_context(patch.object(owner, name, seam))
            yield

    def bury(self) -> None:
        """When a process has died its locks are gone; and with the power, what was not flushed."""
        for descriptor in self._descriptors:
            os.close(descriptor)
        self._descriptors.clear()
        if not self._accident.power:
            return
        for path in self.root.rglob("*"):
            if path.is_file() and not path.name.startswith("catalog.db"):
                safe = self._flushed.get(path.stat().st_ino, 0)
                if path.stat().st_size > safe:
                    os.truncate(path, safe)

    def check(self) -> None:
        """Raises Killed if the process is no more."""
        if self.is_killed:
            raise Killed

    def step(self, what: str, where: str = "") -> None:
        """One more step; raises Killed, or OSError."""
        self.check()
        self.steps += 1
        accident = self._accident
        if accident.kill is not None and self.steps >= accident.kill:
            self.is_killed = True
            raise Killed
        is_due = accident.refuse is not None and self.steps >= accident.refuse
        if is_due and len(self.refused) < accident.times and what in accident.what:
            self.refused.append(f"{what} {where}".strip())
            if what == "commit":
                raise sqlite3.OperationalError("database or disk is full")
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), where)

    def opened(self, descriptor: int) -> None:
        self._descriptors.add(descriptor)

    def closed(self, descriptor: int) -> None:
        self._descriptors.discard(descriptor)

    def flushed(self, descriptor: int) -> None:
        status = os.fstat(descriptor)
        self._flushed[status.st_ino] = status.st_size

    def removed(self, path: Path) -> None:
        if path.exists():
            self._flushed.pop(path.stat().st_ino, None)


class _Os:
    """The module ``os`` for the files that write posts and captures."""

    def __init__(self, disk: Disk, flush: str) -> None:
        """`flush`: what a flush is called as a step."""
        self._disk = disk
        self._flush = flush

    def __getattr__(self, name: str) -> Any:
        return getattr(os, name)

    def open(self, path: Any, flags: int, *arguments: Any, **options: Any) -> int:
        if flags & (os.O_WRONLY | os.O_RDWR):  # a full disk can be read
            self._disk.step("open", str(path))
        descriptor = os.open(path, flags, *arguments, **options)
        self._disk.opened(descriptor)
        return descriptor

    def fdopen(self, descriptor: int, *arguments: Any, **options: Any) -> Any:
        """It is the file's now, which closes it when its block ends, be it by a kill."""
        self._disk.closed(descriptor)
        return os.fdopen(descriptor, *arguments, **options)

    def close(self, descriptor: int) -> None:
        self._disk.closed(descriptor)
        os.close(descriptor)

    def write(self, descriptor: int, content: Any) -> int:
        self._disk.step("write")
        return os.write(descriptor, content)

    def fsync(self, descriptor: int) -> None:
        """Nothing is flushed, for that takes time; it is noted."""
        self._disk.step(self._flush)
        self._disk.flushed(descriptor)


def _committing(disk: Disk) -> Any:
    real = DefaultDialect.do_commit

    def do_commit(dialect: DefaultDialect, connection: Any) -> None:
        disk.step("commit")
        real(dialect, connection)  # type: ignore[no-untyped-call]  # SQLAlchemy has no types for it

    return do_commit


def _moving(disk: Disk, name: str) -> Any:
    real = getattr(pathlib.Path, name)

    def move(path: Path, *arguments: Any, **options: Any) -> Any:
        if disk.root in path.parents:
            disk.step(name, str(path))
            if name == "unlink":
                disk.removed(path)
        return real(path, *arguments, **options)

    return move
