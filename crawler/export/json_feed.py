"""A feed as JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/)."""

import json
from typing import IO, Any

from crawler.export.feed import HOME, LANGUAGE, Entry, Feed
from crawler.times import iso

_VERSION = "https://jsonfeed.org/version/1.1"


def write_json_feed(feed: Feed, file: IO[bytes]) -> int:
    """Writes it as UTF-8. Returns how many entries it has."""
    written = {
        "version": _VERSION,
        "title": feed.title,
        "home_page_url": HOME,
        "language": LANGUAGE,
        "authors": [{"name": feed.author}],
        "items": [_item(entry) for entry in feed.entries],
    }
    file.write(json.dumps(written, ensure_ascii=False, indent=1).encode() + b"\n")
    return len(feed.entries)


def _item(entry: Entry) -> dict[str, Any]:
    item: dict[str, Any] = {
        "id": entry.id,
        "title": entry.title,
        "content_html": entry.html,
        "date_published": iso(entry.published),
        "date_modified": iso(entry.updated),
    }
    if entry.url:
        item["url"] = entry.url
    if entry.author:
        item["authors"] = [{"name": entry.author}]
    if entry.keywords:
        item["tags"] = list(entry.keywords)
    return item
