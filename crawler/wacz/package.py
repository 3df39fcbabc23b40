"""A WACZ 1.1.1 that is written part by part (https://specs.webrecorder.net/wacz/1.1.1/).

Nothing in it is of the moment at which it is written, so that the same captures make the same file. No member may have
2 GB: ReplayWeb.page takes it that a member's own head has no more fields than the zip's list has of it, which with
Zip64 is not so.
"""

import hashlib
import json
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO, Any

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

from crawler.wacz.signature import sign

VERSION = "1.1.1"
WARCS, INDEX, INDEX_BLOCKS, PAGES = "archive/", "indexes/index.cdx.gz", "indexes/index.idx", "pages/pages.jsonl"
DATAPACKAGE, DIGEST = "datapackage.json", "datapackage-digest.json"
_AT = (1980, 1, 1, 0, 0, 0)  # the first time that a zip can state


@dataclass(frozen=True, slots=True)
class About:
    """What the package says of itself; ``name`` is its owner's, as a source, ``created`` a time of RFC 3339."""

    title: str
    description: str
    created: str
    software: tuple[str, str]
    name: str = ""
    contact: str = ""


class Package:
    """Its members are written one after the other, and `finish` ends it."""

    def __init__(self, file: IO[bytes]) -> None:
        self._zip = zipfile.ZipFile(file, "w")
        self._resources: list[dict[str, Any]] = []

    def add(self, path: str, parts: Iterable[bytes], is_compressed: bool = True) -> None:
        """Writes a member; one that is compressed in itself is stored, so that a part of it can be read alone."""
        sha256, size = hashlib.sha256(), 0
        with self._open(path, zipfile.ZIP_STORED if is_compressed else zipfile.ZIP_DEFLATED) as member:
            for part in parts:
                member.write(part)
                sha256.update(part)
                size += len(part)
        name = PurePosixPath(path).name
        self._resources.append({"name": name, "path": path, "hash": f"sha256:{sha256.hexdigest()}", "bytes": size})

    def finish(self, about: About, key: EllipticCurvePrivateKey | None) -> None:
        """Writes what the package says of itself, signed if there is a key."""
        content = _json(_datapackage(about, self._resources))
        digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
        signed = {"signedData": sign(key, digest, about.created, about.software)} if key else {}
        for path, data in ((DATAPACKAGE, content), (DIGEST, _json({"path": DATAPACKAGE, "hash": digest} | signed))):
            with self._open(path, zipfile.ZIP_DEFLATED) as member:
                member.write(data)
        self._zip.close()

    @contextmanager
    def _open(self, path: str, method: int) -> Iterator[IO[bytes]]:
        info = zipfile.ZipInfo(path, _AT)
        info.compress_type = method
        info.external_attr = 0o644 << 16
        with self._zip.open(info, "w") as member:
            yield member


def _datapackage(about: About, resources: list[dict[str, Any]]) -> dict[str, Any]:
    name, version = about.software
    content: dict[str, Any] = {
        "profile": "data-package",
        "wacz_version": VERSION,
        "title": about.title,
        "description": about.description,
        "created": about.created,
        "software": f"{name} {version}",
        "resources": resources,
    }
    if about.name:
        content["name"] = about.name
    if about.contact:
        content["contributors"] = [{"title": about.contact, "role": "publisher"}]
    return content


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=2).encode() + b"\n"
