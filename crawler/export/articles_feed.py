"""The newest articles as a feed, in full text."""

from collections.abc import Mapping
from dataclasses import replace
from html import escape
from typing import Any

from crawler.archive.archive import Archive
from crawler.export.feed import Entry, Feed, entry_id, feed_id
from crawler.export.post_html import post_html
from crawler.export.rows import RowFilter, rows
from crawler.times import BEIJING

_TITLE = "新浪财经国内新闻"


def articles_feed(archive: Archive, row_filter: RowFilter) -> Feed:
    """The articles that the filter chooses, by when they were published; without those whose text can't be had."""
    chosen = rows(archive.engine, archive.root, replace(row_filter, every=False))
    entries = [_entry(row) for row in chosen if row["date"] and row["markdown"] is not None]
    return Feed(feed_id("articles"), _TITLE, archive.form.author, entries)


def _entry(row: Mapping[str, Any]) -> Entry:
    return Entry(
        id=entry_id(row["doc_id"], row["date"]),
        title=row["title"],
        url=row["url"] or "",
        published=row["date"],
        updated=max(filter(None, (row["date"], row["seen_at"], row["gone_at"]))),
        html=_gone(row) + post_html(row["markdown"]),
        author=row["media"] or "",
        keywords=tuple(row["keywords"] or ()),
    )


def _gone(row: Mapping[str, Any]) -> str:
    if not row["gone"]:
        return ""
    at = f"{row['gone_at'].astimezone(BEIJING):%Y-%m-%d %H:%M}" if row["gone_at"] else ""
    return f"<p><em>原文已不在新浪（{escape(row['gone'])}，{at} 所见），以下为最后存档的文本。</em></p>\n"
