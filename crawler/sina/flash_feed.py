"""The 7x24 feed: flashes, some of which name an article, or have a page of their own.

Source of the answer's form: public crawlers of 2019 to 2026, several agreeing. ``ext`` is JSON within the JSON.
"""

import json
import re
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from crawler.items import ListEntry
from crawler.sina.dates import parse_date
from crawler.sina.json_answer import ListingError, number_of, result_of, text_of, url_of

API = "https://zhibo.sina.com.cn/api/zhibo/feed"
FINANCE = "152"
PAGE_SIZE = 20

_MARKUP = re.compile(r"<[^<>]{0,500}>")
_HEADLINE = re.compile(r"【([^【】]{1,200})】")
_LONGEST_TITLE = 80  # characters of a flash without a headline of its own


@dataclass(frozen=True, slots=True)
class Feed:
    """One page: an entry for each flash that names a page, and what was left out, by reason."""

    entries: tuple[ListEntry, ...]
    left_out: Counter[str]


def feed_url(page: int) -> str:
    """The request for `page` (from 1) of the flashes of finance."""
    return f"{API}?zhibo_id={FINANCE}&page={page}&page_size={PAGE_SIZE}"


def is_flash(url: str) -> bool:
    """True for the page of a flash itself, which stands below ``/7x24/``; the others are articles."""
    return urlsplit(url).path.startswith("/7x24/")


def parse_feed(body: bytes | str, seen_at: datetime | None = None) -> Feed:
    """What an answer that came at `seen_at` shows. Raises ListingError.

    A flash has no ctime of an article: only the day of its ``create_time`` is kept.
    """
    data = result_of(body).get("data")
    feed = data.get("feed") if isinstance(data, dict) else None
    flashes = feed.get("list") if isinstance(feed, dict) else None
    if not isinstance(flashes, list):
        raise ListingError("no_list", f"result.data.feed.list is {type(flashes).__name__}, not a list")
    entries, left_out = [], Counter[str]()
    for flash in flashes:
        if not isinstance(flash, dict):
            left_out["malformed"] += 1
        elif number_of(flash.get("is_delete")):
            left_out["deleted"] += 1
        elif not (url := _page_of(flash)):
            left_out["no_url"] += 1
        else:
            moment = parse_date(text_of(flash.get("create_time")), seen_at)
            entries.append(ListEntry(url=url, title=_title(flash), day=moment.date() if moment else None))
    return Feed(tuple(entries), left_out)


def _page_of(flash: dict[str, Any]) -> str:
    """``docurl``, of ``ext`` or beside it."""
    ext = flash.get("ext")
    if isinstance(ext, str):
        try:
            ext = json.loads(ext)
        except (ValueError, RecursionError):
            ext = None
    url = (ext.get("docurl") if isinstance(ext, dict) else None) or flash.get("docurl")
    return url_of(url) if isinstance(url, str) else ""


def _title(flash: dict[str, Any]) -> str:
    text = text_of(_MARKUP.sub("", flash["rich_text"])) if isinstance(flash.get("rich_text"), str) else ""
    headline = _HEADLINE.search(text)
    return headline[1].strip() if headline else text[:_LONGEST_TITLE]
