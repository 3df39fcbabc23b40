"""A record shows whether its response is whole."""

import gzip
from pathlib import Path

import pytest

from crawler.warc.captures import Captures
from crawler.warc.cdxj import index_of
from crawler.warc.reader import WarcFile
from tests.support.warcs import MARCH_2, PAGE, chunked, http, record, save


@pytest.mark.parametrize(
    ("response", "stated", "truncated"),
    [
        (http(b"<p>"), None, ""),
        (http(b"<p>"), "length", "length"),
        (http(b"<p>", Content_Length="3"), None, ""),
        (http(b"<p>", Content_Length="4"), None, "disconnect"),
        (http(b"<p>decoded", Content_Length="40", Content_Encoding="gzip"), None, ""),
        (http(chunked(b"a page of text"), Transfer_Encoding="chunked"), None, ""),
        (http(chunked(b"a page of text")[:-5], Transfer_Encoding="chunked"), None, "disconnect"),
        (http(chunked(b"a page of text")[:-12], Transfer_Encoding="chunked"), None, "disconnect"),
        (http(b"a page of text", Transfer_Encoding="chunked"), None, ""),
        (http(gzip.compress(b"<p>"), Content_Encoding="gzip"), None, ""),
        (http(gzip.compress(b"<p>")[:-3], Content_Encoding="gzip"), None, "unspecified"),
        (http(b"", "HTTP/1.1 304 Not Modified", Content_Length="99"), None, ""),
    ],
    ids=["whole", "stated", "long enough", "too short", "stored decoded", "chunked", "no last chunk", "half a chunk",
         "stored without chunking", "gzip", "gzip without its end", "not modified"],
)  # fmt: skip
def test_a_capture_that_is_not_whole_is_told_apart(
    tmp_path: Path, response: bytes, stated: str | None, truncated: str
) -> None:
    path = save(tmp_path / "a.warc.gz", [record(response, WARC_Truncated=stated)])
    for _ in ("made", "kept"):
        (capture,) = index_of(WarcFile(path, path.name)).captures
        assert capture.truncated == truncated


def test_of_several_captures_the_newest_that_is_whole_is_the_page(tmp_path: Path) -> None:
    whole, cut = record(http(b"whole")), record(http(b"cut"), date=MARCH_2, WARC_Truncated="disconnect")
    of_both = Captures(save(tmp_path / "a.warc.gz", [whole, cut])).get(PAGE)
    of_cut = Captures(save(tmp_path / "b.warc.gz", [cut])).get(PAGE)
    assert of_both and (of_both.body, of_both.truncated) == (b"whole", "")
    assert of_cut and (of_cut.body, of_cut.truncated) == (b"cut", "disconnect")
