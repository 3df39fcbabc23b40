"""The WARCs of a run: ``captures/<run>-00000.warc.gz`` and on, each ``….open`` while it is written.

A file left open by a run that was killed is finished by a later one. A run may go on in the last file of its day, so
that small runs don't leave a file each: it only appends, so what a file began with stays as it was.
"""

import math
import os
import threading
from collections.abc import Callable, Mapping, Sequence
from io import BytesIO
from itertools import chain, count
from pathlib import Path

from isal import isal_zlib
from warcio.recordbuilder import RecordBuilder
from warcio.recordloader import ArcWarcRecord
from warcio.warcwriter import WARCWriter

from crawler.archive.file_lock import try_lock
from crawler.archive.files import is_regular, open_regular, regular_descriptor
from crawler.items import Capture
from crawler.warc.scan import Member, scan

_COMPRESSION_LEVEL = 2  # of isal's 0 to 3: files as large as zlib's at level 1, in a quarter of the time
_GZIP_WBITS = isal_zlib.MAX_WBITS + 16
_CLOSED, _OPEN = ".warc.gz", ".open"
_MOST_SHARED = 8 << 20  # bytes of a file in which several runs write: at the end of each all of it is read


class WarcWriter:
    """Appends records, from any thread. A file is made when there is something to write."""

    def __init__(
        self,
        folder: Path,
        run: str,
        most_bytes: int,
        info: Mapping[str, str],
        closed: Callable[[Path], None] = lambda _path: None,
        last: Path | None = None,
    ) -> None:
        """`most_bytes`: a file that has reached it is closed, and the next one begun. `info` is the warcinfo's.

        `closed` hears of each file that has its name. `last`: the file of another run to go on in.
        """
        self._folder = folder
        self._run = run
        self._most_bytes = most_bytes
        self._info = info
        self._closed = closed
        self._last = last
        self._numbers = count()
        self._appending = threading.Lock()
        self._file: _OpenFile | None = None
        self.names: list[str] = []  # of the files that have records

    def append(self, exchanges: Sequence[Sequence[ArcWarcRecord]]) -> list[Capture]:
        """Writes the records of each exchange, and returns where its first one is. All are on the disk then.

        Raises OSError, and leaves the file as it was, if the disk refuses them.
        """
        packed = [[_pack(record) for record in records] for records in exchanges]
        with self._appending:
            file = self._file = self._file or self._go_on() or self._create()
            head = b"" if file.name in self.names else self._warcinfo(file.name)
            offset = file.append(head + b"".join(chain.from_iterable(packed))) + len(head)
            end = file.size
            is_full = end >= min(file.most_bytes, self._most_bytes)
            if head:
                self.names.append(file.name)
            if is_full:
                self._file = None
        if is_full:
            self._finish(file)
        else:
            file.sync(end)
        captures = []
        for first, *others in packed:
            captures.append(Capture(file.name, offset, len(first)))
            offset += len(first) + sum(map(len, others))
        return captures

    def close(self) -> None:
        """Closes the file that is open. Raises OSError."""
        with self._appending:
            file, self._file = self._file, None
        if file:
            self._finish(file)

    def _finish(self, file: "_OpenFile") -> None:
        file.close()
        if file.size:
            self._closed(file.path)

    def _go_on(self) -> "_OpenFile | None":
        """The file of another run, once."""
        last, self._last = self._last, None
        return _OpenFile.reopen(last) if last else None

    def _create(self) -> "_OpenFile":
        self._folder.mkdir(parents=True, exist_ok=True)
        while True:
            if file := _OpenFile.create(self._folder / f"{self._run}-{next(self._numbers):05}.warc.gz"):
                return file

    def _warcinfo(self, name: str) -> bytes:
        return _pack(RecordBuilder(warc_version="1.1").create_warcinfo_record(name, self._info))


class _OpenFile:
    """A WARC that is being written, locked as long as its process lives; ``most_bytes`` are fit for it."""

    def __init__(self, path: Path, descriptor: int, most_bytes: float = math.inf) -> None:
        self.name = path.name
        self.most_bytes = most_bytes
        self.size = os.fstat(descriptor).st_size
        self.path = path
        self._descriptor = descriptor
        self._synced = 0
        self._syncing = threading.Lock()

    @classmethod
    def create(cls, path: Path) -> "_OpenFile | None":
        """A new file, locked; None if another run has the name."""
        unfinished = _unfinished(path)
        try:
            descriptor = os.open(unfinished, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o644)
        except FileExistsError:
            return None
        # Whoever closes a file takes its open name away by renaming it, so this shows one that was closed before.
        if path.exists() or not _lock(descriptor, unfinished):
            os.close(descriptor)
            unfinished.unlink(missing_ok=True)
            return None
        return cls(path, descriptor)

    @classmethod
    def reopen(cls, path: Path) -> "_OpenFile | None":
        """A closed file, locked, and open again; None if another process has it. Raises OSError."""
        try:
            descriptor = regular_descriptor(path, os.O_RDWR | os.O_APPEND)
        except FileNotFoundError:
            return None
        if _unfinished(path).exists() or not _lock(descriptor, path):
            os.close(descriptor)
            return None
        path.rename(_unfinished(path))
        return cls(path, descriptor, _MOST_SHARED)

    def append(self, packed: bytes) -> int:
        """Writes at the end of the file, and returns where that was. Raises OSError; then the file is what it was."""
        offset = os.fstat(self._descriptor).st_size
        try:
            view = memoryview(packed)
            while view:
                view = view[os.write(self._descriptor, view) :]
        except OSError as error:
            os.ftruncate(self._descriptor, offset)
            error.filename = str(self.path)
            raise
        self.size = offset + len(packed)
        return offset

    def sync(self, end: int) -> None:
        """Returns when the file is on the disk up to `end`. One call serves all that wait."""
        with self._syncing:
            if self._synced < end:
                reached = self.size
                self._flush()
                self._synced = reached

    def close(self) -> None:
        """Gives the file its name, once it is on the disk; takes away an empty one."""
        with self._syncing:
            self._flush()
            self._synced = self.size
            if self.size:
                _unfinished(self.path).rename(self.path)
            else:
                _unfinished(self.path).unlink()
            os.close(self._descriptor)

    def _flush(self) -> None:
        try:
            os.fsync(self._descriptor)
        except OSError as error:
            error.filename = str(self.path)
            raise


def left_open(folder: Path) -> list[Path]:
    """The files that runs write, or were killed while they wrote."""
    names = sorted(name for name in _names(folder) if name.endswith(f"{_CLOSED}{_OPEN}"))
    return [path for name in names if is_regular(path := folder / name)]


def finish(unfinished: Path) -> Path | None:
    """Cuts a half record off the end of a file that a killed run left open, and gives it its name, which is returned.

    None where nothing is left to do: a run writes it still, another has finished it, or no record in it is whole;
    then it is taken away. Raises OSError.
    """
    try:
        descriptor = regular_descriptor(unfinished, os.O_RDWR)
    except FileNotFoundError:
        return None
    try:
        if not _lock(descriptor, unfinished):
            return None
        end = _end_of_last_record(unfinished)
        os.ftruncate(descriptor, end)
        os.fsync(descriptor)
        if not end:
            unfinished.unlink()
            return None
        return unfinished.rename(unfinished.with_suffix(""))
    finally:
        os.close(descriptor)


def last_of_day(folder: Path, day: str, most_bytes: int) -> Path | None:
    """The file of the last run of a day, ``20240305``, if it is small enough to go on in."""
    names = [name for name in _names(folder) if name.startswith(f"{day}T") and name.endswith(_CLOSED)]
    last = folder / max(names, default="")
    return last if is_regular(last) and last.stat().st_size < min(most_bytes, _MOST_SHARED) else None


def _names(folder: Path) -> list[str]:
    """The names alone are read: there may be 50,000 files."""
    return os.listdir(folder) if folder.is_dir() else []  # noqa: PTH208  # no Path each


def _lock(descriptor: int, path: Path) -> bool:
    """Takes the file for this process. False if another has it, or has finished it meanwhile."""
    try:
        return try_lock(descriptor) and os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False


def _end_of_last_record(path: Path) -> int:
    end = 0
    with open_regular(path) as file:
        for member in scan(file, 0, path.stat().st_size):
            if isinstance(member, Member):
                end = member.offset + member.length
    return end


def _unfinished(path: Path) -> Path:
    return path.with_name(path.name + _OPEN)


def _pack(record: ArcWarcRecord) -> bytes:
    """A record as a gzip member."""
    plain = BytesIO()
    WARCWriter(plain, gzip=False, warc_version="1.1").write_record(record)
    return isal_zlib.compress(plain.getbuffer(), _COMPRESSION_LEVEL, _GZIP_WBITS)
