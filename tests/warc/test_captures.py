"""Captures are looked up by page, and read by place; a revisit has the payload it stands for."""

from pathlib import Path

import pytest

from crawler.warc.captures import Captures, DamagedCapture, has_captures
from crawler.warc.findings import findings
from tests.support.warcs import (
    MARCH_1,
    MARCH_2,
    OTHER,
    PAGE,
    chunked,
    digest,
    http,
    moment,
    record,
    revisit,
    save,
    save_wacz,
)  # fmt: skip

LIST = "https://feed.mix.sina.com.cn/api/roll/get?pageid=155&lid=1686&num=50&page=1"


def captures_of(tmp_path: Path, *records: bytes, at: str = "") -> Captures:
    return Captures(save(tmp_path / "captures/a.warc.gz", records), at)


def body(captures: Captures, url: str = PAGE) -> bytes | None:
    response = captures.get(url)
    return response.body if response else None


def test_a_response_is_what_was_received(tmp_path: Path) -> None:
    response = captures_of(tmp_path, record(http(b"<p>", "HTTP/2 404", ETag="x", Set_Cookie="a"))).get(PAGE)
    assert response
    assert (response.url, response.status, response.body, response.date) == (PAGE, 404, b"<p>", moment(MARCH_1))
    assert response.headers == (("ETag", "x"), ("Set-Cookie", "a"))


@pytest.mark.parametrize(
    "url",
    [
        PAGE.replace("https", "http"), f"{PAGE}#top", f"{PAGE}?_=170", PAGE.replace("finance.sina", "FINANCE.sina"),
        PAGE.replace("sina.com.cn", "sina.com.cn:443"), PAGE.replace("/roll", "/%72oll"),
    ],
    ids=["http", "fragment", "cache busting", "host in capitals", "port", "encoded path"],
)  # fmt: skip
def test_a_page_is_found_under_any_form_of_its_url(tmp_path: Path, url: str) -> None:
    assert body(captures_of(tmp_path, record(http(b"<p>"))), url) == b"<p>"


def test_a_list_is_found_whatever_the_order_of_its_query(tmp_path: Path) -> None:
    captures = captures_of(tmp_path, record(http(b"{}"), LIST))
    assert body(captures, LIST.replace("pageid=155&", "") + "&r=0.1&pageid=155&callback=f") == b"{}"
    assert body(captures, LIST.replace("page=1", "page=2")) is None


@pytest.mark.parametrize(
    ("at", "expected"),
    [("", b"new"), ("20240302040000", b"new"), ("20240302035959", b"old"), ("20240229000000", None)],
    ids=["always", "its moment", "before", "before all"],
)
def test_the_newest_capture_wins_that_is_not_too_new(tmp_path: Path, at: str, expected: bytes | None) -> None:
    assert body(captures_of(tmp_path, record(http(b"new"), date=MARCH_2), record(http(b"old")), at=at)) == expected


def test_of_two_captures_in_one_second_the_later_in_the_file_wins(tmp_path: Path) -> None:
    assert body(captures_of(tmp_path, record(http(b"first")), record(http(b"second")))) == b"second"


@pytest.mark.parametrize(
    ("status", "location"),
    [("HTTP/1.1 304 Not Modified", ""), ("HTTP/1.1 301 Moved", PAGE)],
    ids=["304", "from http to https"],
)
def test_what_says_nothing_of_the_content_is_passed_over(tmp_path: Path, status: str, location: str) -> None:
    later = record(http(b"", status, Location=location), PAGE.replace("https", "http"), MARCH_2)
    assert body(captures_of(tmp_path, record(http(b"<p>")), later)) == b"<p>"


def test_a_redirection_to_another_page_is_one(tmp_path: Path) -> None:
    response = captures_of(tmp_path, record(http(b"", "HTTP/1.1 301 Moved", Location=OTHER))).get(PAGE)
    assert response
    assert (response.status, response.header("location")) == (301, OTHER)


@pytest.mark.parametrize(
    "again",
    [
        revisit(b"<p>", MARCH_2),
        revisit(b"<p>", MARCH_2, of="2024-03-01T04:00:00.123456Z"),
        revisit(b"<p>", MARCH_2, WARC_Refers_To_Date=None, WARC_Refers_To_Target_URI=None),
        revisit(b"<p>", MARCH_2, WARC_Payload_Digest=None),
    ],
    ids=["digest and date", "date with parts of a second", "digest alone", "date alone"],
)
def test_a_revisit_has_its_own_head_and_the_earlier_payload(tmp_path: Path, again: bytes) -> None:
    response = captures_of(tmp_path, again, record(http(b"<p>", ETag="first"))).get(PAGE)
    assert response
    assert (response.body, response.header("ETag"), response.date) == (b"<p>", "again", moment(MARCH_2))


def test_a_revisit_is_resolved_across_files_and_urls_and_without_chunking(tmp_path: Path) -> None:
    first = http(chunked(b"a page"), Transfer_Encoding="chunked")
    save(tmp_path / "b.warc.gz", [record(first, OTHER)])
    save(tmp_path / "a.warc", [revisit(chunked(b"a page"), MARCH_2, url=PAGE, WARC_Refers_To_Target_URI=OTHER)])
    assert body(Captures(tmp_path)) == b"a page"


def test_a_revisit_without_its_payload_is_named(tmp_path: Path) -> None:
    with pytest.raises(DamagedCapture, match="unresolved_revisit") as caught:
        captures_of(tmp_path, revisit(b"<p>", MARCH_2)).get(PAGE)
    assert caught.value.reason == "unresolved_revisit"


def test_a_resource_is_a_response_of_its_kind(tmp_path: Path) -> None:
    response = captures_of(tmp_path, record(b"<p>", type="resource")).get(PAGE)
    assert response
    assert (response.status, response.body, response.header("Content-Type")) == (200, b"<p>", "text/html")


def test_a_place_is_read_without_any_index(tmp_path: Path) -> None:
    captures = captures_of(tmp_path, first := record(http(b"<p>")), record(http(b"<h1>")))
    (capture, _) = captures.all()
    (tmp_path / "captures/a.warc.gz.cdxj").unlink()
    again = Captures(tmp_path / "captures")
    assert again.read("a.warc.gz", capture.offset, capture.length).body == b"<p>"
    assert "indexes" not in vars(again)
    assert first


@pytest.mark.parametrize(
    ("file", "offset", "reason"),
    [("b.warc.gz", 0, "missing_file"), ("a.warc.gz", 3, "no_record"), ("a.warc.gz", 10**6, "no_record")],
    ids=["no such file", "no record there", "past the end"],
)
def test_a_place_that_holds_no_capture_is_named(tmp_path: Path, file: str, offset: int, reason: str) -> None:
    with pytest.raises(DamagedCapture) as caught:
        captures_of(tmp_path, record(http(b"<p>"))).read(file, offset, 100)
    assert caught.value.reason == reason


@pytest.mark.parametrize("name", ["a.warc", "a.warc.gz", "2024/03/a.wacz", "a.warc.gz.open"])
def test_captures_are_found_in_files_and_folders_of_every_kind(tmp_path: Path, name: str) -> None:
    path = tmp_path / "site" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    warc = save(tmp_path / "data.warc.gz", [record(http(b"first"), OTHER), record(http(b"<p>"))])
    match path.suffix:
        case ".wacz":
            save_wacz(path, warc)
        case ".open" | ".gz":
            path.write_bytes(warc.read_bytes())
        case _:
            save(path, [record(http(b"<p>"))])
    assert has_captures(tmp_path / "site")
    assert has_captures(path)
    for _ in range(2):  # the second time from the index
        assert body(Captures(tmp_path / "site")) == body(Captures(path)) == b"<p>"


def test_saved_pages_are_no_captures(tmp_path: Path) -> None:
    (tmp_path / "a.cn").mkdir()
    (tmp_path / "a.cn/index.html").write_text("<p>")
    assert not has_captures(tmp_path)


def test_nothing_there_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="nowhere"):
        Captures(tmp_path / "nowhere")


def test_what_is_odd_is_counted_and_named_and_the_rest_is_found(tmp_path: Path) -> None:
    good, revised = record(http(b"<p>")), record(http(b"<h1>"), date=MARCH_2)
    save(tmp_path / "a.warc.gz", [good, revised, record(http(b"x"), OTHER, WARC_Payload_Digest=None)])
    (tmp_path / "a.warc.gz").write_bytes((tmp_path / "a.warc.gz").read_bytes() + b"\x1f\x8b\x08rubbish")
    save(tmp_path / "b.warc.gz", [record(http(b"<p>"), "https://example.com/", WARC_Payload_Digest=digest(b""))])
    save(tmp_path / "c.warc.gz", [record(http(b"<p>"), "https://example.com/")])
    (tmp_path / "notes.txt").write_text("notes")
    (tmp_path / "d.wacz").write_text("no zip")
    captures = Captures(tmp_path)
    counts, lines = findings(captures)
    assert counts == {
        "bad_gzip": 1, "bad_digest": 1, "no_digest": 1, "other_site": 1, "other_file": 2, "several_bodies": 1,
    }  # fmt: skip
    for name in ("a.warc.gz at", "b.warc.gz at", "other_site: c.warc.gz", "notes.txt", "d.wacz", PAGE, OTHER):
        assert any(name in line for line in lines)
    assert body(captures) == b"<h1>"


def test_many_findings_of_one_kind_are_named_by_a_few(tmp_path: Path) -> None:
    records = [record(http(b"%d" % n), f"{PAGE}?n={n}", WARC_Payload_Digest=None) for n in range(100)]
    counts, lines = findings(captures_of(tmp_path, *records))
    assert counts == {"no_digest": 100}
    assert len(lines) == 21
    assert lines[-1] == "no_digest: and 80 more"
