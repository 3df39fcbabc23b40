"""Mends rows of the catalog by what they are derived from: posts that are as they were written, and other rows."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from crawler.archive.archive import Archive
from crawler.archive.bad_values import parsed_time
from crawler.archive.files import read_regular
from crawler.archive.tables import articles, bands, entries, payloads, revisions
from crawler.archive.texts import newest_text
from crawler.integrity.problem import Problem
from crawler.integrity.text_of_post import differences, is_as_read
from crawler.post.minhash import text_bands
from crawler.post.post import Post, Unreadable, content_hash, post_hash
from crawler.sina.urls import doc_id_of
from crawler.times import beijing_day, iso

_OF_POST = ("title", "date", "content_hash", "url", "bands")  # columns that a post says


class RepairRows:
    """Mends what `problems` name as a ``wrong_row``, and articles that lost their only revision.

    What is in a capture alone, such as byline and media, `scrapy rebuild --all` reads again.
    """

    def __init__(self, archive: Archive, problems: Sequence[Problem]) -> None:
        self._archive = archive
        self._problems = problems
        self._tampered = {problem.where for problem in problems if problem.kind == "tampered"}
        self._menders: dict[str, Callable[[Problem, str, sa.Connection], bool]] = {
            "articles": self._article,
            "revisions": self._revision,
            "entries": self._entry,
            "payloads": self._payload,
            "lost_revision": self._first_revision,
        }

    def mend(self) -> Iterator[Problem]:
        """Those that are mended; articles first, since their revisions are compared with them."""
        for problem in self._problems:
            table, _, key = problem.where.partition(" ")
            mender = self._menders.get(table if problem.kind == "wrong_row" else problem.kind)
            with self._archive.engine.begin() as connection:
                if mender and mender(problem, key or table, connection):
                    yield problem

    def _article(self, problem: Problem, doc_id: str, connection: sa.Connection) -> bool:
        row = connection.execute(sa.select(articles).where(articles.c.doc_id == doc_id)).first()
        post = self._post(row) if row and problem.what.split()[0] in _OF_POST else None
        if row is None or post is None or post.date is None:
            return False
        title = row.title if " ".join(row.title.split()) == post.metadata["title"] else post.metadata["title"]
        values: dict[str, Any] = {"title": title, "date": iso(post.date)}
        if doc_id_of(post.url) == doc_id:
            values["url"] = post.url
        if is_as_read(post):
            values["content_hash"] = content_hash(title, post.markdown)
            connection.execute(sa.delete(bands).where(bands.c.doc_id == doc_id))
            own = [
                {"band": number, "hash": band, "doc_id": doc_id}
                for number, band in enumerate(text_bands(post.markdown))
            ]
            if own:
                connection.execute(sa.insert(bands), own)
        connection.execute(sa.update(articles).where(articles.c.doc_id == doc_id).values(values))
        return True

    def _post(self, row: Any) -> Post | None:
        """The article's post, if it is what the catalog wrote and the manifests have."""
        try:
            content = read_regular(self._archive.root / row.path)
            post = Post.parse(row.path, content)
        except (OSError, Unreadable):
            return None
        is_own = post_hash(content) == row.file_hash and row.path not in self._tampered
        return post if is_own and not post.faults() else None

    def _revision(self, _problem: Problem, key: str, connection: sa.Connection) -> bool:
        """The newest one has title and hash of its article, where these are those of its post."""
        doc_id, _, number = key.rpartition(":")
        of_revision = (revisions.c.doc_id == doc_id) & (revisions.c.number == int(number))
        revision = connection.execute(sa.select(revisions).where(of_revision)).first()
        article = connection.execute(sa.select(articles).where(articles.c.doc_id == doc_id)).first()
        shown = connection.scalar(sa.select(newest_text(sa.literal(doc_id))))
        if article is None or revision is None or revision.post is not None or shown != int(number):
            return False
        post = self._post(article)
        if post is None or list(differences(post, article.title, article.date, article.content_hash)):
            return False
        values = {"title": article.title, "content_hash": article.content_hash}
        connection.execute(sa.update(revisions).where(of_revision).values(values))
        return True

    def _first_revision(self, _problem: Problem, doc_id: str, connection: sa.Connection) -> bool:
        """Of an article that has one revision, and whose row of it is lost."""
        row = connection.execute(sa.select(articles).where(articles.c.doc_id == doc_id)).first()
        numbers = connection.scalars(sa.select(revisions.c.number).where(revisions.c.doc_id == doc_id)).all()
        if row is None or numbers or row.revision != 1 or self._post(row) is None:
            return False
        values = {"doc_id": doc_id, "number": 1, "seen_at": row.archived_at}
        values |= {"title": row.title, "content_hash": row.content_hash}
        connection.execute(sa.insert(revisions), values)
        return True

    def _entry(self, problem: Problem, doc_id: str, connection: sa.Connection) -> bool:
        if not problem.what.startswith("day "):
            return False
        created = parsed_time(connection.scalar(sa.select(entries.c.created_at).where(entries.c.doc_id == doc_id)))
        if created:
            day = str(beijing_day(created))
            connection.execute(sa.update(entries).where(entries.c.doc_id == doc_id).values(day=day))
        return created is not None

    def _payload(self, _problem: Problem, page: str, connection: sa.Connection) -> bool:
        """It only saves space."""
        connection.execute(sa.delete(payloads).where(payloads.c.page == page))
        return True
