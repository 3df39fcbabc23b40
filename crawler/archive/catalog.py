"""What the archive holds: every article by doc id, its revisions, and every URL it was seen under."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from crawler.archive.bad_values import BadValues, looks_like_time, parsed_time
from crawler.archive.database import insert_into, writing
from crawler.archive.near_duplicates import band_rows
from crawler.archive.tables import aliases, articles, bands, revisions
from crawler.items import Article, Capture
from crawler.times import iso, iso_or_none

# What is read in a page, and so may be read in its capture again.
_AS_READ = (
    "title", "published_at", "content_hash", "file_hash", "layout", "extractor", "media", "byline", "editor",
    "original_title", "image", "keywords", "stocks",
)  # fmt: skip
_CHUNK = 500  # values in one IN (…); SQLite's own bound is far above

# Statements of which each article takes several are built once.
_HELD = sa.select(
    *(
        articles.c[name]
        for name in ("doc_id", "path", "content_hash", "file_hash", "revision", "date", "modified_at", "gone")
    )
).where(articles.c.doc_id.in_(sa.bindparam("doc_ids", expanding=True)))
_DOC_ID_OF = sa.select(aliases.c.doc_id).where(aliases.c.url == sa.bindparam("url"))

_READ_AGAIN = (
    sa.update(articles)
    .where(articles.c.doc_id == sa.bindparam("of"))
    .values({name: sa.bindparam(name) for name in _AS_READ})
)
_TEXT_READ_AGAIN = (
    sa.update(revisions)
    .where(revisions.c.doc_id == sa.bindparam("of"), revisions.c.number == sa.bindparam("of_number"))
    .values(title=sa.bindparam("title"), content_hash=sa.bindparam("content_hash"), post=None)
)
_FORGET_BANDS = sa.delete(bands).where(bands.c.doc_id == sa.bindparam("of"))


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
        self, engine: sa.Engine, look_again: Sequence[timedelta] = (), values: BadValues | None = None
    ) -> None:
        """`look_again`: intervals from the first archiving after which an article is looked at again."""
        self._engine = engine
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
        with self._engine.connect() as connection:
            rows = connection.execute(_HELD, {"doc_ids": list(doc_ids)}).mappings()
            return {row["doc_id"]: Held(**{**row, "date": self._date(row)}) for row in rows}

    def doc_id_of(self, url: str) -> str | None:
        """The doc id archived under `url`, canonical or alias."""
        with self._engine.connect() as connection:
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
                self._row(article, at) | {"archived_at": iso(at), "checks": 0}
                for article in new
                if article.revision == 1
            ],
            revisions: [self._revision_row(article, at) for article in new],
            aliases: [
                {"url": url, "doc_id": article.doc_id} for article in new for url in (article.url, *article.aliases)
            ],
            bands: band_rows(new),
        }
        with writing(self._engine, within) as connection:
            for article in new:
                if article.revision > 1:
                    self._replace(connection, article, at)
            for table, values in rows.items():
                if values:
                    connection.execute(self._insert(table), values)

    def keep_post(self, doc_id: str, revision: int, post: str) -> None:
        """Keeps the post that revision `revision` is about to replace: before the file is gone, not after."""
        of_article = revisions.c.doc_id == doc_id
        earlier = of_article & (revisions.c.number < revision) & revisions.c.gone.is_(None)  # a tombstone has no post
        number = sa.select(sa.func.max(revisions.c.number)).where(earlier).scalar_subquery()
        with self._engine.begin() as connection:
            connection.execute(
                sa.update(revisions).where(of_article & (revisions.c.number == number)).values(post=post)
            )

    def read_again(self, changed: Sequence[Article]) -> None:
        """Enters what today's code reads in the captures of the newest texts; these are no new revisions."""
        rows = [self._row(article, article.date) for article in changed if article.date]
        texts = [
            {"of": article.doc_id, "of_number": article.revision, "title": article.title,
             "content_hash": article.content_hash} for article in changed
        ]  # fmt: skip
        hashes = band_rows(changed)
        with self._engine.begin() as connection:
            connection.execute(
                _READ_AGAIN, [{"of": row["doc_id"]} | {name: row[name] for name in _AS_READ} for row in rows]
            )
            connection.execute(_TEXT_READ_AGAIN, texts)
            connection.execute(_FORGET_BANDS, [{"of": row["doc_id"]} for row in rows])
            if hashes:
                connection.execute(self._insert(bands), hashes)

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
            query = sa.select(articles.c.archived_at, articles.c.checks).where(articles.c.doc_id == doc_id)
            if row := connection.execute(query).first():
                values: dict[str, Any] = {"checks": row.checks + 1, "failed_checks": 0, "gone": None} | seen
                values["next_check_at"] = self._next(row.archived_at, at)
                if modified_at:
                    values["modified_at"] = iso(modified_at)
                connection.execute(sa.update(articles).where(articles.c.doc_id == doc_id).values(values))

    def check_failed(
        self, doc_id: str, at: datetime, try_again: Sequence[timedelta], within: sa.Connection | None = None
    ) -> None:
        """The article could not be looked at: it is tried again after the next interval, then by its schedule."""
        with writing(self._engine, within) as connection:
            query = sa.select(articles.c.archived_at, articles.c.failed_checks).where(articles.c.doc_id == doc_id)
            if row := connection.execute(query).first():
                again = try_again[row.failed_checks] if row.failed_checks < len(try_again) else None
                due = self._next(row.archived_at, at) if again is None else iso(at + again)
                values = {"failed_checks": row.failed_checks + 1, "next_check_at": due}
                connection.execute(sa.update(articles).where(articles.c.doc_id == doc_id).values(values))

    def bury(
        self,
        doc_id: str,
        reason: str,
        at: datetime,
        modified_at: datetime | None = None,
        within: sa.Connection | None = None,
    ) -> bool:
        """A tombstone: the page is no article any more. The post stays. False if there is a tombstone already."""
        with writing(self._engine, within) as connection:
            query = sa.select(articles.c.title, articles.c.revision, articles.c.gone).where(articles.c.doc_id == doc_id)
            held = connection.execute(query).one()
            self.checked(doc_id, at, modified_at, connection, gone=held.gone or reason)
            if held.gone:
                return False
            number = held.revision + 1
            tombstone = {"doc_id": doc_id, "number": number, "seen_at": iso(at), "title": held.title}
            connection.execute(self._insert(revisions), tombstone | {"content_hash": "", "gone": reason})
            connection.execute(sa.update(articles).where(articles.c.doc_id == doc_id).values(revision=number))
        return True

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
        """When the article published last was; None without one."""
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
        values = {name: value for name, value in self._row(article, at).items() if name not in kept} | {"gone": None}
        connection.execute(sa.update(articles).where(articles.c.doc_id == article.doc_id).values(values))

    def _row(self, article: Article, at: datetime) -> dict[str, Any]:
        entry = article.entry
        assert article.date
        return {
            "doc_id": article.doc_id,
            "url": article.url,
            "title": article.title,
            "date": iso(article.date),
            "published_at": iso_or_none(article.published_at),
            "modified_at": iso_or_none(entry.modified_at) if entry else None,
            "path": article.path,
            "content_hash": article.content_hash,
            "file_hash": article.file_hash,
            "layout": article.layout,
            "extractor": article.extractor,
            "media": article.media or (entry.media if entry else ""),
            "byline": article.byline,
            "editor": article.editor,
            "original_title": article.original_title,
            "image": next(iter(article.images), None),
            "keywords": to_json(article.keywords or (entry.keywords if entry else ())),
            "stocks": to_json(article.stocks),
            "channels": to_json(entry.channels if entry else ()),
            "revision": article.revision,
            "next_check_at": self._next(iso(at), at),
            "etag": article.etag,
            "last_modified": article.last_modified,
            "duplicate_of": article.duplicate_of,
        }

    def _revision_row(self, article: Article, at: datetime) -> dict[str, Any]:
        capture = article.capture or Capture(None, None, None)
        return {
            "doc_id": article.doc_id,
            "number": article.revision,
            "seen_at": iso(at),
            "title": article.title,
            "content_hash": article.content_hash,
            "post": article.unwritten_post,
            "capture_file": capture.file,
            "capture_offset": capture.offset,
            "capture_length": capture.length,
        }

    def _date(self, row: sa.RowMapping) -> datetime | None:
        return self._values.time("articles", row["doc_id"], "date", row["date"])

    def _next(self, archived_at: str, at: datetime) -> str | None:
        """The first of the intervals from the first archiving that is still ahead."""
        first = parsed_time(archived_at) or at
        return next((iso(first + interval) for interval in self._look_again if first + interval > at), None)

    def _insert(self, table: sa.Table) -> sa.Insert:
        """An insert that leaves a row alone that is there already."""
        return insert_into(self._engine, table).on_conflict_do_nothing()


def to_json(values: Collection[str]) -> str:
    """A list as JSON text, Chinese readable."""
    return json.dumps(list(values), ensure_ascii=False)
