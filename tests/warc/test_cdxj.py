"""The index of a WARC is kept beside it, and made anew when the WARC is another."""

import json
import os
import time
from pathlib import Path

import pytest

from crawler.warc import cdxj
from crawler.warc.captures import Captures
from crawler.warc.cdxj import Index, index_of, make_index
from crawler.warc.reader import WarcFile
from crawler.warc.scan import Damage
from tests.support.warcs import MARCH_2, OTHER, PAGE, digest, http, record, revisit, save


@pytest.fixture
def warc(tmp_path: Path) -> WarcFile:
    page = record(http(b"<p>", Content_Type="text/html; charset=utf-8"))
    moved = record(http(b"", "HTTP/1.1 301 Moved", Location=PAGE), OTHER)
    longer = record(http(b"<p>"), length=3)
    boilerplate = record(b"software: x", type="warcinfo", url="urn:x")
    path = save(tmp_path / "a.warc.gz", [boilerplate, page, moved, revisit(b"<p>", MARCH_2), longer])
    return WarcFile(path, "sub/a.warc.gz")


@pytest.fixture
def beside(warc: WarcFile) -> Path:
    return warc.path.with_name("a.warc.gz.cdxj")


def test_an_index_holds_each_response_with_what_a_replay_needs(warc: WarcFile) -> None:
    page, moved, again, _ = make_index(warc).captures
    assert (page.url, page.time, page.status, page.mime, page.digest) == (
        PAGE, "20240301040000", 200, "text/html", digest(b"<p>"),
    )  # fmt: skip
    assert (moved.status, moved.redirect) == (301, PAGE)
    assert (again.is_revisit, again.same_as, again.time) == (True, (PAGE, "20240301040000"), "20240302040000")
    assert {capture.file for capture in (page, moved, again)} == {"sub/a.warc.gz"}


def test_the_kept_index_is_the_same_as_one_made_now(warc: WarcFile, beside: Path) -> None:
    index = index_of(warc)
    assert index.damages == (Damage(index.damages[0].offset, "wrong_length", index.damages[0].detail),)
    assert beside.exists()
    assert index_of(warc) == index == make_index(warc)


def test_the_kept_index_is_read_and_not_made_again(
    warc: WarcFile, beside: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = index_of(warc)
    monkeypatch.setattr(cdxj, "make_index", lambda _warc: pytest.fail("made again"))
    assert index_of(warc) == index


@pytest.mark.parametrize("change", ["size", "time"])
def test_another_file_of_the_same_name_gets_another_index(warc: WarcFile, beside: Path, change: str) -> None:
    index_of(warc)
    stat = warc.path.stat()
    save(warc.path, [record(http(b"<p>"))] if change == "size" else [])
    if change == "time":
        warc.path.write_bytes(b"\0" * stat.st_size)
        os.utime(warc.path, ns=(stat.st_atime_ns, stat.st_mtime_ns + 1))
    index = index_of(warc)
    assert len(index.captures) == (1 if change == "size" else 0)
    assert index_of(warc) == index


@pytest.mark.parametrize(
    "content",
    [b"", b"!meta {}\n", b"garbage", b"\xff\xfe", b"!meta []\nx y z\n", b'{"damages": []}\n'],
    ids=["empty", "no stamp", "no index", "no text", "no object", "no mark"],
)
def test_a_spoilt_index_is_made_anew(warc: WarcFile, beside: Path, content: bytes) -> None:
    beside.write_bytes(content)
    assert index_of(warc) == make_index(warc)
    assert beside.read_bytes() != content


def test_a_folder_that_takes_no_index_does_no_harm(warc: WarcFile, beside: Path) -> None:
    beside.mkdir()
    assert index_of(warc) == make_index(warc)
    assert beside.is_dir()


def test_the_index_of_a_file_that_is_written_is_not_kept(tmp_path: Path) -> None:
    save(tmp_path / "a.warc.gz.open", [record(http(b"<p>"))])
    assert len(index_of(WarcFile(tmp_path / "a.warc.gz", "a.warc.gz")).captures) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["a.warc.gz.open"]


def test_its_lines_are_sorted_as_others_want_them(warc: WarcFile, beside: Path) -> None:
    index_of(warc)
    meta, *lines = beside.read_text(encoding="utf-8").splitlines()
    assert meta.startswith("!meta ")
    assert lines == sorted(lines)
    key, time, fields = lines[0].split(" ", 2)
    assert (key, time) == ("cn,com,sina,finance)/roll/2024-03-04/doc-inaaaaaa0000001.shtml", "20240301040000")
    assert json.loads(fields)["filename"] == "a.warc.gz"


@pytest.mark.parametrize(
    ("doubtful", "reason", "kept"),
    [
        (record(http(b"<p>"), WARC_Payload_Digest=None), "no_digest", 1),
        (record(http(b"<p>"), WARC_Payload_Digest=digest(b"other")), "bad_digest", 0),
        (record(b"<p>"), "bad_http", 0),
        (record(http(b"<p>", "HTTP/1.1 OK")), "bad_http", 0),
        (record(http(b"<p>"), date="yesterday"), "bad_record", 0),
        (record(http(b"<p>"), url="http://[x/"), "bad_record", 0),
    ],
    ids=["no digest", "wrong digest", "no head", "no status", "no date", "no URL"],
)
def test_a_doubtful_record_is_named_and_only_one_without_digest_is_kept(
    tmp_path: Path, doubtful: bytes, reason: str, kept: int
) -> None:
    path = save(tmp_path / "a.warc.gz", [doubtful])
    index = make_index(WarcFile(path, path.name))
    assert [damage.reason for damage in index.damages] == [reason]
    assert len(index.captures) == kept


MANY = "\r\n".join(["X-Cache: MISS"] * 300_000)


@pytest.mark.parametrize(
    ("absurd", "reason"),
    [
        (record(http(b"<p>", f"HTTP/1.1 {'9' * 5000} OK")), "bad_http"),
        (record(http(b"<p>", "HTTP/1.1 \u00b2\u00b3\u2074")), "bad_http"),
        (record(http(b"<p>"), WARC_Payload_Digest="shake_128:AAAA"), None),
        (record(http(b"<p>"), WARC_Payload_Digest="ripemd160:AAAA"), None),
        (record(http(b"<p>"), WARC_Payload_Digest="sha1:\u00e9"), "bad_digest"),
        (record(http(b"<p>"), date="0001-01-01T00:00:00Z"), "bad_record"),
        (record(http(b"<p>"), date="9999-12-31T23:59:59Z"), "bad_record"),
        (record(http(b"<p>"), date=f"2024-{'0' * 5000}1-01T00:00:00Z"), "bad_record"),
        (record(http(b"<p>"), Content_Length="9" * 5000), "wrong_length"),
        (record(http(b"<p>", f"HTTP/1.1 200 OK\r\n{MANY}")), "absurd_head"),
        (record(http(b"<p>"), X=f"1\r\n{MANY}"), "absurd_head"),
        (record(http(b"<p>", Content_Length="9" * 5000)), None),
        (record(http(b"<p>"), url="https://finance.sina.com.cn:bad/x"), "bad_record"),
    ],
    ids=["status", "status of other digits", "digest of any length", "unknown digest", "digest of other letters",
         "year 1", "year 9999", "month", "length of the record", "headers", "headers of the record",
         "length of the response", "port"],
)  # fmt: skip
def test_an_absurd_record_is_named_and_the_set_goes_on(tmp_path: Path, absurd: bytes, reason: str | None) -> None:
    path = save(tmp_path / "a.warc.gz", [absurd, record(http(b"good"), OTHER)])
    began = time.process_time()
    captures = Captures(path)
    index = captures.indexes[path.name]
    assert {damage.reason for damage in index.damages} <= {reason, "bad_record"} if reason else not index.damages
    good = captures.get(OTHER)
    assert good
    assert good.body == b"good"
    captures.get(PAGE)
    assert time.process_time() - began < 5


def test_records_of_other_kinds_are_no_captures(tmp_path: Path) -> None:
    others = [
        record(b"GET / HTTP/1.1\r\n\r\n", type="request"),
        record(b"a: b", type="metadata"),
        record(b"x", type="resource", url="urn:pageinfo:x"),
        record(b"127.0.0.1", type="response", url="dns:a.cn"),
    ]
    path = save(tmp_path / "a.warc.gz", others)
    assert make_index(WarcFile(path, path.name)) == Index((), ())
