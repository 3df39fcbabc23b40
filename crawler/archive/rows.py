"""An article as rows of the catalog's tables."""

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from crawler.items import Article, Capture
from crawler.times import iso, iso_or_none

# What a page says beside title and text; of a text that is no longer the newest, its revision keeps it.
FACTS = (
    "url", "published_at", "media", "byline", "editor", "original_title", "image", "keywords", "stocks", "layout",
    "extractor", "duplicate_of",
)  # fmt: skip


def article_row(article: Article) -> dict[str, Any]:
    """Of ``articles``, but for what only the catalog knows: when it was archived and is looked at again."""
    entry = article.entry
    assert article.date
    return {
        "doc_id": article.doc_id,
        "url": article.url,
        "title": article.title,
        "date": iso(article.date),
        "published_at": iso_or_none(article.published_at),
        "modified_at": iso_or_none(entry.modified_at) if entry else None,
        "path": article.path,
        "content_hash": article.content_hash,
        "file_hash": article.file_hash,
        "layout": article.layout,
        "extractor": article.extractor,
        "media": article.media or (entry.media if entry else ""),
        "byline": article.byline,
        "editor": article.editor,
        "original_title": article.original_title,
        "image": next(iter(article.images), None),
        "keywords": to_json(article.keywords or (entry.keywords if entry else ())),
        "stocks": to_json(article.stocks),
        "channels": to_json(entry.channels if entry else ()),
        "revision": article.revision,
        "etag": article.etag,
        "last_modified": article.last_modified,
        "duplicate_of": article.duplicate_of,
    }


def revision_row(article: Article, at: datetime) -> dict[str, Any]:
    """Of ``revisions``, seen at `at` where the article does not say when."""
    capture = article.capture or Capture(None, None, None)
    row = article_row(article) if article.is_past else None
    return {
        "doc_id": article.doc_id,
        "number": article.revision,
        "seen_at": iso(article.seen_at or at),
        "seen_by": article.seen_by,
        "learned_at": iso_or_none(article.learned_at),
        "title": article.title,
        "content_hash": article.content_hash,
        "post": article.unwritten_post,
        "facts": to_json({name: row[name] for name in FACTS}) if row else None,
        "capture_file": capture.file,
        "capture_offset": capture.offset,
        "capture_length": capture.length,
    }


def band_rows(new: Sequence[Article]) -> list[dict[str, Any]]:
    """Of ``bands``, for some articles."""
    return [
        {"band": number, "hash": band, "doc_id": article.doc_id}
        for article in new
        for number, band in enumerate(article.bands)
    ]


def to_json(values: Collection[str] | Mapping[str, Any]) -> str:
    """A list or an object as JSON text, Chinese readable."""
    return json.dumps(values if isinstance(values, Mapping) else list(values), ensure_ascii=False)
