"""The form of a body that a digest proves, and the headers that fit it."""

import gzip
import zlib
from functools import reduce

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.webarchive.content_coding import decode, zstd
from crawler.webarchive.memento import NotTheMemento
from crawler.webarchive.payload import digest_of, proved

TEXT = "<html>临江港</html>".encode()
ENCODERS = {"gzip": gzip.compress, "br": brotli.compress, "deflate": zlib.compress, "zstd": zstd.compress}


def encoded(text: bytes, names: list[str]) -> bytes:
    return reduce(lambda body, name: ENCODERS[name](body), names, text)


@given(st.lists(st.sampled_from(sorted(ENCODERS)), max_size=2), st.lists(st.just("gzip"), max_size=2), st.binary())
def test_whatever_came_round_it_the_stored_form_is_found_and_decodes_to_the_text(
    stored: list[str], transport: list[str], rest: bytes
) -> None:
    text = b"<html>" + rest
    body = encoded(text, stored)
    headers = (("Content-Encoding", ", ".join(stored)),) if stored else ()
    kept, payload = proved(encoded(body, transport), headers, digest_of(body), ", ".join(transport))
    assert payload == body
    assert decode(payload, dict(kept).get("Content-Encoding", ""), 0) == (text, "")


def test_gzip_is_taken_off_though_no_header_names_it() -> None:
    assert proved(gzip.compress(TEXT), (), digest_of(TEXT)) == ((), TEXT)


def test_a_capture_in_gzip_that_no_header_names_is_read_with_a_header_that_does() -> None:
    body = gzip.compress(TEXT)
    assert proved(body, (), digest_of(body)) == ((("Content-Encoding", "gzip"),), body)


def test_a_capture_that_is_cut_itself_is_refused_although_its_digest_fits() -> None:
    body = gzip.compress(TEXT)[:-5]
    with pytest.raises(NotTheMemento) as caught:
        proved(body, (("Content-Encoding", "gzip"),), digest_of(body))
    assert caught.value.reason == "truncated"


def test_a_body_that_would_fill_the_memory_is_refused() -> None:
    body = gzip.compress(bytes(30_000_000), 1)
    with pytest.raises(NotTheMemento) as caught:
        proved(body, (), digest_of(TEXT))
    assert caught.value.reason == "too_large"
