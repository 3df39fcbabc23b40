"""What the archive holds: every article by doc id, its revisions, and every URL it was seen under."""

import hashlib
import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Self

import sqlalchemy as sa

from crawler.items import Article, Capture
from crawler.moments import from_iso, iso, iso_or_none
from crawler.schema import aliases, articles, bands, insert_into, open_engine, revisions, writing

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
    date: datetime
    modified_at: str | None
    gone: str | None


class Catalog:
    """One open catalog; each component of a run opens its own."""

    def __init__(self, database_url: str, look_again: Sequence[timedelta] = ()) -> None:
        """`look_again`: distances from the first archiving after which an article is looked at again."""
        self.engine = open_engine(database_url)
        self._look_again = look_again

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def close(self) -> None:
        """Gives the database back; the catalog is not used after it."""
        self.engine.dispose()

    def known(self, doc_ids: Collection[str]) -> set[str]:
        """Those of `doc_ids` that are archived."""
        wanted = list(doc_ids)
        found: set[str] = set()
        with self.engine.connect() as connection:
            for at in range(0, len(wanted), _CHUNK):
                query = sa.select(articles.c.doc_id).where(articles.c.doc_id.in_(wanted[at : at + _CHUNK]))
                found.update(connection.scalars(query))
        return found

    def held(self, doc_id: str) -> Held | None:
        """The archived article, or None."""
        return self.held_of([doc_id]).get(doc_id)

    def held_of(self, doc_ids: Collection[str]) -> dict[str, Held]:
        """The archived ones of up to a few hundred articles, by doc id."""
        with self.engine.connect() as connection:
            rows = connection.execute(_HELD, {"doc_ids": list(doc_ids)}).mappings()
            return {row["doc_id"]: Held(**{**row, "date": from_iso(row["date"])}) for row in rows}

    def doc_id_of(self, url: str) -> str | None:
        """The doc id archived under `url`, canonical or alias."""
        with self.engine.connect() as connection:
            return connection.scalar(_DOC_ID_OF, {"url": url})

    def add_alias(self, url: str, doc_id: str) -> None:
        """One more URL under which an article was met; the first doc id of a URL stays."""
        if self.doc_id_of(url) is None:
            with self.engine.begin() as connection:
                connection.execute(self._insert(aliases), {"url": url, "doc_id": doc_id})

    def record(self, article: Article, at: datetime) -> None:
        """Enters an article whose file is in place, or the new revision of one. Safe to repeat."""
        self.record_all([article], at)

    def record_all(self, found: Sequence[Article], at: datetime, within: sa.Connection | None = None) -> None:
        """The same for many, at once."""
        rows = {
            articles: [
                self._row(one, at) | {"archived_at": iso(at), "checks": 0} for one in found if one.revision == 1
            ],
            revisions: [self._revision_row(one, at) for one in found],
            aliases: [{"url": url, "doc_id": one.doc_id} for one in found for url in (one.url, *one.aliases)],
            bands: _band_rows(found),
        }
        with writing(self.engine, within) as connection:
            for one in found:
                if one.revision > 1:
                    self._replace(connection, one, at)
            for table, new in rows.items():
                if new:
                    connection.execute(self._insert(table), new)

    def keep_post(self, doc_id: str, revision: int, post: str) -> None:
        """Keeps the post that revision `revision` is about to replace: before the file is gone, not after."""
        with self.engine.begin() as connection:
            _keep_post(connection, doc_id, revision, post)

    def read_again(self, found: Sequence[Article]) -> None:
        """Enters what today's code reads in the captures of the newest texts; these are no new revisions."""
        rows = [self._row(article, article.date) for article in found if article.date]
        texts = [
            {"of": article.doc_id, "of_number": article.revision, "title": article.title,
             "content_hash": article.content_hash} for article in found
        ]  # fmt: skip
        hashes = _band_rows(found)
        with self.engine.begin() as connection:
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
        with writing(self.engine, within) as connection:
            query = sa.select(articles.c.archived_at, articles.c.checks).where(articles.c.doc_id == doc_id)
            if row := connection.execute(query).first():
                values: dict[str, Any] = {"checks": row.checks + 1, "failed_checks": 0, "gone": None} | seen
                values["next_check_at"] = self._next(row.archived_at, at)
                if modified_at:
                    values["modified_at"] = iso(modified_at)
                connection.execute(sa.update(articles).where(articles.c.doc_id == doc_id).values(values))

    def check_failed(self, doc_id: str, at: datetime, try_again: Sequence[timedelta]) -> None:
        """The article could not be looked at: it is tried again after the next distance, then by its schedule."""
        with self.engine.begin() as connection:
            query = sa.select(articles.c.archived_at, articles.c.failed_checks).where(articles.c.doc_id == doc_id)
            if row := connection.execute(query).first():
                again = try_again[row.failed_checks] if row.failed_checks < len(try_again) else None
                due = self._next(row.archived_at, at) if again is None else iso(at + again)
                values = {"failed_checks": row.failed_checks + 1, "next_check_at": due}
                connection.execute(sa.update(articles).where(articles.c.doc_id == doc_id).values(values))

    def bury(self, doc_id: str, reason: str, at: datetime, modified_at: datetime | None = None) -> bool:
        """A tombstone: the page is no article any more. The post stays. False if there is a tombstone already."""
        held = self.held(doc_id)
        assert held
        self.checked(doc_id, at, modified_at, gone=held.gone or reason)
        if held.gone:
            return False
        with self.engine.begin() as connection:
            title = connection.scalar(sa.select(articles.c.title).where(articles.c.doc_id == doc_id))
            tombstone = {"doc_id": doc_id, "number": held.revision + 1, "seen_at": iso(at), "title": title}
            connection.execute(self._insert(revisions), tombstone | {"content_hash": "", "gone": reason})
            newest = sa.update(articles).where(articles.c.doc_id == doc_id).values(revision=held.revision + 1)
            connection.execute(newest)
        return True

    def due(self, at: datetime, limit: int) -> list[tuple[str, str, str | None, str | None]]:
        """Doc id, URL, ETag and Last-Modified of the articles that are to be looked at again."""
        query = (
            sa.select(articles.c.doc_id, articles.c.url, articles.c.etag, articles.c.last_modified)
            .where(articles.c.next_check_at <= iso(at))
            .order_by(articles.c.next_check_at)
            .limit(limit)
        )
        with self.engine.connect() as connection:
            return [tuple(row) for row in connection.execute(query)]

    def near(self, doc_id: str, article_bands: Sequence[str]) -> str | None:
        """The first archived article that shares a band of the MinHash, other than `doc_id` itself."""
        if not article_bands:
            return None
        hashes = {f"hash_{number}": band for number, band in enumerate(article_bands)}
        with self.engine.connect() as connection:
            found: str | None = connection.scalar(_near(len(article_bands)), hashes | {"doc_id": doc_id})
        return found

    def count(self) -> int:
        """How many articles are archived."""
        with self.engine.connect() as connection:
            return connection.scalar(sa.select(sa.func.count()).select_from(articles)) or 0

    def _replace(self, connection: sa.Connection, article: Article, at: datetime) -> None:
        """The new revision in the place of the one before, whose post is kept."""
        if article.replaced_post is not None:
            _keep_post(connection, article.doc_id, article.revision, article.replaced_post)
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

    def _next(self, archived_at: str, at: datetime) -> str | None:
        """The first of the distances from the first archiving that is still ahead."""
        first = from_iso(archived_at)
        assert first
        return next((iso(first + distance) for distance in self._look_again if first + distance > at), None)

    def _insert(self, table: sa.Table) -> sa.Insert:
        """An insert that leaves a row alone that is there already."""
        return insert_into(self.engine, table).on_conflict_do_nothing()


@cache
def _near(count: int) -> sa.Select[Any]:
    shared = [(bands.c.band == number) & (bands.c.hash == sa.bindparam(f"hash_{number}")) for number in range(count)]
    return (
        sa.select(bands.c.doc_id)
        .join(articles, articles.c.doc_id == bands.c.doc_id)
        .where(sa.or_(*shared), bands.c.doc_id != sa.bindparam("doc_id"))
        .order_by(articles.c.archived_at, bands.c.doc_id)
        .limit(1)
    )


def _band_rows(found: Sequence[Article]) -> list[dict[str, Any]]:
    return [
        {"band": number, "hash": band, "doc_id": article.doc_id}
        for article in found
        for number, band in enumerate(article.bands)
    ]


def _keep_post(connection: sa.Connection, doc_id: str, revision: int, post: str) -> None:
    """The post that is replaced is that of the newest revision before, tombstones aside."""
    of_article = revisions.c.doc_id == doc_id
    earlier = of_article & (revisions.c.number < revision) & revisions.c.gone.is_(None)
    number = sa.select(sa.func.max(revisions.c.number)).where(earlier).scalar_subquery()
    connection.execute(sa.update(revisions).where(of_article & (revisions.c.number == number)).values(post=post))


def to_json(values: Collection[str]) -> str:
    """A list as JSON text, Chinese readable."""
    return json.dumps(list(values), ensure_ascii=False)


def content_hash(title: str, markdown: str) -> str:
    """Of what a reader reads: the sha256 of title and Markdown body."""
    return hashlib.sha256(f"{title}\n{markdown}".encode()).hexdigest()
