"""What the archive holds: every article by doc id, its revisions, and every URL it was seen under."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from crawler.archive.absences import Absence
from crawler.archive.bad_values import BadValues, looks_like_time, parsed_time
from crawler.archive.database import insert_into, writing
from crawler.archive.past import keep_facts, make_way
from crawler.archive.reads import Reads
from crawler.archive.rows import article_row, band_rows, revision_row
from crawler.archive.tables import aliases, articles, bands, revisions, sightings
from crawler.archive.texts import is_gone_after, newest_text, shown_at
from crawler.items import SINA, Article
from crawler.times import iso

_CHUNK = 500  # values in one IN (…); SQLite's own bound is far above

# Statements of which each article takes several are built once.
_HELD = sa.select(
    *(
        articles.c[name]
        for name in ("doc_id", "path", "content_hash", "file_hash", "revision", "date", "modified_at", "gone")
    )
).where(articles.c.doc_id.in_(sa.bindparam("doc_ids", expanding=True)))
_DOC_ID_OF = sa.select(aliases.c.doc_id).where(aliases.c.url == sa.bindparam("url"))


@dataclass(frozen=True, slots=True)
class Held:
    """What is known of an archived article when its page is met again."""

    doc_id: str
    path: str
    content_hash: str
    file_hash: str
    revision: int
    date: datetime | None
    modified_at: str | None
    gone: str | None


class Catalog:
    """The tables of articles, revisions and addresses, on the archive's engine."""

    def __init__(
        self, engine: sa.Engine, reads: Reads, look_again: Sequence[timedelta] = (), values: BadValues | None = None
    ) -> None:
        """`look_again`: intervals from its publication after which an article is looked at again."""
        self._engine = engine
        self._reads = reads
        self._look_again = look_again
        self._values = values or BadValues()

    def known(self, doc_ids: Collection[str]) -> set[str]:
        """Those of `doc_ids` that are archived."""
        asked, known = list(doc_ids), set[str]()
        with self._engine.connect() as connection:
            for at in range(0, len(asked), _CHUNK):
                query = sa.select(articles.c.doc_id).where(articles.c.doc_id.in_(asked[at : at + _CHUNK]))
                known.update(connection.scalars(query))
        return known

    def held(self, doc_id: str) -> Held | None:
        """The archived article, or None."""
        return self.held_of([doc_id]).get(doc_id)

    def held_of(self, doc_ids: Collection[str]) -> dict[str, Held]:
        """The archived ones of up to a few hundred articles, by doc id."""
        with self._reads.connect() as connection:
            rows = connection.execute(_HELD, {"doc_ids": list(doc_ids)}).mappings().all()
        return {row["doc_id"]: Held(**{**row, "date": self._date(row)}) for row in rows}

    def doc_id_of(self, url: str) -> str | None:
        """The doc id archived under `url`, canonical or alias."""
        with self._reads.connect() as connection:
            return connection.scalar(_DOC_ID_OF, {"url": url})

    def add_alias(self, url: str, doc_id: str) -> None:
        """One more URL under which an article was met; the first doc id of a URL stays."""
        if self.doc_id_of(url) is None:
            with self._engine.begin() as connection:
                connection.execute(self._insert(aliases), {"url": url, "doc_id": doc_id})

    def enter(self, new: Sequence[Article], at: datetime, within: sa.Connection | None = None) -> None:
        """Enters articles whose files are in place, or new revisions of some. Safe to repeat."""
        rows = {
            articles: [
                self._row(article, at) | {"archived_at": iso(article.learned_at or at), "checks": 0}
                for article in new
                if article.revision == 1
            ],
            revisions: [revision_row(article, at) for article in new],
            aliases: [
                {"url": url, "doc_id": article.doc_id} for article in new for url in (article.url, *article.aliases)
            ],
            bands: band_rows([article for article in new if not article.is_past]),
        }
        with writing(self._engine, within) as connection:
            for article in new:
                if article.is_past:
                    make_way(connection, article)
                elif article.revision > 1:
                    self._replace(connection, article, at)
            for table, values in rows.items():
                if values:
                    connection.execute(self._insert(table), values)

    def keep_post(self, doc_id: str, post: str) -> None:
        """Keeps the post that a newer text is about to replace: before the file is gone, not after."""
        with self._engine.begin() as connection:
            connection.execute(sa.update(revisions).where(_shown_text(doc_id)).values(post=post))

    def see_again(self, doc_id: str, number: int, seen_by: str, at: datetime, within: sa.Connection) -> None:
        """The text of a revision was shown by a witness at `at`, too."""
        row = {"doc_id": doc_id, "number": number, "seen_by": seen_by, "at": iso(at)}
        within.execute(self._insert(sightings), row)

    def checked(
        self,
        doc_id: str,
        at: datetime,
        modified_at: datetime | None = None,
        within: sa.Connection | None = None,
        **seen: str | None,
    ) -> None:
        """The article was looked at again and is there; sets when it is looked at next.

        `seen`: other columns to set, such as the response's ``etag``; ``gone`` for one that is not there.
        """
        with writing(self._engine, within) as connection:
            of_article = articles.c.doc_id == doc_id
            if row := connection.execute(sa.select(articles.c.date, articles.c.checks).where(of_article)).first():
                values: dict[str, Any] = {"checks": row.checks + 1, "failed_checks": 0, "gone": None} | seen
                if "gone" not in seen:
                    values["last_seen_at"] = iso(at)
                values |= {"next_check_at": self._next(row.date, at), "missing_since": None}
                if modified_at:
                    values["modified_at"] = iso(modified_at)
                connection.execute(sa.update(articles).where(of_article).values(values))

    def check_failed(
        self, doc_id: str, at: datetime, try_again: Sequence[timedelta], within: sa.Connection | None = None
    ) -> None:
        """The article could not be looked at: it is tried again after the next interval, then by its schedule."""
        with writing(self._engine, within) as connection:
            of_article = articles.c.doc_id == doc_id
            query = sa.select(articles.c.date, articles.c.failed_checks).where(of_article)
            if row := connection.execute(query).first():
                failed = max(row.failed_checks, 0)
                again = try_again[failed] if failed < len(try_again) else None
                due = self._next(row.date, at) if again is None else iso(at + again)
                values = {"failed_checks": failed + 1, "next_check_at": due}
                connection.execute(sa.update(articles).where(of_article).values(values))

    @property
    def first_interval(self) -> timedelta:
        """The first of the intervals; an hour where there is none."""
        return self._look_again[0] if self._look_again else timedelta(hours=1)

    def say_gone(
        self, doc_id: str, at: datetime, modified_at: datetime | None, within: sa.Connection
    ) -> tuple[bool, bool]:
        """Sina says that the page is no more. True if it had said so an interval before; True if there is a tombstone.

        Without a tombstone the article is visited again after the first interval; one of which Sina had said so
        stays due until `bury` or a failed attempt settles it, which a killed run does not come to.
        """
        of_article = articles.c.doc_id == doc_id
        held = within.execute(sa.select(articles.c.missing_since, articles.c.gone).where(of_article)).one()
        self.checked(doc_id, at, modified_at, within, gone=held.gone)
        since = parsed_time(held.missing_since)
        is_confirmed = since is not None and at - since >= self.first_interval
        if not held.gone:
            again = at if is_confirmed else at + self.first_interval
            values = {"missing_since": held.missing_since or iso(at), "next_check_at": iso(again)}
            within.execute(sa.update(articles).where(of_article).values(values))
        return is_confirmed, bool(held.gone)

    def said_before(self, doc_id: str, absence: Absence, within: sa.Connection) -> None:
        """Sina had said that the page is gone before a web archive's text of it was archived: it is asked once more."""
        values = {"missing_since": iso(absence.at), "next_check_at": iso(absence.at + self.first_interval)}
        within.execute(sa.update(articles).where(articles.c.doc_id == doc_id).values(values))

    def unsay_gone(self, doc_id: str, at: datetime, within: sa.Connection) -> None:
        """What Sina said of it at `at` is not believed; what it said before stays said."""
        said_then = (articles.c.doc_id == doc_id) & (articles.c.missing_since == iso(at))
        within.execute(sa.update(articles).where(said_then).values(missing_since=None))

    def bury(self, doc_id: str, reason: str, at: datetime, within: sa.Connection) -> None:
        """A tombstone, a revision without a text: the page is no article any more. The post stays."""
        of_article = articles.c.doc_id == doc_id
        held = within.execute(sa.select(articles.c.title, articles.c.revision, articles.c.date).where(of_article)).one()
        number = held.revision + 1
        seen_at = max(iso(at), shown.seen_at) if (shown := shown_at(within, doc_id, None)) else iso(at)
        tombstone = {"doc_id": doc_id, "number": number, "seen_at": seen_at, "title": held.title, "gone": reason}
        within.execute(self._insert(revisions), tombstone | {"content_hash": ""})
        values = {"revision": number, "gone": reason, "missing_since": None}
        within.execute(sa.update(articles).where(of_article).values(next_check_at=self._next(held.date, at), **values))

    def due(self, at: datetime, limit: int) -> list[tuple[str, str, str | None, str | None]]:
        """Doc id, URL, ETag and Last-Modified of the articles that are to be looked at again."""
        query = (
            sa.select(articles.c.doc_id, articles.c.url, articles.c.etag, articles.c.last_modified)
            .where(articles.c.next_check_at <= iso(at))
            .order_by(articles.c.next_check_at)
            .limit(limit)
        )
        with self._engine.connect() as connection:
            return [tuple(row) for row in connection.execute(query)]

    def newest(self) -> datetime | None:
        """When the article published last was, if there is any."""
        query = sa.select(articles.c.date).where(looks_like_time(articles.c.date))
        with self._engine.connect() as connection:
            return parsed_time(connection.scalar(query.order_by(articles.c.date.desc()).limit(1)))

    def count(self) -> int:
        """How many articles are archived."""
        with self._engine.connect() as connection:
            return connection.scalar(sa.select(sa.func.count()).select_from(articles)) or 0

    def _replace(self, connection: sa.Connection, article: Article, at: datetime) -> None:
        """The new revision in the place of the one before."""
        kept = {"doc_id", "date", "path", "next_check_at", "channels"}
        values = {name: value for name, value in self._row(article, at).items() if name not in kept}
        of_article = articles.c.doc_id == article.doc_id
        number = connection.scalar(sa.select(newest_text()).where(of_article))
        if number is not None and number != article.revision:
            keep_facts(connection, article.doc_id, number)
            last = sa.select(articles.c.doc_id, sa.literal(number), sa.literal(SINA), articles.c.last_seen_at)
            seen = self._insert(sightings).from_select(
                [column.name for column in sightings.c], last.where(of_article, articles.c.last_seen_at.is_not(None))
            )
            connection.execute(seen)
        if not is_gone_after(connection, article.doc_id, iso(article.seen_at or at)):
            values |= {"gone": None, "missing_since": None}
        connection.execute(sa.update(articles).where(of_article).values(values))

    def _row(self, article: Article, at: datetime) -> dict[str, Any]:
        row = article_row(article)
        last_seen_at = iso(at) if article.seen_by == SINA else None
        return row | {"next_check_at": self._next(row["date"], at), "last_seen_at": last_seen_at}

    def _date(self, row: sa.RowMapping) -> datetime | None:
        return self._values.time("articles", row["doc_id"], "date", row["date"])

    def _next(self, date: str, at: datetime) -> str | None:
        """The first of the intervals from the publication still ahead: edits come in the first hours and days."""
        published = parsed_time(date) or at
        return next((iso(published + interval) for interval in self._look_again if published + interval > at), None)

    def _insert(self, table: sa.Table) -> sa.Insert:
        """An insert that leaves a row alone that is there already."""
        return insert_into(self._engine, table).on_conflict_do_nothing()


def _shown_text(doc_id: str) -> sa.ColumnElement[bool]:
    """The revision whose text the post shows."""
    return (revisions.c.doc_id == doc_id) & (revisions.c.number == newest_text(sa.literal(doc_id)))
