"""A WACZ that is not what it says, or that would lead out of its folder or fill the disk, is refused in one line."""

import json
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from crawler.wacz.check_package import BadPackage, check_package
from crawler.wacz.signature import load_public_key, load_signing_key, sign
from tests.support.wacz_files import PAGES, WARC, datapackage, key_files, make_wacz, members_of, pack, sha256
from tests.support.warcs import http, record

RECORDS = [record(http(b"<html></html>"))]
Members = dict[str, bytes]


def members(folder: Path, **fields: object) -> Members:
    return members_of(RECORDS, folder, **fields)


def with_another(name: str) -> Callable[[Members], Members]:
    """A file of that name, listed as it is."""

    def change(whole: Members) -> Members:
        data = {path: content for path, content in whole.items() if not path.startswith("datapackage")}
        return data | {name: b"x", "datapackage.json": datapackage(data | {name: b"x"})}

    return change


def without(name: str) -> Callable[[Members], Members]:
    return lambda whole: {path: content for path, content in whole.items() if path != name}


def digest_file(whole: Members, signed: object) -> bytes:
    return json.dumps({"hash": sha256(whole["datapackage.json"]), "signedData": signed}).encode()


CHANGES: dict[str, tuple[Callable[[Members], Members], str]] = {
    "absolute": (with_another("/etc/passwd"), "'/etc/passwd' is a path that leads out of it"),
    "up": (with_another("archive/../../x"), "'archive/../../x' is a path that leads out of it"),
    "windows": (with_another("archive\\..\\x"), "is a path that leads out of it"),
    "drive": (with_another("C:x"), "'C:x' is a path that leads out of it"),
    "not listed": (lambda whole: whole | {"pages/more.jsonl": b""}, "'pages/more.jsonl' is not listed in datapackage"),
    "not there": (without(PAGES), "'pages/pages.jsonl' is listed in datapackage.json, and is not there"),
    "other bytes": (lambda whole: whole | {PAGES: b"other"}, "'pages/pages.jsonl' is not what datapackage.json says"),
    "no datapackage": (without("datapackage.json"), "there is no datapackage.json in it"),
    "no json": (lambda whole: whole | {"datapackage.json": b"{"}, "datapackage.json is no JSON object"),
    "a list": (lambda whole: whole | {"datapackage.json": b"[]"}, "datapackage.json is no JSON object"),
    "no resources": (lambda whole: whole | {"datapackage.json": b"{}"}, "datapackage.json has no list of resources"),
    "other digest": (
        lambda whole: whole | {"datapackage-digest.json": b'{"hash": "sha256:00"}'},
        "datapackage.json is not what datapackage-digest.json says, sha256:00",
    ),
    "no signature": (
        lambda whole: whole | {"datapackage-digest.json": digest_file(whole, 1)},
        "the signature in datapackage-digest.json is none",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("change", "why"), CHANGES.values(), ids=CHANGES)
def test_what_is_not_as_it_says_is_refused(tmp_path: Path, change: Callable[[Members], Members], why: str) -> None:
    path = pack(tmp_path / "x.wacz", change(members(tmp_path)))
    with pytest.raises(BadPackage) as caught:
        check_package(path)
    assert str(caught.value).startswith(f"{path}: ") and why in str(caught.value)
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("info", "why"),
    [
        ({"external_attr": (stat.S_IFLNK | 0o777) << 16}, "is a link, or no file"),
        ({"compress_type": zipfile.ZIP_LZMA}, "is compressed in a way that no WACZ is"),
    ],
    ids=["link", "lzma"],
)
def test_what_no_reader_should_open_is_refused(tmp_path: Path, info: dict[str, int], why: str) -> None:
    with pytest.raises(BadPackage, match=why):
        check_package(pack(tmp_path / "x.wacz", members(tmp_path), pages_jsonl=info))


def test_an_encrypted_one_is_refused(tmp_path: Path) -> None:
    path = pack(tmp_path / "x.wacz", members(tmp_path))
    content = bytearray(path.read_bytes())
    content[content.index(b"PK\x01\x02") + 8] |= 0x1
    path.write_bytes(content)
    with pytest.raises(BadPackage, match="is encrypted"):
        check_package(path)


def test_a_warc_that_is_compressed_once_more_is_refused(tmp_path: Path) -> None:
    path = pack(tmp_path / "x.wacz", members(tmp_path), data_warc_gz={"compress_type": zipfile.ZIP_DEFLATED})
    with pytest.raises(BadPackage, match="is a WARC that is compressed once more"):
        check_package(path)


def test_a_zip_bomb_is_not_inflated(tmp_path: Path) -> None:
    whole = members(tmp_path) | {PAGES: bytes(50_000_000)}
    path = pack(tmp_path / "x.wacz", whole, pages_jsonl={"compress_type": zipfile.ZIP_DEFLATED})
    with pytest.raises(BadPackage, match=r"'pages/pages.jsonl' grows from \d+ to 50000000 bytes"):
        check_package(path)


def test_files_that_lie_over_each_other_are_refused(tmp_path: Path) -> None:
    path = pack(tmp_path / "x.wacz", members(tmp_path))
    content = path.read_bytes()
    at, end = content.index(b"PK\x01\x02"), content.index(b"PK\x05\x06")
    entry = content[at : content.index(b"PK\x01\x02", at + 1)]  # of the WARC, many times under other names
    entries = [entry.replace(b"data.warc.gz", f"da{number}.warc.gz".encode()) for number in range(10, 99)]
    size = end - at + sum(map(len, entries))
    tail = content[end : end + 8] + (4 + len(entries)).to_bytes(2, "little") * 2 + size.to_bytes(4, "little")
    path.write_bytes(content[:end] + b"".join(entries) + tail + content[end + 16 :])
    with pytest.raises(BadPackage, match="its files take more room than it has"):
        check_package(path)


@pytest.mark.parametrize("keep", [0.0, 0.5, 0.99])
def test_one_that_is_cut_off_is_refused(tmp_path: Path, keep: float) -> None:
    path = make_wacz(tmp_path / "x.wacz", RECORDS)
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * keep)])
    with pytest.raises(BadPackage, match="is no whole zip"):
        check_package(path)


def test_a_whole_one_says_whose_it_is_and_who_signed_it(tmp_path: Path) -> None:
    assert check_package(make_wacz(tmp_path / "x.wacz", RECORDS)).name == "alice.example"
    private, public = key_files(tmp_path)
    whole = members(tmp_path)
    digest, created = sha256(whole["datapackage.json"]), json.loads(whole["datapackage.json"])["created"]
    signed = sign(load_signing_key(private), digest, created, ("archive", "1"))
    whole["datapackage-digest.json"] = digest_file(whole, signed)
    assert check_package(pack(tmp_path / "x.wacz", whole)).signer == load_public_key(public)
    signed["signature"] = signed["signature"][:-4] + "AAAA"
    whole["datapackage-digest.json"] = digest_file(whole, signed)
    with pytest.raises(BadPackage, match=r"x.wacz: the signature does not fit"):
        check_package(pack(tmp_path / "x.wacz", whole))


def test_one_without_a_digest_is_as_good_as_its_hashes(tmp_path: Path) -> None:
    whole = {path: content for path, content in members(tmp_path).items() if path != "datapackage-digest.json"}
    assert check_package(pack(tmp_path / "x.wacz", whole)).signer == ""
    with pytest.raises(BadPackage, match=WARC):
        check_package(pack(tmp_path / "x.wacz", whole | {WARC: b"other"}))
