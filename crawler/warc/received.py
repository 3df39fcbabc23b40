"""Whether a response that Scrapy received is whole."""

from scrapy.http import Response

from crawler.sina.ending import shows_its_end
from crawler.warc.truncation import DISCONNECT, UNSPECIFIED
from crawler.webarchive.content_coding import MOST_BODY, TRUNCATED, NotDecoded, decode

# Scrapy's flags of a response whose connection ended before its length or last chunk, and of one that had neither.
DATALOSS, PARTIAL = "dataloss", "partial"


def prove_whole(response: Response, most: int) -> None:
    """Raises NotDecoded for a response that is not proved whole, is not in the encoding it names, or is too large.

    `most`: bytes that the decoded body may have. Where a body ends with its connection (RFC 9112, 6.3), only the
    end of its encoding or of its text proves that it is all there.
    """
    if DATALOSS in response.flags:
        raise NotDecoded(TRUNCATED, f"the connection ended after {len(response.body)} bytes, before the body did")
    encodings = b", ".join(response.headers.getlist("Content-Encoding")).decode("latin-1")
    body, left = decode(response.body, encodings, most)
    if PARTIAL in response.flags and left == encodings.lower().strip() and not shows_its_end(body):
        raise NotDecoded(TRUNCATED, "the connection was closed, and neither a length nor chunks nor the text say")


def truncation_of(response: Response) -> str:
    """Why it is not whole, in a word of WARC-Truncated; empty where it is."""
    try:
        prove_whole(response, MOST_BODY)
    except NotDecoded as error:
        if error.reason == TRUNCATED:
            return DISCONNECT if DATALOSS in response.flags else UNSPECIFIED
    return ""
