"""The columns of an export, and what they mean; they only ever grow."""

from dataclasses import dataclass

TEXT, TIME, NUMBER, TRUTH, LIST = "text", "time", "number", "truth", "list of text"


@dataclass(frozen=True, slots=True)
class Column:
    """``is_fact``: what the page of this text said beside it; null where an older program did not keep it.

    ``meaning`` is Markdown, for docs/export.md and for the card of a data set.
    """

    name: str
    kind: str
    meaning: str
    is_fact: bool = False


COLUMNS = (
    Column("doc_id", TEXT, "Sina's identity of the article, without `comos:`."),
    Column(
        "revision",
        NUMBER,
        "Of the text in this row, from 1, in the order in which the archive learned of them; tombstones count, too.",
    ),
    Column("date", TIME, "Of publication: the list's `ctime`, else the page's. It never changes."),
    Column("seen_at", TIME, "When this revision was first seen. The edit itself may be older."),
    Column("archived_at", TIME, "When the article was first archived."),
    Column("title", TEXT, "Of this revision."),
    Column(
        "text",
        TEXT,
        "Plain text: a line a paragraph, cells of tables separated by tabs, no images. What is raised or lowered "
        "is written so where Unicode has signs for it (`10⁸`, `CO₂`), else behind `^` or `_` (`注^[1]`); a search "
        "for `CO2` finds both.",
    ),
    Column("markdown", TEXT, "The body as in the post, without front matter and the line that links the original."),
    Column("characters", NUMBER, "Unicode characters of `text`."),
    Column("is_edited", TRUTH, "The post was edited by hand, and this is the edited text."),
    Column("gone", TEXT, "Why the page is no article any more, such as `http_404`; null while it is."),
    Column("gone_at", TIME, "When that was seen."),
    Column("path", TEXT, "Of the post, relative to the archive."),
    Column(
        "content_hash",
        TEXT,
        "sha256, hex, of title, newline and Markdown body as Sina's page gave them; null for a tombstone.",
    ),
    Column("channels", LIST, "Sina's list numbers (lid) when it was first archived."),
    Column("url", TEXT, "Canonical.", is_fact=True),
    Column("published_at", TIME, "As the page says.", is_fact=True),
    Column("media", TEXT, "The source that the page or the list names.", is_fact=True),
    Column("byline", TEXT, "Reporters and authors.", is_fact=True),
    Column("editor", TEXT, "The editor in charge.", is_fact=True),
    Column("original_title", TEXT, "Of a reprint, where the page says 原标题.", is_fact=True),
    Column("keywords", LIST, "As the page or the list gives them.", is_fact=True),
    Column("stocks", LIST, "Codes marked up in the page.", is_fact=True),
    Column("image", TEXT, "URL of the body's first image.", is_fact=True),
    Column("layout", TEXT, "The page template by era; `unknown` for none that is known.", is_fact=True),
    Column("extractor", TEXT, "Version of the code that read the page.", is_fact=True),
    Column("duplicate_of", TEXT, "`doc_id` of an article with nearly the same text.", is_fact=True),
    Column("listed_at", TIME, "When a list that this archive asked first showed the article; null where none did."),
    Column("first_seen_at", TIME, "When the text in this row was first seen: `seen_at`."),
    Column("seen_by", TEXT, "Who saw it then: `sina` (asked by this archive), `internet_archive`, `common_crawl`."),
    Column(
        "knowable_at",
        TIME,
        "The earliest time at which a capture proves that the text in this row could be read; null for a text "
        "edited by hand, and where there is no text.",
    ),
    Column(
        "named_stocks",
        LIST,
        "Codes that title and text in this row name, in their order: `sh600519`, `sz000001`, `bj920541`, "
        "`hk00700`, `AAPL`; null where there is no text.",
    ),
)
