"""One record that can't be what it says, and nothing of its file is believed."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.wacz.check_package import BadPackage
from crawler.wacz.check_records import check_records
from tests.support.wacz_files import make_wacz, members_of, pack
from tests.support.warcs import MARCH_2, PAGE, http, record, revisit

AT = datetime(2024, 3, 9, tzinfo=UTC)
GOOD = record(http(b"<html></html>", Content_Type="text/html"))
BAD = {
    "digest": (record(http(b"<html></html>"), WARC_Payload_Digest=f"sha1:{'A' * 32}"), f"bad_digest: {PAGE}"),
    "site": (
        record(http(b"<html></html>"), "https://example.org/doc.html"),
        "another site's page: https://example.org/",
    ),
    "no url": (record(http(b"<html></html>"), "urn:x"), "another site's page: urn:x"),
    "future": (record(http(b"<html></html>"), date="2024-03-19T00:00:00Z"), "captured at 2024-03-19T00:00:00Z, which"),
    "past": (record(http(b"<html></html>"), date="1996-03-19T00:00:00Z"), "captured at 1996-03-19T00:00:00Z, which"),
    "no date": (record(http(b"<html></html>"), date="soon"), "captured at soon, which can't be"),
    "status": (record(http(b"<html></html>", "HTTP/1.1 yes")), "bad_http"),
    "length": (record(http(b"<html></html>"), length=7), "wrong_length"),
    "bomb": (record(http(bytes(30_000_000))), "a record grows from"),
    "no record": (b"hello", "no_record"),
}


@pytest.mark.parametrize(("bad", "why"), BAD.values(), ids=BAD)
def test_a_record_that_cannot_be_is_named(tmp_path: Path, bad: bytes, why: str) -> None:
    path = make_wacz(tmp_path / "x.wacz", [GOOD, bad])
    with pytest.raises(BadPackage) as caught:
        check_records(path, AT)
    assert str(caught.value).startswith(f"{path}: archive/data.warc.gz at ")
    assert why in str(caught.value)


def test_responses_revisits_and_requests_of_sina_are_fine(tmp_path: Path) -> None:
    records = [GOOD, record(b"GET / HTTP/1.1\r\n\r\n", type="request"), revisit(b"<html></html>", MARCH_2)]
    check_records(make_wacz(tmp_path / "x.wacz", records), AT)


def test_a_package_without_captures_is_refused(tmp_path: Path) -> None:
    whole = members_of([GOOD], tmp_path)
    path = pack(tmp_path / "x.wacz", {name: whole[name] for name in whole if not name.startswith("archive/")})
    with pytest.raises(BadPackage, match=r"has no WARC in archive/"):
        check_records(path, AT)
