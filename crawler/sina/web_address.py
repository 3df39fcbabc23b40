"""What is an address on the web, and may be asked for or linked: whatever a list, a page or a header gives as one."""

import re
from urllib.parse import quote, urljoin, urlsplit

# What no host's name holds (WHATWG URL, "forbidden host code points"), but for the signs that end it.
_UNFIT_IN_HOST = re.compile(r"[\x00-\x20\x7f-\xa0<>\\^|\u3000]")
_LINE_SIGNS = re.compile(r"[\t\r\n]+")  # which that standard takes out, wherever they stand
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


class BadAddress(ValueError):
    """The text is no address; ``reason`` is one word, fit for a stat's name."""

    def __init__(self, reason: str, text: str) -> None:
        super().__init__(reason, text)  # as given, so that it can be raised in one process and caught in another
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.args[1]}: {self.reason}"


def web_address(text: str, base: str = "") -> str:
    """The absolute http(s) address that `text` is, or means on the page `base`; with nothing in it that ends a line.

    Raises BadAddress.
    """
    try:
        address = urljoin(base, _LINE_SIGNS.sub("", text.strip()))
        parts = urlsplit(address)
    except ValueError as error:
        raise BadAddress("bad_url", text) from error
    if parts.scheme not in ("http", "https"):
        raise BadAddress("no_http_url", text)
    if not parts.hostname or _UNFIT_IN_HOST.search(parts.hostname):
        raise BadAddress("no_host", text)
    try:
        is_good = parts.port != 0
    except ValueError:
        is_good = False
    if not is_good:
        raise BadAddress("bad_port", text)
    return _CONTROL.sub(lambda sign: quote(sign[0]), address)
