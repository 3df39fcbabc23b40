"""Checks the catalog in itself: its pages, and that its tables know of each other; its values: check_values.py."""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import sqlalchemy as sa

from crawler.archive.bad_values import parsed_day, parsed_time
from crawler.archive.ledger import ARCHIVED, FAILED, GIVEN_UP, LISTED, REFUSED
from crawler.archive.reports import Reports
from crawler.archive.tables import (
    aliases,
    articles,
    bands,
    entries,
    listed,
    metadata,
    revisions,
    runs,
)
from crawler.integrity.problem import Problem
from crawler.sina.urls import doc_id_of
from crawler.times import beijing_day

_ADVICE = "move it away: scrapy rebuild makes another of the captures"
_STATES = {ARCHIVED, FAILED, GIVEN_UP, LISTED, REFUSED}
_MOST_NAMED = 20  # of what SQLite says about its pages
_ROWS = 1000  # that are read at once


def damaged(engine: sa.Engine) -> list[Problem]:
    """What SQLite finds in the pages of its file; of no other database anything."""
    if engine.dialect.name != "sqlite":
        return []
    name = Path(engine.url.database or "catalog.db").name
    try:
        with engine.connect() as connection:
            lines = [str(line) for line in connection.scalars(sa.text(f"PRAGMA integrity_check({_MOST_NAMED})"))]
            lines += _strange_values(connection)
    except (sa.exc.DatabaseError, UnicodeDecodeError) as error:
        lines = [str(error)]
    faults = [line for line in lines if line != "ok"]
    return [Problem("damaged_catalog", name, f"{' '.join(fault.split())}; {_ADVICE}") for fault in faults]


def _strange_values(connection: sa.Connection) -> Iterator[str]:
    """SQLite keeps any kind of value in any column: numbers where text should be are damage."""
    for table in metadata.sorted_tables:
        counts = connection.execute(_count_strange(table)).one()
        yield from (
            f"{table.name}.{column.name} has {n} values of another kind"
            for column, n in zip(table.columns, counts, strict=True)
            if n
        )


@cache
def _count_strange(table: sa.Table) -> sa.Executable:
    kinds = [(column, "text" if isinstance(column.type, sa.Text) else "integer") for column in table.columns]
    return sa.select(*(sa.func.sum(sa.func.typeof(column).not_in([kind, "null"])) for column, kind in kinds))


def damaged_index(engine: sa.Engine) -> Iterator[Problem]:
    """What FTS5 finds in the pages of the search index; nothing while another writes."""
    if engine.dialect.name != "sqlite":
        return
    with engine.connect() as connection:
        try:
            connection.exec_driver_sql("INSERT INTO words (words) VALUES ('integrity-check')")
        except sa.exc.OperationalError:  # locked
            pass
        except sa.exc.DatabaseError as error:
            yield Problem("damaged_index", "search index", f"{error.orig}: --repair makes it anew of the posts")
        finally:
            connection.rollback()


def check_catalog(engine: sa.Engine, root: Path) -> Iterator[Problem]:
    """Every row that contradicts itself or another."""
    yield from damaged_index(engine)
    yield from _orphans(engine)
    yield from _addresses(engine)
    yield from _entries(engine)
    yield from _runs(engine, root)


def _orphans(engine: sa.Engine) -> Iterator[Problem]:
    """Rows of articles and entries that are not there."""
    for table, known in ((bands, articles), (revisions, articles), (listed, entries)):
        missing = sa.select(table.c.doc_id).outerjoin(known, known.c.doc_id == table.c.doc_id)
        for row in _stream(engine, missing.where(known.c.doc_id.is_(None)).distinct()):
            yield Problem("orphan", f"{table.name} {row.doc_id}", f"there is no such row in {known.name}")
    # An address may be met before its article is archived.
    unknown = sa.select(aliases.c.doc_id).outerjoin(articles, articles.c.doc_id == aliases.c.doc_id)
    unknown = unknown.outerjoin(entries, entries.c.doc_id == aliases.c.doc_id).distinct()
    for row in _stream(engine, unknown.where(articles.c.doc_id.is_(None), entries.c.doc_id.is_(None))):
        yield Problem("orphan", f"aliases {row.doc_id}", "there is no such row in articles, nor in entries")
    archived = sa.select(entries.c.doc_id).outerjoin(articles, articles.c.doc_id == entries.c.doc_id)
    for row in _stream(engine, archived.where(entries.c.state == ARCHIVED, articles.c.doc_id.is_(None))):
        yield Problem("orphan", f"entries {row.doc_id}", "it is not archived")


def _addresses(engine: sa.Engine) -> Iterator[Problem]:
    own = sa.select(articles.c.doc_id, articles.c.url, aliases.c.doc_id.label("of"))
    for row in _stream(engine, own.outerjoin(aliases, aliases.c.url == articles.c.url)):
        if row.of is None:
            yield Problem("wrong_row", f"articles {row.doc_id}", f"its url {row.url} is no alias")
        elif doc_id_of(row.url) not in ("", row.doc_id):
            yield Problem("wrong_row", f"articles {row.doc_id}", f"its url {row.url} is that of another article")


def _entries(engine: sa.Engine) -> Iterator[Problem]:
    for row in _stream(engine, sa.select(entries.c.doc_id, entries.c.state, entries.c.created_at, entries.c.day)):
        if row.state not in _STATES:
            yield Problem("wrong_row", f"entries {row.doc_id}", f"state is {row.state!r}")
        created = parsed_time(row.created_at)
        if created and parsed_day(row.day) and row.day != str(beijing_day(created)):
            yield Problem("wrong_row", f"entries {row.doc_id}", f"day is {row.day!r}, created_at {row.created_at}")


def _runs(engine: sa.Engine, root: Path) -> Iterator[Problem]:
    """A run's row is what its report says, where there is one that can be read, and nothing kept it from being so."""
    reports, could_write = Reports(root), runs.c.outcome != "writes_failed"
    ended = sa.select(runs).where(runs.c.ended_at.is_not(None), could_write)
    for row in _stream(engine, ended.order_by(runs.c.run)):
        report = reports.of(row.run)
        if report is None:
            continue
        try:
            stated = {name: report[name] for name in ("started_at", "ended_at", "outcome", "counts")}
            counts = json.loads(row.counts)
        except (ValueError, KeyError, TypeError):
            continue
        held = {"started_at": row.started_at, "ended_at": row.ended_at, "outcome": row.outcome, "counts": counts}
        for name in (name for name in stated if stated[name] != held[name]):
            yield Problem("wrong_row", f"runs {row.run}", f"{name} is not what its report says")


def _stream(engine: sa.Engine, query: sa.Select[tuple[object, ...]]) -> Iterator[sa.Row[tuple[object, ...]]]:
    with engine.connect() as connection:
        yield from connection.execution_options(yield_per=_ROWS).execute(query)
