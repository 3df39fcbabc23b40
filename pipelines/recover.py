"""A lost archive from its captures alone: what the runs did, once more, in the order in which they saw it."""

import logging
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

import sqlalchemy as sa
from scrapy.settings import BaseSettings

from crawler.capture.captures import Captures, DamagedCapture
from crawler.capture.cdxj import Entry
from crawler.capture.decoded import decoded
from crawler.capture.findings import findings
from crawler.capture.page_key import page_key
from crawler.catalog import Catalog
from crawler.items import Article, ListEntry
from crawler.kept_images import KeptImages
from crawler.ledger import Ledger
from crawler.locations import post_path
from crawler.moments import iso, now, parse_distances
from crawler.rebuilt import Rebuilt
from crawler.schema import articles, revisions, runs
from crawler.sina.channels import CHANNELS, Channel
from crawler.sina.listing import API, ListingError, parse_listing
from crawler.sina.urls import identify, without_tracking
from crawler.storage import Folder
from pipelines.post_form import PostForm
from pipelines.read_capture import Reading
from pipelines.write_markdown import post_hash, write_post

logger = logging.getLogger(__name__)
_RUN = "-recover"  # how the run of a recovery ends its name
_NOT_MODIFIED, _GONE, _ERROR = 304, (404, 410), 400
_HARMLESS = {"other_file", "other_site", "several_bodies", "no_digest"}  # findings that lose nothing


def is_lost(engine: sa.Engine) -> bool:
    """True for a catalog without articles, and for one whose recovery did not come to its end."""
    broken_off = sa.select(runs.c.run).where(runs.c.run.endswith(_RUN), runs.c.ended_at.is_(None))
    with engine.connect() as connection:
        any_article = connection.scalar(sa.select(articles.c.doc_id).limit(1))
        return any_article is None or connection.scalar(broken_off) is not None


@dataclass(frozen=True, slots=True)
class Step:
    """One captured answer to the request for an article; ``args`` are read_capture's, None if it need not be read."""

    capture: Entry
    doc_id: str
    entry: ListEntry
    args: tuple[Any, ...] | None

    @property
    def at(self) -> datetime:
        """When it was captured."""
        return _moment(self.capture)


class Recover:
    """Makes steps of the captures, to be read by any number of workers, and applies them one by one.

    Recovers posts, catalog and ledger, with revisions and tombstones, at the times of the captures;
    not what captures don't show: attempts without an answer, the slices of a backfill, how far lists
    were read. One that was broken off goes on where it was.
    """

    def __init__(
        self,
        root: Path,
        catalog: Catalog,
        form: PostForm,
        settings: BaseSettings,
        force: bool,
        dry_run: bool,
        images: KeptImages | None,
    ) -> None:
        """Raises FileNotFoundError if there are no captures."""
        self._root = root
        self._catalog = catalog
        self._form = form
        self._keep_one = settings.getbool("ARCHIVE_KEEP_ONE_COPY")
        self._try_again = parse_distances(settings["ARCHIVE_TRY_AGAIN_AFTER"])
        self._ledger = Ledger(catalog.engine, self._try_again)
        self._force = force
        self._dry_run = dry_run
        self._images = images
        self._captures = Captures(root / "captures")
        self._listed: dict[str, ListEntry] = {}  # as the lists show it so far
        self._urls: dict[str, set[str]] = defaultdict(set)
        self._leads: dict[str, str] = {}  # a redirection's target -> the doc id that was asked for
        self._known_until = self._newest()
        self._run = f"{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}{_RUN}"  # two may begin in one second
        self.rebuilt = Rebuilt()
        self._begin()

    @cached_property
    def _in_time(self) -> list[Entry]:
        return sorted(self._captures.entries(), key=lambda entry: (entry.time, entry.file, entry.offset))

    @property
    def count(self) -> int:
        """How many steps there are at most."""
        return sum(1 for entry in self._in_time if not _is_list(entry.url) and _address(entry.url))

    def steps(self) -> Iterator[Step]:
        """In time; the lists are read in passing."""
        for capture in self._in_time:
            if _is_list(capture.url):
                self._list(capture)
            elif (step := self._step(capture)) and not self._is_applied(step):
                yield step

    def apply(self, step: Step, reading: Reading | Exception | None) -> None:
        """Does what the run did with this answer."""
        doc_id, at, status = step.doc_id, step.at, step.capture.status
        if isinstance(reading, Exception):
            reason = "timeout" if isinstance(reading, TimeoutError) else type(reading).__name__
            reading = Reading(reason=reason, detail=step.capture.url)
        if status == _NOT_MODIFIED:
            self._catalog.checked(doc_id, at, step.entry.modified_at)
        elif reading and reading.article:
            try:
                self._archive(step, reading.article, reading.post)
            except OSError as error:
                logger.error(self.rebuilt.lost(doc_id, "not_written", str(error)))
        elif reading:
            logger.log(
                logging.INFO if reading.refused else logging.ERROR,
                self.rebuilt.lost(doc_id, reading.reason, reading.detail, reading.refused),
            )
            self._failed(step, reading.reason, reading.refused)
        else:
            self.rebuilt.lost(doc_id, f"http_{status}", refused=True)
            self._failed(step, f"http_{status}", status in _GONE, refuse=False)

    def finish(self) -> None:
        """Enters what is known at the end: URLs of articles that were listed again, and the end itself."""
        for doc_id in self._catalog.known(list(self._urls)):
            for url in sorted(self._urls[doc_id]):
                self._catalog.add_alias(url, doc_id)
        reasons, lines = findings(self._captures)
        self.rebuilt.damages += [line for line in lines if line.partition(":")[0] not in _HARMLESS]
        for line in lines:
            logger.warning("captures: %s", line)
        if self._dry_run:
            return
        ended = sa.update(runs).where(runs.c.run.endswith(_RUN), runs.c.ended_at.is_(None))
        with self._catalog.engine.begin() as connection:
            connection.execute(ended.values(ended_at=iso(now()), outcome="ok" if not reasons else "damages"))

    def _begin(self) -> None:
        if not self._dry_run:
            with self._catalog.engine.begin() as connection:
                connection.execute(sa.insert(runs).values(run=self._run, started_at=iso(now())))

    def _newest(self) -> str:
        """The time of the last step that a recovery before this one came to."""
        with self._catalog.engine.connect() as connection:
            return connection.scalar(sa.select(sa.func.max(revisions.c.seen_at))) or ""

    def _is_applied(self, step: Step) -> bool:
        at = iso(step.at)
        if at != self._known_until:
            return at < self._known_until
        of_article = sa.select(revisions.c.number).where(revisions.c.doc_id == step.doc_id, revisions.c.seen_at == at)
        with self._catalog.engine.connect() as connection:
            return connection.scalar(of_article) is not None

    def _list(self, capture: Entry) -> None:
        """Enters what a list showed."""
        channel = _channel(capture.url)
        try:
            saved = self._captures.read(capture.file, capture.offset, capture.length)
            listing = parse_listing(decoded(saved), channel)
        except (DamagedCapture, ListingError) as error:
            if capture.status < _ERROR:
                logger.warning("no list (%s): %s", error.reason, capture.url)
            return
        found: dict[str, ListEntry] = {}
        for entry in listing.entries:
            if address := _address(entry.url):
                found.setdefault(address.doc_id, entry)
                self._urls[address.doc_id].add(without_tracking(entry.url))
        self._listed |= found
        self._ledger.see(found.items(), channel.lid, _moment(capture))

    def _step(self, capture: Entry) -> Step | None:
        address = _address(capture.url)
        if not address or address.page > 1:
            return None
        doc_id = self._leads.pop(page_key(capture.url), address.doc_id)
        if capture.redirect and capture.status != _NOT_MODIFIED:
            self._leads[page_key(urljoin(capture.url, capture.redirect))] = doc_id
            return None
        entry = self._listed.get(doc_id) or ListEntry(url=capture.url, title="")
        self._ledger.see([(doc_id, entry)], None, _moment(capture))
        if capture.status == _NOT_MODIFIED or capture.status >= _ERROR:
            return Step(capture, doc_id, entry, None)
        place = (capture.file, capture.offset, capture.length)
        return Step(capture, doc_id, entry, (str(self._root / "captures"), self._form, place, entry, None))

    def _failed(self, step: Step, reason: str, is_gone: bool, refuse: bool = True) -> None:
        """A tombstone for an archived article that is gone; else an attempt in vain."""
        if is_gone and self._catalog.known([step.doc_id]):
            self._catalog.bury(step.doc_id, reason, step.at, step.entry.modified_at)
            return
        self._ledger.failed(step.doc_id, reason, step.at, refused=is_gone and refuse)
        self._catalog.check_failed(step.doc_id, step.at, self._try_again)

    def _archive(self, step: Step, article: Article, post: str) -> None:
        """What the pipelines do with an article that was read."""
        if article.doc_id != step.doc_id:
            self._ledger.failed(step.doc_id, f"leads_to_{article.doc_id}", step.at, refused=True)
            self._ledger.see([(article.doc_id, step.entry)], None, step.at)
        held = self._catalog.held(article.doc_id)
        if held and held.content_hash == article.content_hash and not held.gone:
            modified_at = article.entry.modified_at if article.entry else None
            self._catalog.checked(
                article.doc_id, step.at, modified_at, etag=article.etag, last_modified=article.last_modified
            )
            self._ledger.archived(article.doc_id)
            return
        if self._catalog.doc_id_of(article.url) not in (None, article.doc_id):
            return  # archived under another doc id
        if held:
            article.revision, article.archived_date = held.revision + 1, held.date
            article.archived_hash, article.path = held.file_hash, held.path
        if self._images:
            article.local_images = self._images.files(article.images)
        if held or self._images:
            post = self._form.render(article)
        article.duplicate_of = self._catalog.near(article.doc_id, article.bands)
        if article.duplicate_of and self._keep_one and not held:
            self._ledger.failed(article.doc_id, f"copy_of_{article.duplicate_of}", step.at, refused=True)
            return
        self._put(article, post)
        self._catalog.record(article, step.at)
        if held:
            self._catalog.checked(article.doc_id, step.at)
        self._ledger.archived(article.doc_id)

    def _put(self, article: Article, post: str) -> None:
        """The file; one that is there and has other text was edited, or another extractor made it."""
        assert article.date
        article.path = article.path or str(post_path(article.doc_id, article.date))
        path = self._root / article.path
        present = path.read_bytes() if path.exists() else None
        archived = post_hash(present) if present is not None and self._force else article.archived_hash
        if self._dry_run:
            article.file_hash = post_hash(post.encode())
            outcome = "written" if present is None else "unchanged" if present == post.encode() else "kept"
            outcome = "replaced" if outcome == "kept" and self._force else outcome
        else:
            outcome, article.file_hash, article.replaced_post = write_post(
                Folder(self._root), article.path, post.encode(), archived
            )
        if outcome == "kept_other":
            outcome, article.unwritten_post = "kept", post
        first = self.rebuilt.outcomes.get(article.doc_id)
        self.rebuilt.outcomes[article.doc_id] = first if first == outcome == "written" else outcome
        self.rebuilt.layouts[article.layout]["articles"] += 1


def _is_list(url: str) -> bool:
    return url.partition("?")[0].partition("://")[2] == API.partition("://")[2]


def _channel(url: str) -> Channel:
    """That of the list asked for, be it one that is not known."""
    asked = parse_qs(urlsplit(url).query)
    lid, pageid = (asked.get(name, [""])[0] for name in ("lid", "pageid"))
    return next((channel for channel in CHANNELS if channel.lid == lid), Channel(lid, pageid, lid))


def _address(url: str) -> Any:
    try:
        return identify(url)
    except ValueError:
        return None


def _moment(capture: Entry) -> datetime:
    return datetime.strptime(capture.time, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
