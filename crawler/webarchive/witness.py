"""Which web archive a capture came from, as the address it was fetched at says."""

import re
from urllib.parse import urlsplit

from crawler.items import COMMON_CRAWL, INTERNET_ARCHIVE, SINA

_MEMENTO = re.compile(r"/web/\d{14}id_/")
_CRAWL_DATA = "/crawl-data/"


def witness_of(source_uri: str) -> str:
    """By a capture's ``WARC-Source-URI``; Sina itself where it has none.

    The path tells, as the archives' documentation has it, so that a mirror is known, too; of any other
    source the host's name is the witness.
    """
    if not source_uri:
        return SINA
    parts = urlsplit(source_uri)
    if _MEMENTO.match(parts.path):
        return INTERNET_ARCHIVE
    return COMMON_CRAWL if _CRAWL_DATA in parts.path else parts.hostname or SINA
