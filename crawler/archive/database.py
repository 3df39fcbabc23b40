"""The catalog's database: opened, and brought up to today's tables by a ladder of steps."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite

from crawler.archive.files import kind_of
from crawler.archive.full_text import add_index, create_tables
from crawler.archive.tables import metadata, versions

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql

_NUMBERED_READINGS = (
    "ALTER TABLE readings ADD COLUMN times_read INTEGER NOT NULL DEFAULT 1",
    "ALTER TABLE readings ADD COLUMN total INTEGER",
    "ALTER TABLE readings ADD COLUMN newest_at TEXT",
    "ALTER TABLE readings ADD COLUMN deep_at TEXT",
    "ALTER TABLE readings ADD COLUMN spent_on TEXT",
    "ALTER TABLE readings ADD COLUMN spent INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE readings ADD COLUMN short INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE listed ADD COLUMN times_read INTEGER NOT NULL DEFAULT 0",
    "UPDATE listed SET times_read = 1"
    " WHERE at > (SELECT complete_at FROM readings WHERE readings.channel = listed.channel)",
)
_BANDS_BY_ARTICLE = sa.text("CREATE INDEX IF NOT EXISTS ix_bands_doc_id ON bands (doc_id)")

_MISSING_SINCE = sa.text("ALTER TABLE articles ADD COLUMN missing_since TEXT")

_WITNESSES = (
    "ALTER TABLE revisions ADD COLUMN seen_by TEXT NOT NULL DEFAULT 'sina'",
    "ALTER TABLE revisions ADD COLUMN learned_at TEXT",
    "ALTER TABLE revisions ADD COLUMN facts TEXT",
    "ALTER TABLE articles ADD COLUMN last_seen_at TEXT",
)

_EXCESS = ("ALTER TABLE readings ADD COLUMN excess INTEGER",)


def _number_readings(connection: sa.Connection) -> None:
    """What a list showed after its last complete reading was told by times: it stays new."""
    _execute(connection, _NUMBERED_READINGS)


def _execute(connection: sa.Connection, statements: tuple[str, ...]) -> None:
    for statement in statements:
        connection.execute(sa.text(statement))


# Step n brings a catalog of version n to version n + 1. A new catalog starts at the newest.
MIGRATIONS: tuple[Callable[[sa.Connection], object], ...] = (
    lambda _connection: None,  # 2: images. A table that is new is made where it isn't there.
    add_index,  # 3: full-text search
    lambda connection: connection.execute(_BANDS_BY_ARTICLE),  # 4: a rebuild replaces those of each article
    lambda _connection: None,  # 5: payloads, which only a run that captured had made
    lambda connection: connection.execute(_MISSING_SINCE),  # 6: a tombstone needs Sina's word twice
    lambda _connection: None,  # 7: unlisted
    _number_readings,  # 8: what is new is told by numbers of readings
    lambda _connection: None,  # 9: probes
    lambda connection: _execute(connection, _WITNESSES),  # 10: texts that web archives have seen; mementos
    lambda connection: _execute(connection, _EXCESS),  # 11: promised, waits; totals that always are too high
)
VERSION = len(MIGRATIONS) + 1
_MAKING_TABLES = 0x5C4E3A  # any number, the same in every program


def open_engine(database_url: str) -> sa.Engine:
    """An engine on a catalog that has today's tables.

    Raises RuntimeError, changing nothing, for a catalog made by a newer program, or where no file is.
    """
    url = sa.make_url(database_url)
    is_sqlite = url.get_backend_name() == "sqlite"
    if is_sqlite and url.database:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
        _refuse_no_file(Path(url.database))
        _refuse_newer(Path(url.database))
    engine = sa.create_engine(url)
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


def one_at_a_time(connection: sa.Connection) -> None:
    """To the end of the transaction: in PostgreSQL, workers that start together would all make the tables."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_MAKING_TABLES)))


def by_bytes(column: sa.ColumnElement[str], connection: sa.Connection) -> sa.ColumnElement[str]:
    """A column in the order in which Python sorts text, whatever language the database sorts for."""
    return column.collate("BINARY" if connection.dialect.name == "sqlite" else "C")


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


def _refuse_no_file(path: Path) -> None:
    """SQLite would wait for a FIFO for ever. A link to a file is one's own choice of a disk."""
    if path.exists() and not path.is_file():
        raise RuntimeError(f"{path}: {kind_of(path)}, where the catalog should be")


def _refuse_newer(path: Path) -> None:
    """Looks at a file that may be a newer program's without changing a byte of it."""
    version = _version(path) if path.exists() else None
    if version and version > VERSION:
        raise RuntimeError(f"{path}: catalog of version {version}, this program knows {VERSION}")


def _version(path: Path) -> int | None:
    """As the catalog says; None where it says none.

    After a kill, or beside a writer, the newest pages are in the WAL. Without one nothing is made beside
    the file to read it; a writer that begins just then leaves pages that don't fit together.
    """
    has_wal = path.with_name(f"{path.name}-wal").exists()
    try:
        return _read_version(path, "mode=ro" if has_wal else "immutable=1")
    except sqlite3.DatabaseError:
        return _read_version(path, "mode=ro")


def _read_version(path: Path, mode: str) -> int | None:
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?{mode}", uri=True)) as connection:
        try:
            if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'schema_version'").fetchone():
                return None
            version: int | None = connection.execute("SELECT max(version) FROM schema_version").fetchone()[0]
        except UnicodeDecodeError as error:  # Python's driver, of a message that quotes the damage
            raise sqlite3.DatabaseError(f"malformed: {error}") from error
        return version


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
