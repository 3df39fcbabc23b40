"""Puts what can be known in the place of values of the catalog that are none."""

import re
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from crawler.archive.archive import Archive
from crawler.archive.bad_values import parsed_time
from crawler.archive.tables import articles, entries, listed, metadata, revisions
from crawler.integrity.check_values import bad_columns, name_of
from crawler.integrity.problem import Problem
from crawler.post.post import Post, Unreadable
from crawler.sina.page_address import address_of
from crawler.sina.urls import NotAnArticle
from crawler.times import beijing_day, is_credible, iso

_LISTS = ("keywords", "stocks", "channels")
_MADE_ANEW = ("listed", "readings", "proofs", "slices", "probes", "waits")
_PORT = re.compile(r"^(https?://[^/?#:]*):[^/?#]*")  # and what is written like one


class MendValues:
    """An article's date is that of its post, its address the one that the post names; `at`: now."""

    def __init__(self, archive: Archive, at: datetime) -> None:
        self._archive = archive
        self._at = at

    def mend(self, problem: Problem) -> bool:
        """True if all bad values of the row that the problem names are mended, or the row is gone."""
        table = metadata.tables[problem.where.partition(":")[0]]
        if table.name in _MADE_ANEW:
            return self._forget_rows(table, problem.where)
        if table not in (articles, entries):
            return False
        of_row = table.c.doc_id == problem.where.partition(":")[2]
        with self._archive.engine.begin() as connection:
            row = connection.execute(sa.select(table).where(of_row)).mappings().one()
            bad = bad_columns(table, row)
            values = self._of_article(connection, row, bad) if table is articles else self._of_entry(row, bad)
            if table is entries and values.get("url") == "":
                self._forget(connection, row["doc_id"])
                return True
            values = {name: value for name, value in values.items() if value != ""}
            if values:
                connection.execute(sa.update(table).where(of_row).values(values))
                if "date" in values:
                    _index_again(connection, row["doc_id"])
        return set(bad) <= values.keys()

    def _of_article(self, connection: sa.Connection, row: sa.RowMapping, bad: list[str]) -> dict[str, Any]:
        """What is empty could not be found out."""
        post = self._post(row["path"])
        date = (post and post.date) or parsed_time(row["published_at"])
        learned = sa.func.coalesce(revisions.c.learned_at, revisions.c.seen_at)
        first = sa.select(sa.func.min(learned)).where(revisions.c.doc_id == row["doc_id"])
        known = {
            "url": _canonical(post.url if post and post.url else row["url"], row["doc_id"]),
            "date": iso(date) if date and is_credible(date) else "",
            "archived_at": iso(parsed_time(connection.scalar(first)) or self._at),
            "next_check_at": iso(self._at),
        }
        return {name: known.get(name, "[]" if name in _LISTS else None) for name in bad}

    def _of_entry(self, row: sa.RowMapping, bad: list[str]) -> dict[str, Any]:
        listed_at = parsed_time(row["listed_at"]) or self._at
        day = str(beijing_day(parsed_time(row["created_at"]) or listed_at))
        known = {
            "url": _canonical(row["url"], row["doc_id"]),
            "day": day,
            "listed_at": iso(listed_at),
            "next_try_at": iso(self._at),
        }
        values: dict[str, Any] = {name: known.get(name, "[]" if name in _LISTS else None) for name in bad}
        return values | ({"day": day} if "created_at" in bad else {})

    def _forget(self, connection: sa.Connection, doc_id: str) -> None:
        """An entry that leads nowhere: if it led to an article, a list will show it again."""
        connection.execute(sa.delete(entries).where(entries.c.doc_id == doc_id))
        connection.execute(sa.delete(listed).where(listed.c.doc_id == doc_id))

    def _forget_rows(self, table: sa.Table, where: str) -> bool:
        """Runs make such a row again when they need it."""
        with self._archive.engine.begin() as connection:
            rows = connection.execute(sa.select(table)).mappings().all()
            for row in rows:
                if name_of(table, row) == where and bad_columns(table, row):
                    key = sa.and_(*(column == row[column.name] for column in table.primary_key))
                    connection.execute(sa.delete(table).where(key))
        return True

    def _post(self, path: str) -> Post | None:
        try:
            content = self._archive.storage.read(path)
            return Post.parse(path, content) if content is not None else None
        except (OSError, Unreadable):
            return None


def _canonical(url: str, doc_id: str) -> str:
    """The address of the article, without a port that is none; empty where it leads to another or nowhere."""
    for text in (url, _PORT.sub(r"\1", url)):
        try:
            address = address_of(text)
        except NotAnArticle:
            continue
        if address.doc_id == doc_id:
            return address.url
    return ""


def _index_again(connection: sa.Connection, doc_id: str) -> None:
    """The full-text index of an SQLite catalog is in the order of dates."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("INSERT OR IGNORE INTO unindexed VALUES (?)", (doc_id,))
