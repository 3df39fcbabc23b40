"""The name of an archive's owner as a source: a host's, with a dot, so that WARC-Source-URI holds it."""

import re
from urllib.parse import urlsplit

from crawler.sina.urls import is_sina

_NAME = re.compile(r"(?=.{3,63}$)[a-z0-9-]+(?:\.[a-z0-9-]+)+", re.A)
_ADDRESS = re.compile(r"[^\s@:/]+@([^\s@:/]+)")


def checked_name(text: str) -> str:
    """Raises ValueError for what is no name, or is Sina's."""
    if not _NAME.fullmatch(text) or is_sina(text):
        raise ValueError(f"a name such as archive.example.org is wanted, in small letters and not Sina's, not {text!r}")
    return text


def name_of_contact(contact: str) -> str:
    """The host of an e-mail or web address, as ARCHIVE_CONTACT is one; empty where it is none."""
    address = _ADDRESS.fullmatch(contact.strip())
    try:
        host = (address[1] if address else urlsplit(contact.strip()).hostname or "").lower()
        return checked_name(host)
    except ValueError:
        return ""
