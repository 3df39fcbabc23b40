"""Files that are whole or not there."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO


def put_in_place(path: Path, content: bytes) -> None:
    """Writes a file beside its place, flushes it, and puts it there in one step.

    Makes the folders it needs. A failure raises OSError, leaves nothing behind, and leaves a file
    that was there as it was. What a killed process leaves has a name that the next attempt takes again:
    an archive has one writer.
    """
    with whole_file(path) as file:
        file.write(content)


@contextmanager
def whole_file(path: Path) -> Iterator[IO[bytes]]:
    """A file that is written part by part: at the end of the block it is in its place, whole; else as it was."""
    beside = temporary(path)
    try:
        with _opened(beside) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def _opened(path: Path) -> IO[bytes]:
    try:
        return path.open("wb")
    except FileNotFoundError:  # of a folder's files only the first
        path.parent.mkdir(parents=True, exist_ok=True)
        return path.open("wb")


def sha256_of(path: Path) -> str:
    """Of a file that may be large, in hex. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def temporary(path: Path) -> Path:
    """Where a file stands while it is written."""
    return path.with_name(f".{path.name}.tmp")
