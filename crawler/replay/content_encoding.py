"""The body of a capture as a browser sees it: without its content encoding, and only if it is whole."""

from crawler.warc.captures import DamagedCapture
from crawler.warc.saved_response import SavedResponse
from crawler.webarchive.content_coding import MOST_BODY, TRUNCATED, NotDecoded, decode, is_encoded


def decoded(saved: SavedResponse, most: int = MOST_BODY) -> bytes:
    """The body as a crawl decodes it; `most`: bytes that it may have, 0: any number.

    Raises DamagedCapture for one that is not whole, too large, or not in the encoding it names.
    """
    if saved.truncated:
        raise DamagedCapture(TRUNCATED, f"{saved.url} was not received to its end ({saved.truncated})")
    try:
        return decode(saved.body, content_encodings(saved), most)[0]
    except NotDecoded as error:
        raise DamagedCapture(error.reason, f"{saved.url}: {error}") from error


def content_encodings(saved: SavedResponse) -> str:
    """Those that the body is in, as a Content-Encoding header has them; none if it was stored decoded."""
    encodings = ", ".join(value for name, value in saved.headers if name.lower() == "content-encoding")
    return encodings if encodings and is_encoded(saved.body, encodings) else ""
