"""The catalog's tables, and the ladder that brings an older catalog up to them.

SQLAlchemy Core, so that the same code serves SQLite (the default, beside the posts) and
PostgreSQL. Times are ISO 8601 text in UTC and lists are JSON text: readable in any tool.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite

from crawler.search.tables import add_index, create_tables

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql

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
    sa.Column("revision", sa.Integer, nullable=False, comment="number of the newest, from 1"),
    sa.Column("archived_at", sa.Text, nullable=False, comment="first, UTC"),
    sa.Column("next_check_at", sa.Text, index=True, comment="when to look again, UTC; null: never"),
    sa.Column("checks", sa.Integer, nullable=False, comment="how often it was looked at again"),
    sa.Column("failed_checks", sa.Integer, nullable=False, server_default="0", comment="in a row"),
    sa.Column("gone", sa.Text, comment="why the page is no article any more; null while it is"),
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
    sa.Column("number", sa.Integer, primary_key=True, comment="from 1"),
    sa.Column("seen_at", sa.Text, nullable=False, index=True, comment="UTC"),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("content_hash", sa.Text, nullable=False),
    sa.Column("gone", sa.Text, comment="a tombstone: why the page was no article any more"),
    sa.Column("post", sa.Text, comment="the whole file of a revision that was replaced; null: the file in posts/"),
    sa.Column("capture_file", sa.Text),
    sa.Column("capture_offset", sa.BigInteger),
    sa.Column("capture_length", sa.BigInteger),
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
    sa.Column("channel", sa.Text, primary_key=True, comment="lid"),
    sa.Column("doc_id", sa.Text, primary_key=True),
    sa.Column("at", sa.Text, nullable=False, comment="when the channel's list first showed it, UTC"),
)
readings = sa.Table(
    "readings",
    metadata,
    sa.Column("channel", sa.Text, primary_key=True, comment="lid"),
    sa.Column(
        "complete_at", sa.Text, nullable=False, comment="start of the last run that read all new of the list, UTC"
    ),
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
versions = sa.Table("schema_version", metadata, sa.Column("version", sa.Integer, primary_key=True))

_BANDS_BY_ARTICLE = sa.text("CREATE INDEX IF NOT EXISTS ix_bands_doc_id ON bands (doc_id)")

# Step n brings a catalog of version n to version n + 1. A new catalog starts at the newest.
MIGRATIONS: tuple[Callable[[sa.Connection], object], ...] = (
    lambda _connection: None,  # 2: images. A table that is new is made where it isn't there.
    add_index,  # 3: full-text search
    lambda connection: connection.execute(_BANDS_BY_ARTICLE),  # 4: a rebuild replaces those of each article
)
VERSION = len(MIGRATIONS) + 1
_MAKING_TABLES = 0x5C4E3A  # any number, the same in every program


def open_engine(database_url: str) -> sa.Engine:
    """An engine on a catalog that has today's tables.

    Raises RuntimeError, changing nothing, for a catalog made by a newer program.
    """
    url = sa.make_url(database_url)
    is_sqlite = url.get_backend_name() == "sqlite"
    if is_sqlite and url.database:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
        _refuse_newer(Path(url.database))
    engine = sa.create_engine(url) if is_sqlite else _server_engine(url)
    if is_sqlite:
        sa.event.listen(engine, "connect", _prepare_sqlite)
    try:
        with engine.begin() as connection:
            if is_sqlite:
                connection.exec_driver_sql("BEGIN IMMEDIATE")  # Python's driver would commit each change of a table
            one_at_a_time(connection)
            _migrate(connection, url.render_as_string())  # without the password
    except BaseException:
        engine.dispose()
        raise
    return engine


@cache
def _server_engine(url: sa.URL) -> sa.Engine:
    """One in a process: each component that disposes of it gives its connections back, and the others take new ones."""
    return sa.create_engine(url)


def one_at_a_time(connection: sa.Connection) -> None:
    """To the end of the transaction: in PostgreSQL, workers that start together would all make the tables."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_MAKING_TABLES)))


@contextmanager
def writing(engine: sa.Engine, within: sa.Connection | None = None) -> Iterator[sa.Connection]:
    """One transaction, or the one that is open on `within`."""
    if within is not None:
        yield within
    else:
        with engine.begin() as connection:
            yield connection


def insert_into(engine: sa.Engine, table: sa.Table) -> "sqlite.Insert | postgresql.Insert":
    """An insert of the engine's own dialect, which knows ``on_conflict_do_nothing`` and ``…_do_update``."""
    if engine.dialect.name == "postgresql":
        from sqlalchemy.dialects import postgresql  # a program with an SQLite catalog starts sooner without it

        return postgresql.insert(table)
    return sqlite.insert(table)


def _refuse_newer(path: Path) -> None:
    """Looks at a file that may be a newer program's without changing a byte of it."""
    if not path.exists():
        return
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?immutable=1", uri=True)) as connection:
        try:
            version = connection.execute("SELECT max(version) FROM schema_version").fetchone()[0]
        except sqlite3.OperationalError:  # no such table
            return
    if version and version > VERSION:
        raise RuntimeError(f"{path}: catalog of version {version}, this program knows {VERSION}")


def _migrate(connection: sa.Connection, where: str) -> None:
    version = None
    if sa.inspect(connection).has_table(versions.name):
        version = connection.scalar(sa.select(sa.func.max(versions.c.version)))
    if version == VERSION:
        return
    if version is not None and version > VERSION:
        raise RuntimeError(f"{where}: catalog of version {version}, this program knows {VERSION}")
    for step in MIGRATIONS[version - 1 :] if version else ():
        step(connection)
    metadata.create_all(connection)
    create_tables(connection)
    connection.execute(sa.delete(versions))
    connection.execute(sa.insert(versions).values(version=VERSION))


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    """WAL: readers never wait for the writer. A commit survives a crash of the process."""
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=10000"):
        connection.execute(f"PRAGMA {pragma}")
