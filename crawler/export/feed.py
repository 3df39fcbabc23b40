"""What a feed says, in whatever format: entries with ids that never change, the newest first."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from crawler.times import BEIJING, EARLIEST

HOME = "https://finance.sina.com.cn/china/"
LANGUAGE = "zh-CN"
GENERATOR = "sina-finance-archive"
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Entry:
    """``updated`` is when what it says was seen; ``author`` and ``url`` may be empty."""

    id: str
    title: str
    url: str
    published: datetime
    updated: datetime
    html: str
    author: str = ""
    keywords: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Feed:
    """``author``: of entries that name none."""

    id: str
    title: str
    author: str
    entries: Sequence[Entry]

    @property
    def updated(self) -> datetime:
        """When its newest entry was; of an empty one it is not known: a time before all."""
        return max((entry.updated for entry in self.entries), default=EARLIEST)


def feed_id(name: str) -> str:
    """A tag URI (RFC 4151), as those of entries are."""
    return f"tag:finance.sina.com.cn,2021:{GENERATOR}/{name}"


def entry_id(doc_id: str, published: datetime, revision: int | None = None) -> str:
    """Of an article, or of one of its revisions: it has what never changes of them."""
    day = f"{published.astimezone(BEIJING):%Y-%m-%d}"
    return f"tag:finance.sina.com.cn,{day}:{doc_id}" + (f"/{revision}" if revision is not None else "")


def fit_for_xml(text: str) -> str:
    """Without the characters that no XML may hold, escaped or not."""
    return _NO_XML.sub("", text)
