"""What changed after it was first seen, and who saw it."""

from collections import defaultdict
from datetime import date
from typing import Any

import sqlalchemy as sa

from crawler.archive.tables import revisions, sightings
from crawler.archive.texts import AT_ANY_TIME, IN_ORDER, texts
from crawler.items import SINA

FIRST, CHANGED, SAME, GONE = "first", "changed", "same", "gone"


def list_revisions(engine: sa.Engine, since: date | None, until: date | None) -> list[dict[str, Any]]:
    """Every revision after the first, and every tombstone, seen in the days asked for (UTC); oldest first.

    Of an article that a web archive saw the first one, too. ``what``: first, changed, gone, or same for a text that
    was proved for more than one time; ``also_seen_by``: witness, first and last time of those who saw it again.
    """
    seen = texts(AT_ANY_TIME)
    is_of = (seen.c.doc_id == revisions.c.doc_id) & (seen.c.number == revisions.c.number)
    columns = (
        revisions.c[name] for name in ("seen_at", "seen_by", "doc_id", "number", "title", "gone", "content_hash")
    )
    elsewhere = sa.union(
        sa.select(revisions.c.doc_id).where(revisions.c.seen_by != SINA), sa.select(sightings.c.doc_id)
    )
    query = (
        sa.select(*columns, seen.c.hash_before)
        .select_from(revisions.join(seen, is_of))
        .where((revisions.c.number > 1) | revisions.c.doc_id.in_(elsewhere))
        .where(revisions.c.seen_at.between(str(since or ""), f"{until or '9999'}T99"))
    )
    with engine.connect() as connection:
        again = _seen_again(connection)
        rows = connection.execute(query.order_by(IN_ORDER[0], revisions.c.doc_id, IN_ORDER[1])).mappings()
        return [_row(row, again[row["doc_id"], row["number"]]) for row in rows]


def _seen_again(connection: sa.Connection) -> dict[tuple[str, int], list[dict[str, str]]]:
    again: dict[tuple[str, int], list[dict[str, str]]] = defaultdict(list)
    witness = (sightings.c.doc_id, sightings.c.number, sightings.c.seen_by)
    first, last = sa.func.min(sightings.c.at).label("first_at"), sa.func.max(sightings.c.at).label("last_at")
    for row in connection.execute(sa.select(*witness, first, last).group_by(*witness).order_by(first, witness[2])):
        again[row.doc_id, row.number].append({"seen_by": row.seen_by, "first_at": row.first_at, "last_at": row.last_at})
    return again


def _row(row: sa.RowMapping, again: list[dict[str, str]]) -> dict[str, Any]:
    values = {name: row[name] for name in ("seen_at", "seen_by", "doc_id", "number", "title", "gone")}
    return values | {"what": _what(row), "also_seen_by": again}


def _what(row: sa.RowMapping) -> str:
    if row["gone"]:
        return GONE
    if row["hash_before"] is None:
        return FIRST
    return SAME if row["hash_before"] == row["content_hash"] else CHANGED
