"""A capture's body without its content encoding."""

import gzip
import zlib

import brotli
import pytest

from crawler.replay.content_encoding import decoded
from crawler.warc.captures import DamagedCapture
from crawler.warc.saved_response import SavedResponse

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


def test_a_body_that_is_not_what_it_says_is_damaged() -> None:
    with pytest.raises(DamagedCapture, match="bad_encoding"):
        decoded(saved(b"no deflate", "deflate"))
