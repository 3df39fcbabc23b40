"""Files that are whole or not there; and only regular files are opened.

Whoever can write into an archive's folder can put a FIFO there, which would be waited for for ever, or a
link, whose target would be overwritten.
"""

import errno
import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path
from typing import IO

# Windows has none of the first three, and would else read text for bytes.
_FLAGS = sum(getattr(os, name, 0) for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "O_BINARY"))
_CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL
_KINDS = {stat.S_IFREG: "a file", stat.S_IFLNK: "a link", stat.S_IFDIR: "a folder", stat.S_IFIFO: "a FIFO"}


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
    file = _new(beside)
    try:
        with file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)  # it is closed: Windows renames no open file
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def _new(path: Path) -> IO[bytes]:
    """A file made now, and by nobody else. What stands at its name is taken away; a link there is not followed."""
    try:
        path.unlink(missing_ok=True)
        return os.fdopen(regular_descriptor(path, _CREATE), "wb")
    except FileNotFoundError:  # of a folder's files only the first
        path.parent.mkdir(parents=True, exist_ok=True)
        return os.fdopen(regular_descriptor(path, _CREATE), "wb")


def open_regular(path: Path) -> BufferedReader:
    """A file, to be read. Raises OSError, for what is no regular file too."""
    return os.fdopen(regular_descriptor(path, os.O_RDONLY), "rb")


def regular_descriptor(path: Path, flags: int) -> int:
    """The file itself, opened without waiting. Raises OSError for a link, a FIFO, a folder or a device."""
    try:
        descriptor = os.open(path, flags | _FLAGS, 0o666)
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.ENXIO):
            raise _no_file(path) from error
        raise
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise _no_file(path)
    return descriptor


def _no_file(path: Path) -> OSError:
    return OSError(errno.EINVAL, f"{kind_of(path)}, where a file should be", str(path))


def read_regular(path: Path) -> bytes:
    """All of a file. Raises OSError, for what is no regular file too."""
    with open_regular(path) as file:
        return file.read()


def is_regular(path: Path) -> bool:
    """True if a file stands there itself, and no link to one."""
    return kind_of(path) == "a file"


def kind_of(path: Path) -> str:
    """``a file``, or what else stands there; ``nothing``."""
    try:
        mode = path.lstat().st_mode
    except OSError:
        return "nothing"
    return _KINDS.get(stat.S_IFMT(mode), "a device or socket")


def sha256_of(path: Path) -> str:
    """Of a file that may be large, in hex. Raises OSError."""
    with open_regular(path) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def temporary(path: Path) -> Path:
    """Where a file stands while it is written."""
    return path.with_name(f".{path.name}.tmp")
