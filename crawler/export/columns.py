"""The columns of an export, as docs/export.md describes them; they only ever grow."""

from dataclasses import dataclass

TEXT, TIME, NUMBER, TRUTH, LIST = "text", "time", "number", "truth", "list of text"


@dataclass(frozen=True, slots=True)
class Column:
    """``is_newest``: only the newest text has it; an older revision's row has null there."""

    name: str
    kind: str
    is_newest: bool = False


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
    Column("url", TEXT, is_newest=True),
    Column("published_at", TIME, is_newest=True),
    Column("media", TEXT, is_newest=True),
    Column("byline", TEXT, is_newest=True),
    Column("editor", TEXT, is_newest=True),
    Column("original_title", TEXT, is_newest=True),
    Column("keywords", LIST, is_newest=True),
    Column("stocks", LIST, is_newest=True),
    Column("image", TEXT, is_newest=True),
    Column("layout", TEXT, is_newest=True),
    Column("extractor", TEXT, is_newest=True),
    Column("duplicate_of", TEXT, is_newest=True),
)
