"""Where a capture of a WACZ is asked for, and what it is known by: ``wacz://<whose>/<14 digits>/<address, quoted>``.

Its host is the source's name, so that the WARC-Source-URI says who gave the capture.
"""

from urllib.parse import quote, unquote, urlsplit

from crawler.webarchive.memento import Memento, digits

SCHEME = "wacz"


def wacz_address(memento: Memento) -> str:
    """Of a capture that a source's WACZ has."""
    return f"{SCHEME}://{memento.archive}/{digits(memento.at)}/{quote(memento.url, safe='')}"


def asked_for(address: str) -> tuple[str, str]:
    """The URL and the time, 14 digits, of the capture that is asked for by such an address."""
    _, time, url = urlsplit(address).path.split("/", 2)
    return unquote(url), time
