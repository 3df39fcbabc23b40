"""The full-text index in an SQLite catalog: which text has which number, and which articles are not in it yet."""

import sqlalchemy as sa

# FTS5 keeps words only, neither texts nor positions: half the size, and the posts are there to be read.
# A text that is replaced leaves its number unused: to take its words out, FTS5 would want to see it again.
_STATEMENTS = (
    "CREATE TABLE IF NOT EXISTS texts (id INTEGER PRIMARY KEY, doc_id TEXT)",
    "CREATE INDEX IF NOT EXISTS texts_doc_id ON texts (doc_id)",
    "CREATE VIRTUAL TABLE IF NOT EXISTS words USING fts5 (text, content='', detail='none', tokenize='ascii')",
    # Whatever writes an article, in the same transaction it is marked.
    "CREATE TABLE IF NOT EXISTS unindexed (doc_id TEXT PRIMARY KEY) WITHOUT ROWID",
    "CREATE TRIGGER IF NOT EXISTS article_added AFTER INSERT ON articles"
    " BEGIN INSERT OR IGNORE INTO unindexed VALUES (new.doc_id); END",
    "CREATE TRIGGER IF NOT EXISTS article_changed AFTER UPDATE OF content_hash ON articles"
    " WHEN new.content_hash IS NOT old.content_hash"
    " BEGIN INSERT OR IGNORE INTO unindexed VALUES (new.doc_id); END",
)


def create_tables(connection: sa.Connection) -> None:
    """Makes what is not there; nothing in another database."""
    if connection.dialect.name == "sqlite":
        for statement in _STATEMENTS:
            connection.exec_driver_sql(statement)


def add_index(connection: sa.Connection) -> None:
    """To a catalog from before there was one: every article is marked."""
    create_tables(connection)
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("INSERT OR IGNORE INTO unindexed SELECT doc_id FROM articles")
