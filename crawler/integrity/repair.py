"""Mends what can be mended without the network. No post is changed or deleted."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import UTC, datetime
from functools import cached_property
from http import HTTPStatus
from pathlib import Path

import sqlalchemy as sa

from crawler.archive.archive import Archive
from crawler.archive.files import put_in_place, read_regular, sha256_of
from crawler.archive.tables import articles, revisions
from crawler.archive.texts import newest_text
from crawler.integrity.manifest import Manifest, enter, manifest_days, manifest_files
from crawler.integrity.mend_values import MendValues
from crawler.integrity.problem import Problem
from crawler.integrity.repair_rows import RepairRows
from crawler.integrity.roots import close_days
from crawler.items import Article, Capture, ListEntry
from crawler.post.minhash import text_bands
from crawler.post.post import Post, Unreadable, content_hash, post_hash
from crawler.sina.page_address import address_of
from crawler.sina.urls import NotAnArticle
from crawler.times import iso
from crawler.warc.captures import Captures
from crawler.warc.urlkey import lookup_key
from crawler.warc.writer import finish, left_open


class Repair:
    """Mends an archive that nothing else writes into. `at`: now."""

    def __init__(self, archive: Archive, at: datetime) -> None:
        self._archive = archive
        self._root = archive.root
        self._at = at
        self._to_enter: dict[str, str] = {}
        self._menders: dict[str, Callable[[Problem], bool]] = {
            "temporary": self._clear,
            "missing": self._bring_back,
            "unknown": self._adopt,
            "unlisted": self._enter_unlisted,
            "bad_value": MendValues(archive, at).mend,
            "wrong_index": self._drop_index,
            "truncated_capture": self._look_again,
            "no_root": self._close_days,
        }

    def mend(self, problems: Iterable[Problem]) -> list[Problem]:
        """Returns the problems that are mended. Raises OSError if what was mended can't be entered into a manifest."""
        present = list(problems)
        mended = [problem for problem in present if self._is_mended(problem)]
        mended += RepairRows(self._archive, present).mend()
        if self._to_enter:
            enter(self._archive.storage, self._to_enter, self._at)
        return mended

    def _is_mended(self, problem: Problem) -> bool:
        try:
            return problem.kind in self._menders and self._menders[problem.kind](problem)
        except OSError:  # it stays named
            return False

    def _clear(self, problem: Problem) -> bool:
        path = self._root / problem.where
        if path.suffix == ".tmp":
            path.unlink(missing_ok=True)
        elif path in left_open(path.parent) and (finished := finish(path)):
            self._to_enter[finished.relative_to(self._root).as_posix()] = sha256_of(finished)
        return not path.exists()

    def _drop_index(self, problem: Problem) -> bool:
        """It is made anew when it is wanted."""
        path = self._root / problem.where
        path.with_name(f"{path.name}.cdxj").unlink(missing_ok=True)
        return True

    def _close_days(self, _problem: Problem) -> bool:
        """A root is made of manifests alone; whether they are what they were, the time stamps prove."""
        storage = self._archive.storage
        close_days(storage, manifest_days(storage)[:-1])
        return True

    def _bring_back(self, problem: Problem) -> bool:
        """Writes the post that the catalog keeps. If it keeps none, a rebuild or the next crawl is to write it."""
        doc_id = Path(problem.where).stem
        of_article = articles.c.path == problem.where
        newest = (revisions.c.doc_id == doc_id) & (revisions.c.number == newest_text(sa.literal(doc_id)))
        query = sa.select(revisions.c.post).where(newest)
        with self._archive.engine.begin() as connection:
            post: str | None = connection.scalar(query)
            if post is not None:
                put_in_place(self._root / problem.where, post.encode())
                self._to_enter[problem.where] = file_hash = post_hash(post.encode())
                connection.execute(sa.update(articles).where(of_article).values(file_hash=file_hash))
                return True
            self._ask_again(connection, of_article)
        return False

    def _look_again(self, problem: Problem) -> bool:
        """Only Sina can mend it: the next crawl asks for the page, and what it reads is a revision."""
        doc_id, _, _ = problem.where.partition(":")
        with self._archive.engine.begin() as connection:
            self._ask_again(connection, articles.c.doc_id == doc_id)
        return False

    def _ask_again(self, connection: sa.Connection, of_article: sa.ColumnElement[bool]) -> None:
        again = {"content_hash": "", "etag": None, "last_modified": None, "next_check_at": iso(self._at)}
        connection.execute(sa.update(articles).where(of_article).values(again))

    def _adopt(self, problem: Problem) -> bool:
        """Enters a post that names its source. When its file was written, its article was as the file has it."""
        path = self._root / problem.where
        content = read_regular(path)
        try:
            post = Post.parse(problem.where, content)
            address = address_of(post.url)
        except (Unreadable, NotAnArticle):
            return False
        if post.faults() or address.doc_id != post.doc_id or self._archive.catalog.known([post.doc_id]):
            return False
        written = min(datetime.fromtimestamp(int(path.stat().st_mtime), UTC), self._at)
        title = post.metadata["title"]
        entry = ListEntry(post.url, title, post.doc_id, created_at=post.date, modified_at=written)
        article = Article(post.doc_id, address.url, title, post.date, body_html="", layout="", entry=entry)
        article.aliases, article.capture = (post.url,), self._capture_of(post.url)
        article.path, article.markdown = problem.where, post.markdown
        article.file_hash = post_hash(content)
        article.content_hash, article.bands = content_hash(title, post.markdown), text_bands(post.markdown)
        self._archive.listed([(post.doc_id, entry)], None, written)
        self._archive.archived([article], written)
        self._archive.unchanged(post.doc_id, self._at, written)
        if problem.where in self._listed:
            self._archive.unlisted.forget([problem.where])
        else:
            self._to_enter[problem.where] = article.file_hash
        return True

    def _capture_of(self, url: str) -> Capture | None:
        """The newest capture of a page, so that a rebuild finds it."""
        captures = self._captures.by_page.get(lookup_key(url), []) if self._captures else []
        newest = next(
            (of_page for of_page in reversed(captures) if of_page.status == HTTPStatus.OK and not of_page.truncated),
            None,
        )
        return Capture(newest.file, newest.offset, newest.length) if newest else None

    @cached_property
    def _captures(self) -> Captures | None:
        folder = self._root / "captures"
        return Captures(folder) if folder.exists() else None

    @cached_property
    def _listed(self) -> set[str]:
        """The paths in any manifest: one that was listed with another hash gets no new entry."""
        listed: set[str] = set()
        for path in manifest_files(self._root):
            with suppress(OSError):  # it is named by itself
                listed |= Manifest.load(path).hashes.keys()
        return listed

    def _enter_unlisted(self, problem: Problem) -> bool:
        """Enters a post as the catalog wrote it, a WARC as it is."""
        query = sa.select(articles.c.file_hash).where(articles.c.path == problem.where)
        with self._archive.engine.connect() as connection:
            known = connection.scalar(query)
        self._to_enter[problem.where] = known or sha256_of(self._root / problem.where)
        return True
