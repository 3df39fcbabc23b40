"""A lock on an open file, which the system gives back when its process ends, however it does: flock(2)."""

from typing import IO

try:
    import fcntl
except ImportError:  # on Windows, where what only reads works all the same
    fcntl = None  # type: ignore[assignment]

CAN_LOCK = fcntl is not None


def try_lock(file: int | IO[bytes], shared: bool = False) -> bool:
    """Whether it could be taken at once, alone or `shared`. Raises RuntimeError where files can't be locked."""
    if not CAN_LOCK:
        raise RuntimeError("this system can't lock files, so no archive is written: run it on Linux, macOS or in WSL")
    try:
        fcntl.flock(file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
