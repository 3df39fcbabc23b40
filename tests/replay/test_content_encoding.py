"""A capture's body without its content encoding."""

import gzip
import tracemalloc
import zlib

import brotli
import pytest

from crawler.replay.content_encoding import decoded
from crawler.warc.captures import DamagedCapture
from crawler.warc.saved_response import SavedResponse
from crawler.webarchive.content_coding import zstd

BODY = "<html>临江港</html>".encode()


def saved(body: bytes, encoding: str = "") -> SavedResponse:
    return SavedResponse("https://finance.sina.com.cn/", 200, (("Content-Encoding", encoding),) * bool(encoding), body)


@pytest.mark.parametrize(
    ("body", "encoding"),
    [
        (BODY, ""),
        (gzip.compress(BODY), "gzip"),
        (zlib.compress(BODY), "deflate"),
        (brotli.compress(BODY), "br"),
        (gzip.compress(brotli.compress(BODY)), "br, gzip"),
        (BODY, "gzip"),
        (BODY, "br"),
        (BODY, "identity"),
    ],
    ids=["none", "gzip", "deflate", "brotli", "two", "named gzip only", "named brotli only", "unknown"],
)
def test_a_body_is_decoded_however_it_was_sent(body: bytes, encoding: str) -> None:
    assert decoded(saved(body, encoding)) == BODY


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd"])
def test_a_body_without_its_end_is_no_body(encoding: str) -> None:
    encode = {"gzip": gzip.compress, "deflate": zlib.compress, "br": brotli.compress, "zstd": zstd.compress}[encoding]
    with pytest.raises(DamagedCapture, match="truncated"):
        decoded(saved(encode(BODY * 100)[:-9], encoding))


def test_a_capture_that_is_marked_as_truncated_is_no_page() -> None:
    with pytest.raises(DamagedCapture, match="truncated"):
        decoded(SavedResponse("https://finance.sina.com.cn/", 200, (), BODY, truncated="length"))


def test_a_bomb_is_too_large_and_costs_no_more_than_the_bound() -> None:
    bomb = brotli.compress(bytes(60_000_000), quality=5)
    tracemalloc.start()
    with pytest.raises(DamagedCapture, match="too_large"):
        decoded(saved(bomb, "br"), 1_000_000)
    with pytest.raises(DamagedCapture, match="too_large"):
        decoded(saved(bytes(2_000_000)), 1_000_000)
    assert tracemalloc.get_traced_memory()[1] < 8_000_000
    tracemalloc.stop()


def test_a_body_that_is_not_what_it_says_is_damaged() -> None:
    with pytest.raises(DamagedCapture, match="bad_encoding"):
        decoded(saved(b"no deflate", "deflate"))
