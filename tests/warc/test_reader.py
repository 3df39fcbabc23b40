"""WARC records are read one by one; what is damaged is named, and the rest is read."""

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest

from crawler.warc import scan
from crawler.warc.reader import WarcFile, WarcRecord
from crawler.warc.scan import Damage
from tests.support.warcs import MARCH_1, OTHER, PAGE, chunked, http, moment, record, save

FIRST, SECOND = record(http(b"first")), record(http(b"second"), OTHER)


def read(path: Path) -> list[WarcRecord | Damage]:
    return list(WarcFile(path, path.name).records())


def pieces(path: Path) -> list[object]:
    """The bodies of the records, and the reasons of the damages, in their order."""
    return [piece.reason if isinstance(piece, Damage) else piece.body for piece in read(path)]


@pytest.fixture(params=["a.warc.gz", "a.warc"], ids=["compressed", "plain"])
def path(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return tmp_path / request.param


def test_a_record_says_what_was_received_and_when(path: Path) -> None:
    block = http(b"<p>", "HTTP/1.1 404 Not Found", Content_Type="text/html", ETag='"x"')
    save(path, [FIRST, record(block)])
    _, parsed = read(path)
    assert isinstance(parsed, WarcRecord)
    assert (parsed.type, parsed.url, parsed.date, parsed.status) == ("response", PAGE, moment(MARCH_1), 404)
    assert parsed.http.get_header("etag") == '"x"'
    assert (parsed.payload, parsed.digest_fits()) == (b"<p>", True)


def test_a_record_is_found_again_by_its_place(path: Path) -> None:
    warc = WarcFile(save(path, [FIRST, SECOND]), path.name)
    for parsed in warc.records():
        assert isinstance(parsed, WarcRecord)
        assert warc.record(parsed.offset, parsed.length) == parsed


def test_the_places_follow_one_another_up_to_the_end(tmp_path: Path) -> None:
    path = save(tmp_path / "a.warc.gz", [FIRST, SECOND])
    first, second = read(path)
    assert (first.offset, first.length) == (0, len(gzip.compress(FIRST)))  # type: ignore[union-attr]
    assert second.offset + second.length == path.stat().st_size  # type: ignore[union-attr]


@pytest.mark.parametrize("status", ["http/2 200", "HTTP/2 200", "HTTP/1.0 200 OK", "HTTP/1.1 200"])
def test_any_form_of_the_status_line_is_read(path: Path, status: str) -> None:
    save(path, [record(http(b"<p>", status))])
    assert [parsed.status for parsed in read(path)] == [200]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("payload", "body"),
    [(chunked(b"a page of text"), b"a page of text"), (b"a page of text", b"a page of text")],
    ids=["chunked", "said to be chunked, and stored without"],
)
def test_a_body_is_without_transfer_chunking(path: Path, payload: bytes, body: bytes) -> None:
    save(path, [record(http(payload, Transfer_Encoding="chunked"))])
    (parsed,) = read(path)
    assert isinstance(parsed, WarcRecord)
    assert (parsed.body, parsed.payload) == (body, payload)


def test_a_resource_is_its_payload(path: Path) -> None:
    save(path, [record(b"<p>HTTP/1.1</p>", type="resource")])
    (parsed,) = read(path)
    assert isinstance(parsed, WarcRecord)
    assert (parsed.http, parsed.status, parsed.body) == (None, 200, b"<p>HTTP/1.1</p>")


@pytest.mark.parametrize(
    ("stated", "fits"),
    [
        ("sha1:ZZZZAAAAAAAAAAAAAAAAAAAAAAAAAAAA", False),
        ("sha256:4b06f3e5e34d3b2cbb0e7b5a7c87a1e0a2c1fb3ec5a7fbd5c0c2e5f0c1d2e3f4", False),
        ("sha-256:a7937b64b8caa58f03721bb6bacf5c78cb235febe0e70b1b84cd99541461a08e", True),
        ("md5:8b04d5e3775d298e78455efc5ca404d5", True),
        ("unheard-of:1", None),
        (None, None),
    ],
    ids=["wrong", "wrong in hex", "sha256 in hex", "md5", "unknown", "none"],
)
def test_a_digest_is_checked_whatever_its_form(path: Path, stated: str | None, fits: bool | None) -> None:
    save(path, [record(http(b"first"), WARC_Payload_Digest=stated)])
    (parsed,) = read(path)
    assert isinstance(parsed, WarcRecord)
    assert parsed.digest_fits() is fits


@pytest.mark.parametrize(
    ("spoil", "expected"),
    [
        (lambda packed: packed[0][:-9] + packed[1], [b"second"]),
        (lambda packed: packed[0][:40] + b"\0" * 20 + packed[0][60:] + packed[1], [b"second"]),
        (lambda packed: packed[0] + b"no gzip" * 9 + packed[1], [b"first", b"second"]),
        (lambda packed: packed[0] + packed[1][:-20], [b"first"]),
        (lambda packed: packed[0] + packed[1][:12], [b"first"]),
        (lambda packed: packed[0] + b"\0" * 1000, [b"first"]),
    ],
    ids=["cut short", "spoilt inside", "other bytes between", "cut at the end", "hardly begun", "zeros at the end"],
)
def test_a_spoilt_member_is_named_and_the_others_are_read(
    tmp_path: Path, spoil: Callable[[list[bytes]], bytes], expected: list[bytes]
) -> None:
    path = tmp_path / "a.warc.gz"
    path.write_bytes(spoil([gzip.compress(FIRST), gzip.compress(SECOND)]))
    spoilt = pieces(path)
    assert [body for body in spoilt if isinstance(body, bytes)] == expected
    assert len(spoilt) == len(expected) + 1
    assert {"truncated", "bad_gzip"} & set(spoilt)


@pytest.mark.parametrize("length", [0, 3, 900, 10**9], ids=["none", "too short", "too long", "far too long"])
def test_a_wrong_length_is_named_and_the_record_is_read_as_it_is(path: Path, length: int) -> None:
    save(path, [record(http(b"first"), length=length), SECOND])
    assert pieces(path) == ["wrong_length", b"first", b"second"]


def test_a_plain_record_that_the_file_cuts_off_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.warc"
    path.write_bytes(FIRST + SECOND[:-8])
    assert pieces(path) == [b"first", "truncated"]


def test_a_payload_that_holds_a_record_is_one_record(path: Path) -> None:
    save(path, [record(http(FIRST)), SECOND])
    assert pieces(path) == [FIRST, b"second"]


def test_a_file_that_is_compressed_as_one_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.warc.gz"
    path.write_bytes(gzip.compress(FIRST + SECOND))
    assert pieces(path) == ["not_by_record"]


@pytest.mark.parametrize("content", [b"", b"\r\n\r\n"], ids=["nothing", "empty lines"])
def test_an_empty_file_has_no_records(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    assert read(path) == []


def test_a_file_of_another_kind_is_named(path: Path) -> None:
    path.write_bytes(b"<html>" * 30_000)
    assert pieces(path) == ["no_record"]


def test_a_member_that_is_too_large_is_named_and_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scan, "MOST_BYTES", 100_000)
    path = save(tmp_path / "a.warc.gz", [record(http(b"\0" * 1_000_000)), SECOND])
    assert pieces(path) == ["too_large", b"second"]


def test_a_file_that_loses_its_open_name_is_read_on(tmp_path: Path) -> None:
    save(tmp_path / "a.warc.gz.open", [FIRST])
    warc = WarcFile(tmp_path / "a.warc.gz", "a.warc.gz")
    assert len(list(warc.records())) == 1
    (tmp_path / "a.warc.gz.open").rename(tmp_path / "a.warc.gz")
    assert len(list(warc.records())) == 1
