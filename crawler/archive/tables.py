"""The catalog's tables.

SQLAlchemy Core, so that the same code serves SQLite (the default, beside the posts) and
PostgreSQL. Times are ISO 8601 text in UTC and lists are JSON text: readable in any tool.
A change of them is a step of the ladder in ``database.py``.
"""

import sqlalchemy as sa

metadata = sa.MetaData()

articles = sa.Table(
    "articles",
    metadata,
    sa.Column("doc_id", sa.Text, primary_key=True),
    sa.Column("url", sa.Text, nullable=False, comment="canonical"),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("date", sa.Text, nullable=False, index=True, comment="of the post, UTC"),
    sa.Column("published_at", sa.Text, comment="as the page says, UTC"),
    sa.Column("modified_at", sa.Text, comment="the listing's mtime when it was last looked at, UTC"),
    sa.Column("path", sa.Text, nullable=False, comment="relative to the archive"),
    sa.Column("content_hash", sa.Text, nullable=False, comment="sha256 of title and Markdown body"),
    sa.Column("file_hash", sa.Text, nullable=False, comment="sha256 of the post as it was written"),
    sa.Column("layout", sa.Text, nullable=False),
    sa.Column("extractor", sa.Text, nullable=False, comment="version of the code that made the post"),
    sa.Column("media", sa.Text),
    sa.Column("byline", sa.Text),
    sa.Column("editor", sa.Text),
    sa.Column("original_title", sa.Text),
    sa.Column("image", sa.Text, comment="the first of the body"),
    sa.Column("keywords", sa.Text, comment="JSON list"),
    sa.Column("stocks", sa.Text, comment="JSON list of codes marked up in the page"),
    sa.Column("channels", sa.Text, comment="JSON list of lids"),
    sa.Column("revision", sa.Integer, nullable=False, comment="the highest number given to one, from 1"),
    sa.Column("archived_at", sa.Text, nullable=False, comment="first, UTC"),
    sa.Column("last_seen_at", sa.Text, comment="when Sina was last seen to show the newest text, UTC"),
    sa.Column("next_check_at", sa.Text, index=True, comment="when to look again, UTC; null: never"),
    sa.Column("checks", sa.Integer, nullable=False, comment="how often it was looked at again"),
    sa.Column("failed_checks", sa.Integer, nullable=False, server_default="0", comment="in a row"),
    sa.Column("gone", sa.Text, comment="why the page is no article any more; null while it is"),
    sa.Column("missing_since", sa.Text, comment="when Sina first said that it is gone, not believed yet; UTC"),
    sa.Column("etag", sa.Text),
    sa.Column("last_modified", sa.Text, comment="the response's header"),
    sa.Column("duplicate_of", sa.Text, index=True, comment="doc id that has nearly the same text"),
)
aliases = sa.Table(
    "aliases",
    metadata,
    sa.Column("url", sa.Text, primary_key=True),
    sa.Column("doc_id", sa.Text, nullable=False, index=True),
)
revisions = sa.Table(
    "revisions",
    metadata,
    sa.Column("doc_id", sa.Text, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, comment="from 1, in the order in which they were learned"),
    sa.Column("seen_at", sa.Text, nullable=False, index=True, comment="when it was shown, UTC: this is their order"),
    sa.Column(
        "seen_by", sa.Text, nullable=False, server_default="sina", comment="sina, or the web archive that has it"
    ),
    sa.Column("learned_at", sa.Text, comment="of a web archive's: when the run began that fetched it, UTC"),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("content_hash", sa.Text, nullable=False),
    sa.Column("gone", sa.Text, comment="a tombstone: why the page was no article any more"),
    sa.Column("post", sa.Text, comment="the whole file of a text that is not the newest; null: the file in posts/"),
    sa.Column(
        "facts", sa.Text, comment="JSON object: what else its page said, by column of articles; null: those there"
    ),
    sa.Column("capture_file", sa.Text),
    sa.Column("capture_offset", sa.BigInteger),
    sa.Column("capture_length", sa.BigInteger),
)
sightings = sa.Table(
    "sightings",
    metadata,
    sa.Column("doc_id", sa.Text, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, comment="of the revision whose text was shown again"),
    sa.Column("seen_by", sa.Text, primary_key=True, comment="as in revisions"),
    sa.Column("at", sa.Text, primary_key=True, comment="UTC"),
)
mementos = sa.Table(
    "mementos",
    metadata,
    sa.Column("archive", sa.Text, primary_key=True, comment="internet_archive, common_crawl, or who gave it"),
    sa.Column("url", sa.Text, primary_key=True, comment="as its index has it"),
    sa.Column("at", sa.Text, primary_key=True, comment="when it was captured, UTC"),
    sa.Column("doc_id", sa.Text, nullable=False, index=True),
    sa.Column("digest", sa.Text, nullable=False, comment="base32 SHA-1 of the payload, as the index says"),
    sa.Column("place", sa.Text, comment="the WARC that has it; null where the archive needs none"),
    sa.Column("offset", sa.BigInteger),
    sa.Column("length", sa.BigInteger),
    sa.Column("truncated", sa.Text, comment="as the index says"),
    sa.Column("state", sa.Text, nullable=False, comment="held, archived, same, failed, refused or given_up"),
    sa.Column("reason", sa.Text, comment="of a failure or refusal"),
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    sa.Column("next_try_at", sa.Text, index=True, comment="UTC; null: not again"),
)
index_queries = sa.Table(
    "index_queries",
    metadata,
    sa.Column("archive", sa.Text, primary_key=True),
    sa.Column("query", sa.Text, primary_key=True, comment="what of the index was asked for"),
    sa.Column("next", sa.Text, comment="resume key or page that goes on; null where all was read"),
    sa.Column("state", sa.Text, nullable=False, comment="open, done or failed"),
    sa.Column("reason", sa.Text),
    sa.Column("found", sa.Integer, nullable=False, comment="mementos of articles so far"),
    sa.Column("at", sa.Text, nullable=False, comment="of the last answer, UTC"),
)
bands = sa.Table(
    "bands",
    metadata,
    sa.Column("band", sa.Integer, primary_key=True),
    sa.Column("hash", sa.Text, primary_key=True, comment="of this band of the text's MinHash"),
    sa.Column("doc_id", sa.Text, primary_key=True, index=True),
)
entries = sa.Table(
    "entries",
    metadata,
    sa.Column("doc_id", sa.Text, primary_key=True),
    sa.Column("url", sa.Text, nullable=False, comment="as listed"),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("created_at", sa.Text, comment="the listing's ctime, UTC"),
    sa.Column("modified_at", sa.Text, comment="the listing's newest mtime, UTC"),
    sa.Column("day", sa.Text, nullable=False, index=True, comment="of ctime, in Beijing"),
    sa.Column("state", sa.Text, nullable=False, comment="listed, archived, failed, refused or given_up"),
    sa.Column("reason", sa.Text, comment="of a failure or refusal"),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("listed_at", sa.Text, nullable=False, comment="first, UTC"),
    sa.Column("tried_at", sa.Text, index=True, comment="last, UTC"),
    sa.Column("next_try_at", sa.Text, index=True, comment="UTC; null: not again"),
    sa.Column("media", sa.Text),
    sa.Column("keywords", sa.Text, comment="JSON list"),
    sa.Column("channels", sa.Text, comment="JSON list of lids"),
)
listed = sa.Table(
    "listed",
    metadata,
    sa.Column("channel", sa.Text, primary_key=True, comment="lid, or the name of a second witness"),
    sa.Column("doc_id", sa.Text, primary_key=True),
    sa.Column("at", sa.Text, nullable=False, comment="when the channel's list first showed it, UTC"),
    sa.Column("times_read", sa.Integer, nullable=False, comment="how often the list had been read completely by then"),
)
readings = sa.Table(
    "readings",
    metadata,
    sa.Column("channel", sa.Text, primary_key=True, comment="lid"),
    sa.Column("complete_at", sa.Text, nullable=False, comment="when the last complete reading began, UTC"),
    sa.Column("times_read", sa.Integer, nullable=False, comment="how often the list was read completely"),
    sa.Column("total", sa.Integer, comment="as the API said last"),
    sa.Column("excess", sa.Integer, comment="of the total over what the list showed to its end, when last read to it"),
    sa.Column("newest_at", sa.Text, comment="the newest ctime that it showed, UTC"),
    sa.Column("deep_at", sa.Text, comment="when it was last read on although nothing was new, UTC"),
    sa.Column("spent_on", sa.Text, comment="day in Beijing"),
    sa.Column("spent", sa.Integer, nullable=False, default=0, comment="pages asked for that day to read on"),
    sa.Column("short", sa.Integer, nullable=False, default=0, comment="readings in a row that ended too early"),
)
proofs = sa.Table(
    "proofs",
    metadata,
    sa.Column("channel", sa.Text, primary_key=True, comment="lid"),
    sa.Column("first_day", sa.Text, primary_key=True, comment="in Beijing"),
    sa.Column("last_day", sa.Text, primary_key=True, comment="in Beijing"),
    sa.Column("complete_at", sa.Text, nullable=False, comment="until when nothing of these days was missing, UTC"),
    sa.Column("by", sa.Text, nullable=False, comment="list: the list was read on to before them"),
)
slices = sa.Table(
    "slices",
    metadata,
    sa.Column("channel", sa.Text, primary_key=True, comment="lid"),
    sa.Column("start", sa.Text, primary_key=True, comment="UTC"),
    sa.Column("end", sa.Text, primary_key=True, comment="UTC, not in the slice"),
    sa.Column("state", sa.Text, nullable=False, comment="done or failed"),
    sa.Column("reason", sa.Text),
    sa.Column("found", sa.Integer, nullable=False, comment="entries listed"),
    sa.Column("total", sa.Integer, comment="as the API says"),
    sa.Column("at", sa.Text, nullable=False, comment="UTC"),
)
probes = sa.Table(
    "probes",
    metadata,
    sa.Column("fact", sa.Text, primary_key=True, comment="an assumption about Sina's side"),
    sa.Column("holds", sa.Boolean, comment="null: not known"),
    sa.Column("line", sa.Text, nullable=False, comment="JSON object: expected, seen, does, report"),
    sa.Column("at", sa.Text, nullable=False, comment="when it was asked for, UTC"),
)
images = sa.Table(
    "images",
    metadata,
    sa.Column("url", sa.Text, primary_key=True, comment="as articles have it"),
    sa.Column("file", sa.Text, nullable=False, index=True, comment="relative to images/, named by its sha256"),
    sa.Column("width", sa.Integer, nullable=False, comment="pixels"),
    sa.Column("height", sa.Integer, nullable=False, comment="pixels"),
    sa.Column("seen_at", sa.Text, nullable=False, comment="first, UTC"),
    sa.Column("capture_file", sa.Text),
    sa.Column("capture_offset", sa.BigInteger),
    sa.Column("capture_length", sa.BigInteger),
)
runs = sa.Table(
    "runs",
    metadata,
    sa.Column("run", sa.Text, primary_key=True),
    sa.Column("started_at", sa.Text, nullable=False, index=True, comment="UTC"),
    sa.Column("ended_at", sa.Text, comment="UTC"),
    sa.Column("outcome", sa.Text, comment="ok, or what was wrong"),
    sa.Column("counts", sa.Text, comment="JSON object"),
)
payloads = sa.Table(
    "payloads",
    metadata,
    sa.Column("page", sa.Text, primary_key=True, comment="lookup_key of the URL"),
    sa.Column("digest", sa.Text, nullable=False, comment="as in WARC-Payload-Digest"),
    sa.Column("url", sa.Text, nullable=False),
    sa.Column("date", sa.Text, nullable=False, comment="as in WARC-Date"),
    sa.Column("file", sa.Text, nullable=False, comment="the WARC that has it"),
)
unlisted = sa.Table(
    "unlisted",
    metadata,
    sa.Column("path", sa.Text, primary_key=True, comment="relative to the archive; in no manifest yet"),
)
promised = sa.Table(
    "promised",
    metadata,
    sa.Column("path", sa.Text, primary_key=True, comment="of a post, relative to the archive"),
    sa.Column("file_hash", sa.Text, primary_key=True, comment="sha256 of what is about to be put there"),
)
waits = sa.Table(
    "waits",
    metadata,
    sa.Column("host", sa.Text, primary_key=True),
    sa.Column("until", sa.Text, nullable=False, comment="when it may be asked again, by its Retry-After, UTC"),
    sa.Column("detail", sa.Text, nullable=False, comment="what it did, in words"),
)
versions = sa.Table("schema_version", metadata, sa.Column("version", sa.Integer, primary_key=True))
