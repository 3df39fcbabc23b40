"""Whether a setting names a place that can be what it is to be: each raises ValueError that says what is wanted."""

from collections.abc import Collection
from pathlib import Path, PureWindowsPath
from tempfile import TemporaryFile
from urllib.parse import urlsplit

import sqlalchemy as sa
from w3lib.url import file_uri_to_path

FEED_FORMATS = {".xml": "atom", ".atom": "atom", ".json": "jsonfeed"}  # by how a feed's file is named
_CAPTURES = (b"WARC/", b"\x1f\x8b", b"PK")  # with what a WARC, a packed one and a .wacz begin


def archive_place(text: str) -> None:
    """ARCHIVE_DIR: a folder, there or not, or an object store."""
    if not text.strip():
        raise ValueError("it is empty")
    scheme, is_store, name = text.partition("://")
    if is_store:
        _object_store(scheme, name, text)
        return
    folder = _path(text)
    if (folder.exists() or folder.is_symlink()) and not folder.is_dir():
        raise ValueError(f"{folder} is no folder, and one is wanted")


def replay_source(text: str) -> None:
    """ARCHIVE_REPLAY_FROM: something that is there."""
    if not text:
        return
    path = _path(text)
    if not path.exists():
        raise ValueError(f"there is no file or folder {text}")
    if not path.is_dir() and not (path.is_file() and _begins(path, _CAPTURES)):
        raise ValueError(f"{text} is no WARC, no .wacz and no folder of saved pages")


def _begins(path: Path, signs: tuple[bytes, ...]) -> bool:
    with path.open("rb") as file:
        return file.read(max(map(len, signs))).startswith(signs)


def output_place(text: str, schemes: Collection[str]) -> None:
    """-o, -O and FEEDS: a file that can be written, there or not; what is at an address, Scrapy's `schemes` know."""
    scheme = "file" if PureWindowsPath(text).drive else urlsplit(text).scheme
    if scheme not in schemes:
        raise ValueError(f"nothing can be stored at {scheme}://; known are {', '.join(sorted(filter(None, schemes)))}")
    if scheme not in ("", "file"):
        return
    path = Path(file_uri_to_path(text) if text.startswith("file:") else text)
    try:
        file_place(str(path))
        if path.is_file():
            path.open("ab").close()
        elif not path.exists():
            with TemporaryFile(dir=next(folder for folder in path.absolute().parents if folder.exists())):
                pass
    except OSError as error:
        raise ValueError(f"{text}: {error.strerror}") from None


def file_place(text: str) -> None:
    """ARCHIVE_METRICS_FILE: a file, there or not."""
    if text and _path(text).is_dir():
        raise ValueError(f"{text} is a folder, a file is wanted")


def certificates_file(text: str) -> None:
    """ARCHIVE_TSA_CERTIFICATES: a PEM file with one at least."""
    present_file(text)
    try:
        if text and b"-----BEGIN CERTIFICATE-----" not in _path(text).read_bytes():
            raise ValueError(f"{text} has no certificate in PEM")
    except OSError as error:
        raise ValueError(f"{text} can't be read: {error.strerror}") from None


def feed_place(text: str) -> None:
    """ARCHIVE_FEED, ARCHIVE_EDITS_FEED: a file, there or not, whose name says the format."""
    file_place(text)
    if text and _path(text).suffix.lower() not in FEED_FORMATS:
        raise ValueError(f"a name that ends in {', '.join(FEED_FORMATS)} is wanted, not {text!r}")


def present_file(text: str) -> None:
    """ARCHIVE_SIGNING_KEY: a file that is there."""
    if text and not _path(text).is_file():
        raise ValueError(f"there is no file {text}")


def database_address(text: str) -> None:
    """ARCHIVE_DATABASE_URL; the message does not repeat it, it may hold a password."""
    try:
        url = sa.make_url(text or "sqlite:///catalog.db")
    except sa.exc.ArgumentError:
        url = None
    kind = url.get_backend_name() if url else ""
    if kind != "postgresql" and not (kind == "sqlite" and url and url.database):
        raise ValueError("sqlite:///FILE or postgresql+psycopg://USER@HOST/DATABASE is wanted")


def web_address(text: str) -> None:
    """ARCHIVE_WEBHOOK_URL, ARCHIVE_TSA_URL; it is not repeated either."""
    try:
        is_good = not text or (text.startswith(("http://", "https://")) and bool(urlsplit(text).hostname))
    except ValueError:
        is_good = False
    if not is_good:
        raise ValueError("an address that begins with http:// or https:// is wanted")


def _object_store(scheme: str, name: str, text: str) -> None:
    try:
        from fsspec import get_filesystem_class

        get_filesystem_class(scheme)
    except ValueError:
        raise ValueError(f"no object store is known as {scheme}://; a folder or s3://BUCKET/NAME is wanted") from None
    except ImportError as error:
        raise ValueError(f"{text} needs s3fs: pip install -r requirements-cluster.txt") from error
    if not name:
        raise ValueError(f"{text} names no bucket; s3://BUCKET/NAME is wanted")


def _path(text: str) -> Path:
    try:
        return Path(text).expanduser()
    except RuntimeError:
        raise ValueError(f"there is no such home folder: {text}") from None
