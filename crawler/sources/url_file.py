"""A file with one article URL a line: nothing is asked for but the articles."""

import logging
from collections import Counter
from collections.abc import Iterator, Sequence

from crawler.items import ListEntry
from crawler.sina.urls import is_http_url
from crawler.sources.source import Answer, Ask

logger = logging.getLogger(__name__)
_BATCH_SIZE = 500  # entries that the ledger learns of at once


class UrlFile:
    """What it names is in no channel's list."""

    name = "urls"
    channel = None
    is_second = False
    after = ""

    def __init__(self, lines: Sequence[tuple[int, str]]) -> None:
        """`lines`: with their numbers, without blank ones and comments."""
        self._lines = lines

    def start(self) -> Iterator[Answer]:
        """All lines, some at a time; one that is no URL is named, and the rest goes on."""
        for at in range(0, len(self._lines), _BATCH_SIZE):
            entries, left_out = [], Counter[str]()
            for line, url in self._lines[at : at + _BATCH_SIZE]:
                if is_http_url(url):
                    entries.append(ListEntry(url=url, title=""))
                else:
                    left_out["not_a_url"] += 1
                    logger.error("urls, line %s: not a URL: %s", line, url)
            yield Answer(tuple(entries), left_out=left_out)

    def read(self, ask: Ask, body: bytes) -> Answer:
        """Never called: nothing is asked for."""
        raise NotImplementedError

    def failed(self, ask: Ask, reason: str) -> None:
        """Nothing is asked for, so nothing fails."""
