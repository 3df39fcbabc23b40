"""A body without its content encodings: whole or not at all, and within a bound."""

import gzip
import time
import tracemalloc
import zlib
from collections.abc import Callable

import brotli
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.webarchive.content_coding import (
    BAD_ENCODING,
    TOO_LARGE,
    TRUNCATED,
    NotDecoded,
    decode,
    is_cut_off,
    is_encoded,
    zstd,
)

BODY = "<html>临江港今日开港。</html>".encode() * 3000
MOST = 1_000_000


def raw_deflate(body: bytes) -> bytes:
    deflater = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return deflater.compress(body) + deflater.flush()


CODERS: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "gzip": ("gzip", gzip.compress),
    "x-gzip": ("x-gzip", gzip.compress),
    "two gzip members": ("gzip", lambda body: gzip.compress(body[:9000]) + gzip.compress(body[9000:])),
    "deflate": ("deflate", zlib.compress),
    "raw deflate": ("deflate", raw_deflate),
    "brotli": ("br", brotli.compress),
    "zstd": ("zstd", zstd.compress),
    "two zstd frames": ("zstd", lambda body: zstd.compress(body[:9000]) + zstd.compress(body[9000:])),
    "brotli in gzip": ("br, gzip", lambda body: gzip.compress(brotli.compress(body))),
}
coders = pytest.mark.parametrize(("encoding", "encode"), CODERS.values(), ids=CODERS)


@coders
@settings(max_examples=25)
@given(body=st.binary(max_size=1000).map(lambda seed: seed * 200))
def test_what_was_encoded_is_decoded(encoding: str, encode: Callable[[bytes], bytes], body: bytes) -> None:
    encoded = encode(body)
    assert decode(encoded, encoding, MOST) == (body, "")
    assert is_encoded(encoded, encoding)
    assert not is_cut_off(encoded, encoding, MOST)


@coders
def test_a_stream_without_its_end_is_truncated_wherever_it_is_cut(
    encoding: str, encode: Callable[[bytes], bytes]
) -> None:
    encoded = encode(BODY)
    ends = {len(part) for part in (gzip.compress(BODY[:9000]), zstd.compress(BODY[:9000]))}  # of two, one is whole
    for length in sorted(set(range(1, len(encoded))) - ends):
        with pytest.raises(NotDecoded) as caught:
            decode(encoded[:length], encoding, MOST)
        assert caught.value.reason == TRUNCATED, length
        assert is_cut_off(encoded[:length], encoding, MOST)


@pytest.mark.parametrize(("encoding", "encode"), [CODERS[name] for name in ("gzip", "deflate")])
def test_a_stream_whose_checksum_does_not_fit_is_not_decoded(encoding: str, encode: Callable[[bytes], bytes]) -> None:
    encoded = bytearray(encode(BODY))
    encoded[-5 if encoding == "gzip" else -1] ^= 1
    with pytest.raises(NotDecoded) as caught:
        decode(bytes(encoded), encoding, MOST)
    assert caught.value.reason == BAD_ENCODING


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd"])
def test_a_body_that_is_not_in_its_encoding_is_not_decoded(encoding: str) -> None:
    with pytest.raises(NotDecoded) as caught:
        decode(b"<html>no stream</html>", encoding, MOST)
    assert caught.value.reason == BAD_ENCODING
    assert not is_cut_off(b"<html>no stream</html>", encoding, MOST) or encoding == "deflate"


@coders
def test_a_bomb_costs_what_the_bound_costs(encoding: str, encode: Callable[[bytes], bytes]) -> None:
    bomb = encode(bytes(30_000_000))
    tracemalloc.start()
    began = time.process_time()
    with pytest.raises(NotDecoded) as caught:
        decode(bomb, encoding, MOST)
    assert caught.value.reason == TOO_LARGE
    assert is_encoded(bomb, encoding)
    assert not is_cut_off(bomb, encoding, MOST)
    seconds, (_, peak) = time.process_time() - began, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert seconds < 1
    assert peak < 4 * MOST


def test_the_bound_holds_for_a_plain_body_too_and_zero_is_none() -> None:
    with pytest.raises(NotDecoded):
        decode(BODY, "", 100)
    assert decode(BODY, "", 0) == (BODY, "")
    assert decode(gzip.compress(BODY), "gzip", 0) == (BODY, "")


def test_an_encoding_that_nobody_knows_stays_on() -> None:
    assert decode(gzip.compress(b"x"), "sdch, gzip", MOST) == (b"x", "sdch")
    assert decode(b"", "gzip", MOST) == (b"", "")


def test_what_follows_a_gzip_stream_is_no_part_of_it() -> None:
    assert decode(gzip.compress(BODY) + b"\0\0\0", "gzip", MOST) == (BODY, "")
