"""The posts of an archive: written, never over a file that someone else wrote, and the text of any revision."""

from collections.abc import Sequence
from pathlib import Path

import sqlalchemy as sa

from crawler.archive.files import read_regular
from crawler.archive.promises import Promises
from crawler.archive.storage import Storage
from crawler.archive.tables import articles, revisions
from crawler.archive.texts import newest_text
from crawler.items import Article
from crawler.post.post import PostForm, post_hash, post_path

WRITTEN, REPLACED, UNCHANGED, KEPT_OTHER, PAST = "written", "replaced", "unchanged", "kept_other", "past"


class Posts:
    """In `storage`, of the form that the settings want."""

    def __init__(self, storage: Storage, form: PostForm, promises: Promises) -> None:
        self._storage = storage
        self._form = form
        self._promises = promises

    def where(self, path: str) -> str:
        """A post as a person would name it."""
        return self._storage.where(path)

    def write(self, article: Article) -> str:
        """Puts the article's post in its place, and says what was done; ``kept_other``: a file of someone else stays.

        ``past``: the file shows a text that was seen later, and stays. Fills ``path``, ``file_hash``, and where
        the post could not be written ``unwritten_post``.
        Raises OSError where the disk refuses it.
        """
        [outcome] = self.write_all([article])
        if isinstance(outcome, OSError):
            raise outcome
        return outcome

    def write_all(self, articles: Sequence[Article]) -> list[str | OSError]:
        """Puts posts in their places one after the other, or says why one could not be; promised in one transaction."""
        posts = [self._form.render(article).encode() for article in articles]
        for article, post in zip(articles, posts, strict=True):
            article.path, article.file_hash = _path(article), post_hash(post)
        try:
            self._promises.make((article.path, article.file_hash) for article in articles if not article.is_past)
        except OSError as error:
            return [error] * len(articles)
        return [self._write_promised(article, post) for article, post in zip(articles, posts, strict=True)]

    def _write_promised(self, article: Article, post: bytes) -> str | OSError:
        if article.is_past:
            article.file_hash, article.unwritten_post = article.archived_hash or "", post.decode()
            return PAST
        try:
            outcome, article.file_hash = self.put(article.path, post, article.archived_hash, article.file_hash)
        except OSError as error:
            return error
        article.unwritten_post = post.decode() if outcome == KEPT_OTHER else None
        return outcome

    def put(self, path: str, post: bytes, known_hash: str | None, promised_hash: str = "") -> tuple[str, str]:
        """What was done, and the hash by which the catalog is to know the file from now on.

        A file is replaced only if it still is what the catalog wrote, as `known_hash` says, or what was put there
        and did not come into the catalog. `promised_hash`: of a post that is promised already. Raises OSError.
        """
        file_hash = promised_hash or post_hash(post)
        present = self._storage.read(path)
        if present == post:
            return UNCHANGED, file_hash
        present_hash = post_hash(present) if present is not None else None
        if present_hash and present_hash != known_hash and not self._promises.has(path, present_hash):
            return KEPT_OTHER, known_hash or file_hash
        if not promised_hash:
            self._promises.make([(path, file_hash)])
        self._storage.write(path, post)
        return REPLACED if present else WRITTEN, file_hash

    def present(self, article: Article) -> bytes | None:
        """What stands in the article's place; None if nothing does."""
        return self._storage.read(_path(article))

    def as_written(self, path: str, known_hash: str) -> str | None:
        """A post that still is what the catalog wrote; None for one that was edited, or is not there."""
        present = self._storage.read(path)
        return present.decode() if present is not None and post_hash(present) == known_hash else None


def _path(article: Article) -> str:
    """Where its post is, or is to be: it never changes after the first archiving."""
    assert article.date
    return article.path or str(post_path(article.doc_id, article.date))


def revision_text(engine: sa.Engine, root: Path, doc_id: str, number: int) -> str | None:
    """The post as this revision had it; None if there is no such revision, or it is a tombstone."""
    query = sa.select(revisions.c.post, revisions.c.gone, articles.c.path).join(
        articles, articles.c.doc_id == revisions.c.doc_id
    )
    with engine.connect() as connection:
        row = connection.execute(query.where(revisions.c.doc_id == doc_id, revisions.c.number == number)).first()
    if row is None or row.gone:
        return None
    post: str | None = row.post
    return read_regular(root / row.path).decode() if post is None else post


def kept_post() -> sa.ScalarSelect[str]:
    """A column beside those of ``articles``: the newest text where the catalog keeps it; null: it is the file's."""
    newest = (revisions.c.doc_id == articles.c.doc_id) & (revisions.c.number == newest_text())
    return sa.select(revisions.c.post).where(newest).correlate(articles).scalar_subquery()


def newest_post(root: Path, path: str, kept: str | None) -> str | None:
    """An article's post, `kept` by the catalog or in its file; None if the file can't be had."""
    try:
        return read_regular(root / path).decode() if kept is None else kept
    except (OSError, UnicodeDecodeError):
        return None
