"""What is new about an article that was read again: which columns of the catalog, and which parts of its post."""

import difflib
import json
from collections.abc import Mapping
from typing import Any

import yaml

from crawler.items import Article
from crawler.post.front_matter import load
from crawler.times import iso

# Columns of the catalog that a post doesn't show.
_COLUMNS = ("published_at", "layout", "media", "byline", "editor", "original_title", "keywords", "stocks")


def changed_columns(row: Mapping[str, Any], article: Article) -> set[str]:
    """By name; `row` is what the catalog has."""
    entry = article.entry
    now = {name: getattr(article, name) for name in _COLUMNS} | {
        "published_at": article.published_at and iso(article.published_at),
        "media": article.media or (entry.media if entry else ""),
        "keywords": list(article.keywords or (entry.keywords if entry else ())),
        "stocks": list(article.stocks),
    }
    before = {name: json.loads(row[name] or "[]") if name in ("keywords", "stocks") else row[name] for name in _COLUMNS}
    return {name for name in _COLUMNS if (now[name] or "") != (before[name] or "")}


def changed_parts(before: str, post: str) -> set[str]:
    """Which keys of the front matter, or the body, differ; ``file`` where none can be named."""
    if before == post:
        return set()
    try:
        (old, old_body), (new, new_body) = load(before), load(post)
    except yaml.YAMLError:
        return {"file"}
    if not before:
        return {"missing"}
    keys = {"image" if key in ("headimg", "thumbnail") else key for key in old | new if old.get(key) != new.get(key)}
    return keys | ({"body"} if old_body != new_body else set()) or {"file"}


def difference(path: str, before: str, post: str) -> str:
    """As ``diff -u`` shows it."""
    lines = before.splitlines(keepends=True), post.splitlines(keepends=True)
    return "".join(difflib.unified_diff(*lines, f"a/{path}", f"b/{path}"))
