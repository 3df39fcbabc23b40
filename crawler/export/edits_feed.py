"""What was changed after publication, as a feed: each revision and each deletion, with what is different."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from html import escape
from itertools import groupby
from operator import itemgetter
from typing import Any

import sqlalchemy as sa

from crawler.archive.archive import Archive
from crawler.archive.tables import articles
from crawler.archive.texts import AT_ANY_TIME, texts
from crawler.export.feed import Entry, Feed, entry_id, feed_id
from crawler.export.rows import RowFilter, in_window, rows
from crawler.export.word_diff import word_diff
from crawler.times import BEIJING, iso

_TITLE = "新浪财经国内新闻：修改与删除"
_Row = Mapping[str, Any]


def edits_feed(archive: Archive, row_filter: RowFilter) -> Feed:
    """The newest edits, by when they were seen, of the articles that the filter chooses."""
    until = iso(row_filter.as_of) if row_filter.as_of else AT_ANY_TIME
    chosen = set(_newest(archive.engine, row_filter, until))
    doc_ids = sorted({doc_id for doc_id, _ in chosen})
    every = RowFilter(as_of=row_filter.as_of, every=True, doc_ids=doc_ids)
    entries: list[Entry] = []
    for _, seen in groupby(rows(archive.engine, archive.root, every), itemgetter("doc_id")):
        entries += _edits(list(seen), chosen)
    entries.sort(key=lambda entry: (entry.updated, entry.id), reverse=True)
    return Feed(feed_id("edits"), _TITLE, archive.form.author, entries)


def _newest(engine: sa.Engine, row_filter: RowFilter, until: str) -> Iterator[tuple[str, int]]:
    """Doc id and number of what was seen after something else of its article."""
    seen = texts(until)
    query = sa.select(seen.c.doc_id, seen.c.number).join(articles, articles.c.doc_id == seen.c.doc_id)
    query = query.where(seen.c.hash_before != seen.c.content_hash, *in_window(row_filter))
    query = query.order_by(seen.c.seen_at.desc(), seen.c.doc_id.desc(), seen.c.number.desc())
    with engine.connect() as connection:
        for row in connection.execute(query.limit(row_filter.newest)):
            yield row.doc_id, row.number


def _edits(seen: list[_Row], chosen: set[tuple[str, int]]) -> list[Entry]:
    """Of all that was seen of an article, in order, the edits that are `chosen`."""
    entries: list[Entry] = []
    text: _Row | None = None  # what was read last
    for row in seen:
        if (row["doc_id"], row["revision"]) in chosen and text and row["date"] and row["seen_at"]:
            entries.append(_entry(text, row))
        text = text if row["gone"] else row
    return entries


def _entry(before: _Row, row: _Row) -> Entry:
    return Entry(
        id=entry_id(row["doc_id"], row["date"], row["revision"]),
        title=f"{'删除' if row['gone'] else '修改'}：{row['title']}",
        url=row["url"] or before["url"] or "",
        published=row["seen_at"],
        updated=row["seen_at"],
        html="\n".join(_deletion(before, row) if row["gone"] else _revision(before, row)),
        author=row["media"] or before["media"] or "",
    )


def _deletion(before: _Row, row: _Row) -> list[str]:
    said = f"{_time(row['seen_at'])} 原文已不在新浪（{escape(row['gone'])}）。"
    said += f"此前的文本，{_time(before['seen_at'])} 所见："
    if not _has_text(before):
        return [f"<p>{said}</p>", _NO_TEXT]
    lines = (f"<p><del>{escape(line, quote=False)}</del></p>" for line in before["text"].split("\n"))
    return [f"<p>{said}</p>", *lines]


def _revision(before: _Row, row: _Row) -> list[str]:
    said = f"<p>{_time(before['seen_at'])} 所见 → {_time(row['seen_at'])} 所见（第 {row['revision']} 版）</p>"
    title = word_diff(before["title"], row["title"])
    lines = [said, *([f"<h2>{title.removeprefix('<p>').removesuffix('</p>')}</h2>"] if title else [])]
    if not (_has_text(before) and _has_text(row)):
        return [*lines, _NO_TEXT]
    if changed := word_diff(before["text"], row["text"]):
        return [*lines, changed]
    if changed := word_diff(before["markdown"], row["markdown"]):
        return [*lines, "<p>文字未变，改动的是图片、链接或格式：</p>", changed]
    return lines if title else [*lines, "<p>与此前的文本相同，曾不在新浪。</p>"]


_NO_TEXT = "<p>（有一版的文本不在存档中，无法比较。）</p>"


def _has_text(row: _Row) -> bool:
    """One that a person edited in the archive is not what Sina showed."""
    return row["text"] is not None and not row["is_edited"]


def _time(moment: datetime | None) -> str:
    return f"{moment.astimezone(BEIJING):%Y-%m-%d %H:%M}" if moment else ""
