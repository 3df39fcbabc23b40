"""One archive: what can happen to an article, each a verb and one transaction over catalog and ledger.

The live crawl says the verbs as answers come in; ``scrapy rebuild`` says the same ones over the
captures, in their order of time. What is true of an article stands here, and nowhere else.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import cached_property
from http import HTTPStatus
from pathlib import Path
from typing import Self

import sqlalchemy as sa
from scrapy.crawler import Crawler
from scrapy.settings import BaseSettings

from crawler.archive.absences import Absence, Absences
from crawler.archive.bad_values import BadValues, parsed_time
from crawler.archive.catalog import Catalog
from crawler.archive.count_catalog import count_catalog
from crawler.archive.database import open_engine
from crawler.archive.due import Due, all_due
from crawler.archive.facts import Facts
from crawler.archive.images import Images
from crawler.archive.ledger import Ledger
from crawler.archive.mementos import Mementos
from crawler.archive.near_duplicates import NearDuplicates
from crawler.archive.one_of_a_crawl import one_of_a_crawl
from crawler.archive.past import place_of
from crawler.archive.paths import database_url
from crawler.archive.posts import Posts
from crawler.archive.presence import require_catalog
from crawler.archive.promises import Promises
from crawler.archive.read_again import read_again
from crawler.archive.readings import Readings
from crawler.archive.reads import Reads
from crawler.archive.rules import Rules
from crawler.archive.runs import Runs
from crawler.archive.slices import Slices
from crawler.archive.storage import Storage, open_storage
from crawler.archive.texts import Shown
from crawler.archive.unlisted import Unlisted
from crawler.archive.waits import Waits
from crawler.items import SINA, Article, ListEntry
from crawler.post.post import PostForm, content_hash, markdown_of
from crawler.sina.article import GONE as SAID_GONE
from crawler.times import iso

# What became of an article, as some verbs say it.
NEW, CHANGED, UNCHANGED = "new", "changed", "unchanged"
REFUSED, FAILED, MISSING, GONE = "refused", "failed", "missing", "gone"
_NO_PAGE = (HTTPStatus.NOT_FOUND, HTTPStatus.GONE)
_MUCH_SHORTER = 0.5  # of the text before: an editor's correction and a broken page look alike


class Archive:
    """What a component or command holds of an archive: one engine, opened once, closed last."""

    def __init__(self, engine: sa.Engine, storage: Storage, form: PostForm, rules: Rules) -> None:
        self.engine = engine
        self.storage = storage
        self.form = form
        self.promises = Promises(engine)
        self.posts = Posts(storage, form, self.promises)
        self.values = BadValues()
        self._reads = reads = Reads(engine)
        self.catalog = Catalog(engine, reads, rules.look_again, self.values)
        self.ledger = Ledger(engine, rules.try_again, self.values)
        self.near_duplicates = NearDuplicates(reads)
        self.slices = Slices(engine)
        self.readings = Readings(engine)
        self.facts = Facts(engine)
        self.runs = Runs(engine)
        self.mementos = Mementos(engine, rules.try_again)
        self.unlisted = Unlisted(engine)
        self.waits = Waits(engine)
        self.rules = rules
        self._absences = Absences()

    @classmethod
    def open(
        cls, settings: BaseSettings, database: str = "", storage: Storage | None = None, must_exist: bool = False
    ) -> Self:
        """The archive of the settings, to be closed; or with the catalog in another `database`, or other `storage`.

        Raises UsageError, RuntimeError and ValueError, naming the setting, where they say no such archive; with
        `must_exist` NoArchive where there is no catalog, which otherwise is made.
        """
        rules = Rules.of(settings)
        require_catalog(settings) if must_exist else None
        engine = open_engine(database or database_url(settings))
        return cls(engine, storage or open_storage(settings), PostForm.of(settings), rules)

    @classmethod
    @one_of_a_crawl
    def of(cls, crawler: Crawler) -> Self:
        """The one archive of a crawl, as its settings want it; the extension CloseArchive closes it."""
        archive = cls.open(crawler.settings)
        count_catalog(crawler, archive.engine, archive.values)
        return archive

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def close(self) -> None:
        """Gives the database back; the archive is not used after it."""
        self._reads.close()
        self.engine.dispose()

    @property
    def root(self) -> Path:
        """The archive's folder. Raises UsageError for one in an object store."""
        return self.storage.root

    @cached_property
    def images(self) -> Images:
        """The images that are kept. Raises UsageError for an archive in an object store."""
        return Images(self.engine, self.root)

    def due(self, at: datetime, most: int) -> Iterator[Due]:
        """What earlier runs left to do: up to `most` articles to be fetched, and as many to be looked at again."""
        return all_due(self.ledger, self.catalog, at, most)

    def listed(self, entries: Iterable[tuple[str, ListEntry]], channel: str | None, at: datetime) -> None:
        """Entries, by doc id, were shown by a list, or without `channel` are known from elsewhere."""
        self.ledger.see(entries, channel, at)

    def leads_to(self, doc_id: str, article: Article, entry: ListEntry, at: datetime) -> None:
        """The page of an entry turned out to be that of another article, which is known from now on."""
        with self.engine.begin() as connection:
            self._refuse(connection, doc_id, f"leads_to_{article.doc_id}", at)
            self.ledger.see([(article.doc_id, entry)], None, at, connection)

    def is_archived_elsewhere(self, article: Article) -> bool:
        """True if its address is that of another article already."""
        return self.catalog.doc_id_of(article.url) not in (None, article.doc_id)

    def find_revision(self, article: Article, at: datetime) -> str:
        """NEW, CHANGED, or UNCHANGED, which is entered. Title and text count; what stands around them does not.

        A web archive's text is compared with what was shown when it was seen. A changed one gets the number
        of its revision, the date and the place of the first; the post that it is about to replace is kept,
        or its own, if a text seen later is known.
        """
        article.content_hash = content_hash(article.title, article.markdown)
        held = self.catalog.held(article.doc_id)
        if held is None:
            return NEW
        with self.engine.connect() as connection:
            place = place_of(connection, article)
        shown, article.is_past = place.before, place.is_past
        latest = held if article.seen_by == SINA else shown  # an article whose hash was emptied is to be written again
        if latest and latest.content_hash == article.content_hash and not latest.gone:
            self._see_again(article, shown, at)
            return UNCHANGED
        if shown and article.seen_at is None and shown.seen_at > iso(at):
            article.seen_at = parsed_time(shown.seen_at)  # a clock that went back brings no text into another order
        article.revision = held.revision + 1
        article.archived_date, article.archived_hash, article.path = held.date, held.file_hash, held.path
        present = self.posts.as_written(held.path, held.file_hash) if place.follows_newest else None
        if present is not None:
            self.catalog.keep_post(article.doc_id, present)
            before = 0 if article.is_past else len(markdown_of(present))
            article.shrunk_from = before if len(article.markdown) < before * _MUCH_SHORTER else 0
        return CHANGED

    def _see_again(self, article: Article, shown: Shown | None, at: datetime) -> None:
        if article.seen_by == SINA:
            modified_at = article.entry.modified_at if article.entry else None
            self.unchanged(article.doc_id, at, modified_at, etag=article.etag, last_modified=article.last_modified)
        if shown and {article.seen_by, shown.seen_by} != {SINA}:
            with self.engine.begin() as connection:
                self.catalog.see_again(article.doc_id, shown.number, article.seen_by, article.seen_at or at, connection)

    def unchanged(self, doc_id: str, at: datetime, modified_at: datetime | None = None, **headers: str | None) -> None:
        """The article was looked at again and is as it was; `headers`: ``etag`` and ``last_modified``, where known."""
        with self.engine.begin() as connection:
            self.catalog.checked(doc_id, at, modified_at, connection, **headers)
            self.ledger.archived(doc_id, within=connection)
        self._absences.pages_there += 1

    def link_near_duplicate(self, article: Article, at: datetime) -> bool:
        """Links the article to one with nearly the same text; True, and refused, if only the first is to be kept."""
        article.duplicate_of = None if article.is_past else self.near_duplicates.find(article)
        if not article.duplicate_of or not self.rules.keep_one_copy or article.revision > 1:
            return False
        self.ledger.failed(article.doc_id, f"copy_of_{article.duplicate_of}", at, refused=True, for_good=True)
        return True

    def show_kept_images(self, article: Article) -> None:
        """Its post is to show those of its images that are kept, if images are kept at all."""
        if self.rules.local_images:
            article.local_images = self.images.files(article.images)

    def archived(self, articles: Sequence[Article], at: datetime) -> None:
        """The posts of new articles, and of new revisions, are in place. All are entered, or none."""
        with self.engine.begin() as connection:
            self.catalog.enter(articles, at, connection)
            self.unlisted.add([article.path for article in articles if not article.is_past], connection)
            self.promises.kept([article.path for article in articles if not article.is_past], connection)
            for article in articles:
                if article.seen_by != SINA:
                    self._learn(article, article.learned_at or at, connection)
                elif article.revision > 1:
                    self.catalog.checked(article.doc_id, at, within=connection)
            self.ledger.archived(*(article.doc_id for article in articles), within=connection)
        self._absences.pages_there += len(articles)

    def _learn(self, article: Article, at: datetime, connection: sa.Connection) -> None:
        """A web archive has it: nobody is asked for it for that, and what Sina said of it before stays said."""
        absence = self.ledger.absence(article.doc_id, connection)
        if absence and article.revision == 1:
            self.catalog.said_before(article.doc_id, absence, connection)
            if absence.is_confirmed:
                self.catalog.bury(article.doc_id, absence.reason, absence.at, connection)
        self.ledger.learn(article, at, connection)

    def read_again(self, articles: Sequence[Article]) -> None:
        """Today's code reads this in the captures of the newest texts: no new revisions, and the posts are in place."""
        for article in articles:
            article.content_hash = content_hash(article.title, article.markdown)
        self.unlisted.add([article.path for article in articles])
        read_again(self.engine, articles, self.form.render)
        with self.engine.begin() as connection:
            self.promises.kept([article.path for article in articles], connection)

    def no_article(self, doc_id: str, reason: str, at: datetime, entry: ListEntry | None) -> str:
        """A page came and is no article: REFUSED; of an archived one FAILED, or by Sina's own word MISSING or GONE."""
        if not self.catalog.known([doc_id]):
            self.refused(doc_id, reason, at)
            return REFUSED
        if reason == SAID_GONE:
            return self.gone(doc_id, reason, at, entry)
        self.failed(doc_id, reason, at)
        return FAILED

    def no_page(self, doc_id: str, status: int, at: datetime, entry: ListEntry | None) -> str:
        """The answer was an error: FAILED; of an archived article, if it says that it is gone, MISSING or GONE."""
        reason = f"http_{status}"
        if status in _NO_PAGE and self.catalog.known([doc_id]):
            return self.gone(doc_id, reason, at, entry)
        self.failed(doc_id, reason, at)
        return FAILED

    def gone(self, doc_id: str, reason: str, at: datetime, entry: ListEntry | None) -> str:
        """Sina says that an archived article is no more: GONE if there is a tombstone already, else MISSING.

        The tombstone comes at the end of the run, if Sina has said it an interval before, too. The post stays.
        """
        with self.engine.begin() as connection:
            modified_at = entry.modified_at if entry else None
            is_confirmed, is_buried = self.catalog.say_gone(doc_id, at, modified_at, connection)
            self.ledger.archived(doc_id, within=connection)
        if is_buried:
            return GONE
        self._absences.say(doc_id, Absence(reason, at, is_confirmed))
        return MISSING

    def end_run(self) -> tuple[list[str], list[str]]:
        """The doc ids that got a tombstone, and those whose absence is doubted: too many vanished in one run.

        A doubted one is a failed attempt. To be said once, after the last answer of a run.
        """
        said, are_too_many = self._absences.settle()
        if are_too_many:
            for doc_id, absence in said.items():
                with self.engine.begin() as connection:
                    self.catalog.unsay_gone(doc_id, absence.at, connection)
                self.failed(doc_id, "many_gone", absence.at)
            return [], list(said)
        buried = {doc_id: absence for doc_id, absence in said.items() if absence.is_confirmed}
        for doc_id, absence in buried.items():
            with self.engine.begin() as connection:
                self.catalog.bury(doc_id, absence.reason, absence.at, connection)
        return list(buried), []

    def refused(self, doc_id: str, reason: str, at: datetime, for_good: bool = False) -> None:
        """The page is not to be archived; it is looked at a few times more, or `for_good` not again."""
        with self.engine.begin() as connection:
            self._refuse(connection, doc_id, reason, at, for_good)

    def failed(self, doc_id: str, reason: str, at: datetime) -> None:
        """An attempt was in vain: the next one is due after an interval; after the last the article is given up."""
        with self.engine.begin() as connection:
            self.ledger.failed(doc_id, reason, at, within=connection)
            self.catalog.check_failed(doc_id, at, self.rules.try_again, connection)

    def postponed(self, doc_id: str, reason: str, at: datetime) -> None:
        """Its host is not asked for now. This is no attempt: what is due stays due."""
        self.ledger.postponed(doc_id, reason, at)

    def _refuse(
        self, connection: sa.Connection, doc_id: str, reason: str, at: datetime, for_good: bool = False
    ) -> None:
        self.ledger.failed(doc_id, reason, at, True, connection, for_good)
        self.catalog.check_failed(doc_id, at, self.rules.try_again, connection)
