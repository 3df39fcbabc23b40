"""Whether a WACZ that somebody gives is what it says it is, before anything of it is read: names, sizes, hashes."""

import hashlib
import json
import stat
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from crawler.archive.files import open_regular
from crawler.wacz.package import DATAPACKAGE, DIGEST, WARCS
from crawler.wacz.signature import BadSignature, signer_of

MOST_RATIO = 200  # of bytes to those that they are compressed to
MUCH = 10_000_000  # bytes that nobody minds, whatever the ratio
_MOST_MEMBERS = 10_000
_MOST_JSON = 20_000_000  # bytes of what a package says of itself
_ENCRYPTED = 0x1
_BLOCK = 1 << 20


class BadPackage(ValueError):
    """It is no WACZ, or not what it says it is."""


@dataclass(frozen=True, slots=True)
class Stated:
    """What a package says of itself: its owner's name as a source, if any; ``signer`` is the key that signed it."""

    name: str
    signer: str


def check_package(path: Path) -> Stated:
    """Reads it once, and keeps nothing of it. Raises BadPackage naming the file, and OSError."""
    with _opened(path) as package:
        members = _members(package)
        _check_sizes(list(members.values()), path.stat().st_size)
        content = _read(package, members, DATAPACKAGE)
        datapackage = _object(content, DATAPACKAGE)
        _check_hashes(package, members, datapackage)
        return Stated(str(datapackage.get("name") or ""), _signer(package, members, datapackage, content))


@contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with open_regular(path) as file, zipfile.ZipFile(file) as package:
            yield package
    except BadPackage as error:
        raise BadPackage(f"{path}: {error}") from error
    except (zipfile.BadZipFile, NotImplementedError, EOFError, ValueError, RuntimeError) as error:
        raise BadPackage(f"{path} is no whole zip: {error}") from error


def _members(package: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    members: dict[str, zipfile.ZipInfo] = {}
    for member in package.infolist():
        if fault := _fault(member):
            raise BadPackage(f"{member.filename!r} is {fault}")
        if member.filename in members:
            raise BadPackage(f"{member.filename!r} is in it twice")
        if not member.is_dir():
            members[member.filename] = member
    if len(members) > _MOST_MEMBERS:
        raise BadPackage(f"it has {len(members)} files, more than {_MOST_MEMBERS}")
    return members


def _fault(member: zipfile.ZipInfo) -> str:
    """What nothing of a WACZ may be."""
    path, mode = PurePosixPath(member.orig_filename), member.external_attr >> 16
    if path.is_absolute() or ".." in path.parts or "\\" in member.orig_filename or ":" in path.parts[0]:
        return "a path that leads out of it"
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR):
        return "a link, or no file"
    if member.flag_bits & _ENCRYPTED:
        return "encrypted"
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return "compressed in a way that no WACZ is"
    if member.filename.startswith(WARCS) and member.compress_type != zipfile.ZIP_STORED:
        return "a WARC that is compressed once more"
    return ""


def _check_sizes(members: list[zipfile.ZipInfo], size: int) -> None:
    """Members that lie over each other, or grow to more than any text does, would take for ever to read."""
    if sum(member.compress_size for member in members) > size:
        raise BadPackage("its files take more room than it has")
    for member in members:
        if member.file_size > max(MUCH, MOST_RATIO * member.compress_size):
            raise BadPackage(f"{member.filename!r} grows from {member.compress_size} to {member.file_size} bytes")


def _check_hashes(package: zipfile.ZipFile, members: dict[str, zipfile.ZipInfo], datapackage: dict[str, Any]) -> None:
    """Every file is listed, and has the bytes that its hash is of."""
    try:
        hashes = {str(resource["path"]): str(resource["hash"]) for resource in datapackage["resources"]}
    except (KeyError, TypeError) as error:
        raise BadPackage(f"{DATAPACKAGE} has no list of resources") from error
    for path in sorted(members.keys() - hashes.keys() - {DATAPACKAGE, DIGEST}):
        raise BadPackage(f"{path!r} is not listed in {DATAPACKAGE}")
    for path, stated in hashes.items():
        if path not in members:
            raise BadPackage(f"{path!r} is listed in {DATAPACKAGE}, and is not there")
        sha256 = hashlib.sha256()
        with package.open(members[path]) as file:
            while block := file.read(_BLOCK):
                sha256.update(block)
        if stated != f"sha256:{sha256.hexdigest()}":
            raise BadPackage(f"{path!r} is not what {DATAPACKAGE} says, {stated}")


def _signer(
    package: zipfile.ZipFile, members: dict[str, zipfile.ZipInfo], datapackage: dict[str, Any], content: bytes
) -> str:
    """The public key with which the package is signed; empty if with none, or with a domain's certificate."""
    if DIGEST not in members:
        return ""
    stated = _object(_read(package, members, DIGEST), DIGEST)
    digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
    if stated.get("hash") != digest:
        raise BadPackage(f"{DATAPACKAGE} is not what {DIGEST} says, {stated.get('hash')}")
    signed = stated.get("signedData")
    if signed is None or (isinstance(signed, dict) and "domainCert" in signed and "publicKey" not in signed):
        return ""
    if not isinstance(signed, dict):
        raise BadPackage(f"the signature in {DIGEST} is none")
    try:
        return signer_of(signed, digest, str(datapackage.get("created")))
    except BadSignature as error:
        raise BadPackage(str(error)) from error


def _read(package: zipfile.ZipFile, members: dict[str, zipfile.ZipInfo], name: str) -> bytes:
    if name not in members:
        raise BadPackage(f"there is no {name} in it")
    if members[name].file_size > _MOST_JSON:
        raise BadPackage(f"{name} has {members[name].file_size} bytes")
    return package.read(members[name])


def _object(content: bytes, name: str) -> dict[str, Any]:
    try:
        value = json.loads(content)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise BadPackage(f"{name} is no JSON object")
    return value
