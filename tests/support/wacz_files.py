"""WACZ files made by hand, whole or with something wrong about them."""

import hashlib
import json
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from tests.support.warcs import save

WARC = "archive/data.warc.gz"
PAGES = "pages/pages.jsonl"


def sha256(content: bytes) -> str:
    """As a datapackage states it."""
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def datapackage(members: Mapping[str, bytes], **fields: Any) -> bytes:
    """What lists them."""
    resources = [
        {"name": Path(path).name, "path": path, "hash": sha256(content), "bytes": len(content)}
        for path, content in members.items()
    ]
    stated = {"profile": "data-package", "wacz_version": "1.1.1", "created": "2024-03-09T00:00:00Z"}
    return json.dumps(stated | {"resources": resources} | fields).encode()


def members_of(records: Iterable[bytes], folder: Path, **fields: Any) -> dict[str, bytes]:
    """Those of a WACZ with these records; `fields` of its datapackage."""
    warc = save(folder / "data.warc.gz", records)
    members = {WARC: warc.read_bytes(), PAGES: b'{"format": "json-pages-1.0", "id": "pages"}\n'}
    warc.unlink()
    package = datapackage(members, **{"name": "alice.example"} | fields)
    digest = json.dumps({"path": "datapackage.json", "hash": sha256(package)}).encode()
    return members | {"datapackage.json": package, "datapackage-digest.json": digest}


def pack(path: Path, members: Mapping[str, bytes], **infos: Mapping[str, Any]) -> Path:
    """A zip of them, stored; `infos` are what zipfile is to say of a member, by the end of its path without dots."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            info = zipfile.ZipInfo(name)
            for attribute, value in infos.get(Path(name).name.replace(".", "_"), {}).items():
                setattr(info, attribute, value)
            archive.writestr(info, content)
    return path


def make_wacz(path: Path, records: Iterable[bytes], **fields: Any) -> Path:
    """A whole one."""
    return pack(path, members_of(records, path.parent, **fields))


def key_files(folder: Path, name: str = "key") -> tuple[Path, Path]:
    """A private key and its public one, in PEM."""
    key = ec.generate_private_key(ec.SECP384R1())
    private, public = folder / f"{name}.pem", folder / f"{name}-public.pem"
    private.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    public.write_bytes(key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    return private, public
