"""The columns of an export, as docs/export.md describes them; they only ever grow."""

from dataclasses import dataclass

TEXT, TIME, NUMBER, TRUTH, LIST = "text", "time", "number", "truth", "list of text"


@dataclass(frozen=True, slots=True)
class Column:
    """``is_fact``: what the page of this text said beside it; null where an older program did not keep it."""

    name: str
    kind: str
    is_fact: bool = False


COLUMNS = (
    Column("doc_id", TEXT),
    Column("revision", NUMBER),
    Column("date", TIME),
    Column("seen_at", TIME),
    Column("archived_at", TIME),
    Column("title", TEXT),
    Column("text", TEXT),
    Column("markdown", TEXT),
    Column("characters", NUMBER),
    Column("is_edited", TRUTH),
    Column("gone", TEXT),
    Column("gone_at", TIME),
    Column("path", TEXT),
    Column("content_hash", TEXT),
    Column("channels", LIST),
    Column("url", TEXT, is_fact=True),
    Column("published_at", TIME, is_fact=True),
    Column("media", TEXT, is_fact=True),
    Column("byline", TEXT, is_fact=True),
    Column("editor", TEXT, is_fact=True),
    Column("original_title", TEXT, is_fact=True),
    Column("keywords", LIST, is_fact=True),
    Column("stocks", LIST, is_fact=True),
    Column("image", TEXT, is_fact=True),
    Column("layout", TEXT, is_fact=True),
    Column("extractor", TEXT, is_fact=True),
    Column("duplicate_of", TEXT, is_fact=True),
    Column("listed_at", TIME),
    Column("first_seen_at", TIME),
    Column("seen_by", TEXT),
    Column("knowable_at", TIME),
    Column("named_stocks", LIST),
)
