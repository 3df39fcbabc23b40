"""The body of a capture as a browser sees it: without its content encoding."""

import functools

import brotli
from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.http import Response
from scrapy.statscollectors import DummyStatsCollector

from crawler.warc.captures import DamagedCapture
from crawler.warc.saved_response import SavedResponse

_MAGIC = {"gzip": b"\x1f\x8b", "x-gzip": b"\x1f\x8b", "zstd": b"\x28\xb5\x2f\xfd"}


def decoded(saved: SavedResponse) -> bytes:
    """The body as Scrapy decodes it in a crawl. Raises DamagedCapture for what is not in the encoding it names."""
    encoding = saved.header("Content-Encoding")
    if not encoding or not is_encoded(saved):
        return saved.body
    encoded = Response(saved.url, headers={"Content-Encoding": encoding}, body=saved.body)
    try:
        response = _middleware().process_response(Request(saved.url), encoded)
    except Exception as error:  # each encoding has its own
        raise DamagedCapture("bad_encoding", f"{saved.url}: {type(error).__name__}: {error}") from error
    assert isinstance(response, Response)
    return response.body


@functools.cache
def _middleware() -> HttpCompressionMiddleware:
    crawler = Crawler(Spider)
    crawler.stats = DummyStatsCollector(crawler)
    return HttpCompressionMiddleware(crawler=crawler)


def is_encoded(saved: SavedResponse) -> bool:
    """Whether the body is in its content encoding: some tools store it decoded, and leave the header."""
    encoding = saved.header("Content-Encoding").strip().lower()
    if encoding in _MAGIC:
        return saved.body.startswith(_MAGIC[encoding])
    if encoding == "br":
        try:
            brotli.decompress(saved.body)
        except brotli.error:
            return False
    return True
