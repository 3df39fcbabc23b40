"""Where the files of an archive are: in a folder, or in an object store.

Paths are relative to the archive, with slashes. An object is whole or not there, as a file is that
``put_in_place`` wrote; captures are written in a folder and put into the store when they are closed.
"""

import hashlib
import os
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from scrapy.settings import BaseSettings

from crawler.archive.files import open_regular, put_in_place, read_regular, sha256_of, whole_file
from crawler.archive.paths import archive_dir, archive_url, no_folder

_BLOCK = 2**20


class Storage(Protocol):
    """Every method raises OSError, naming the file, where the disk or the store refuses."""

    @property
    def root(self) -> Path:
        """The folder. Raises UsageError where there is none."""

    def where(self, path: str) -> str:
        """The file as a person would name it."""

    def read(self, path: str) -> bytes | None:
        """All of a file; None if there is none."""

    def lines(self, path: str) -> Iterator[bytes]:
        """Those of a file, with their ends; none if there is no such file."""

    def write(self, path: str, content: bytes) -> None:
        """A file that is whole when it is there; in the place of one that is there."""

    def write_parts(self, path: str, parts: Iterable[bytes]) -> None:
        """It too, of parts that need not be in memory at once."""

    def exists(self, path: str) -> bool:
        """True if there is such a file."""

    def names(self, folder: str, since: str = "") -> Iterable[str]:
        """Of the files right in a folder, from `since` on, sorted; none if there is no such folder."""

    def sha256(self, path: str) -> str:
        """Of a file that may be large."""


class Folder:
    """On a disk."""

    def __init__(self, root: Path) -> None:
        self._root = root

    @property
    def root(self) -> Path:
        """The folder, absolute."""
        return self._root

    def where(self, path: str) -> str:
        """The absolute path."""
        return str(self.root / path)

    def read(self, path: str) -> bytes | None:
        """All of a file; None if there is none."""
        try:
            return read_regular(self.root / path)
        except (FileNotFoundError, NotADirectoryError):
            return None

    def lines(self, path: str) -> Iterator[bytes]:
        """Read one by one."""
        try:
            with open_regular(self.root / path) as file:
                yield from file
        except (FileNotFoundError, NotADirectoryError):
            return

    def write(self, path: str, content: bytes) -> None:
        """Written beside its place, flushed, and put there."""
        put_in_place(self.root / path, content)

    def write_parts(self, path: str, parts: Iterable[bytes]) -> None:
        """Written beside its place, part by part."""
        with whole_file(self.root / path) as file:
            file.writelines(parts)

    def exists(self, path: str) -> bool:
        """True if there is such a file."""
        return (self.root / path).exists()

    def names(self, folder: str, since: str = "") -> list[str]:
        """Sorted. The folder tells what is a file: of ten thousands none is looked at by itself."""
        try:
            with os.scandir(self.root / folder) as entries:
                return sorted(
                    entry.name for entry in entries if entry.name >= since and entry.is_file(follow_symlinks=False)
                )
        except (FileNotFoundError, NotADirectoryError):
            return []

    def sha256(self, path: str) -> str:
        """In hex."""
        return sha256_of(self.root / path)


class DryFolder(Folder):
    """A folder that is looked at and in which nothing is written."""

    def write(self, path: str, content: bytes) -> None:
        """Nothing."""

    def write_parts(self, path: str, parts: Iterable[bytes]) -> None:
        """Nothing."""


class ObjectStore:
    """Whatever fsspec knows by its URL; credentials come from where its driver looks for them."""

    def __init__(self, url: str) -> None:
        """Raises RuntimeError if fsspec or the driver is not installed."""
        try:
            from fsspec.core import url_to_fs

            self._fs, self._root = url_to_fs(url, use_listings_cache=False)
        except ImportError as error:
            raise RuntimeError(f"ARCHIVE_DIR={url}: {error}: pip install -r requirements-cluster.txt") from error
        self._url = url.rstrip("/")

    @property
    def root(self) -> Path:
        """Raises UsageError: what asks for a folder works on one."""
        raise no_folder(self._url)

    def where(self, path: str) -> str:
        """Its URL."""
        return f"{self._url}/{path}"

    def read(self, path: str) -> bytes | None:
        """All of an object; None if there is none."""
        try:
            content: bytes = self._ask(path, self._fs.cat_file, f"{self._root}/{path}")
        except FileNotFoundError:
            return None
        return content

    def lines(self, path: str) -> Iterator[bytes]:
        """An object is read whole."""
        return iter((self.read(path) or b"").splitlines(keepends=True))

    def write(self, path: str, content: bytes) -> None:
        """In one step: a store shows the old object or the new one."""
        self._ask(path, self._fs.pipe_file, f"{self._root}/{path}", content)

    def write_parts(self, path: str, parts: Iterable[bytes]) -> None:
        """An object is written whole."""
        self.write(path, b"".join(parts))

    def upload(self, path: str, file: Path) -> None:
        """Puts a file there that may be large: a store shows it when it is complete."""
        self._ask(path, self._fs.put_file, str(file), f"{self._root}/{path}")

    def exists(self, path: str) -> bool:
        """True if there is such an object."""
        return bool(self._ask(path, self._fs.exists, f"{self._root}/{path}"))

    def names(self, folder: str, since: str = "") -> list[str]:
        """Sorted."""
        try:
            paths = self._ask(folder, partial(self._fs.ls, detail=False), f"{self._root}/{folder}")
        except FileNotFoundError:
            return []
        return sorted(name for path in paths if (name := str(path).rpartition("/")[2]) >= since)

    def sha256(self, path: str) -> str:
        """Of what the store has: it is read back."""
        digest = hashlib.sha256()
        with self._ask(path, self._fs.open, f"{self._root}/{path}") as file:
            while block := self._ask(path, file.read, _BLOCK):
                digest.update(block)
        return digest.hexdigest()

    def _ask(self, path: str, ask: Any, *arguments: object) -> Any:
        """Drivers raise what their client libraries do."""
        try:
            return ask(*arguments)
        except FileNotFoundError as error:  # the object, or the bucket
            raise FileNotFoundError(f"{self.where(path)}: {error}") from error
        except Exception as error:
            raise OSError(f"{self.where(path)}: {type(error).__name__}: {error}") from error


def open_storage(settings: BaseSettings) -> Storage:
    """That of ARCHIVE_DIR."""
    url = archive_url(settings)
    return ObjectStore(url) if url else Folder(archive_dir(settings))
