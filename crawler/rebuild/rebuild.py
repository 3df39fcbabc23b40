"""`scrapy rebuild`: today's posts from the captures, without asking Sina."""

import asyncio
import logging
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from scrapy.settings import BaseSettings

from crawler.archive.archive import Archive
from crawler.archive.files import put_in_place
from crawler.archive.paths import archive_dir, catalog_file
from crawler.archive.posts import KEPT_OTHER
from crawler.archive.storage import DryFolder
from crawler.integrity.manifest import enter
from crawler.items import Article
from crawler.post.extractor import EXTRACTOR
from crawler.post.post import post_hash
from crawler.rebuild.changes import changed_columns, changed_parts, difference
from crawler.rebuild.read_capture import CaptureResult, read_capture
from crawler.rebuild.recover import Recover, is_lost
from crawler.rebuild.report import KEPT, Report
from crawler.rebuild.selection import Selection
from crawler.run.progress_line import ProgressLine
from crawler.run.worker_pool import WorkerPool
from crawler.times import now
from crawler.warc.captures import Captures

logger = logging.getLogger(__name__)
_AHEAD = 64  # articles a worker; one that takes long doesn't make the others wait
_MANIFEST_BATCH_SIZE = 10_000  # its file is written anew each time
_BATCH_SIZE = 100  # articles that the catalog learns of at once
_LISTED_AT_ONCE = 500  # articles of which the ledger is asked at once
_IN_MEMORY = "sqlite://"


@dataclass(frozen=True, slots=True)
class _Job:
    row: sa.RowMapping
    args: tuple[Any, ...] | None


class Rebuild:
    """The work on an article is done in worker processes; this one compares and writes."""

    def __init__(
        self,
        settings: BaseSettings,
        workers: int,
        selection: Selection,
        force: bool = False,
        dry_run: bool = False,
        diff: Path | None = None,
    ) -> None:
        """`force`: posts that were edited by hand, too; `diff`: a folder for the difference of each post."""
        self._settings = settings
        self._workers = workers or os.cpu_count() or 1
        self._timeout = settings.getfloat("ARCHIVE_EXTRACT_TIMEOUT")
        self._selection = selection
        self._force = force
        self._dry_run = dry_run
        self._diff = diff
        self._written: list[Article] = []
        self._hashes: dict[str, str] = {}  # of the posts that no manifest has yet, by path
        self.report = Report()

    def run(self) -> Report:
        """Rebuilds what is known of; an archive whose catalog is lost, or was not yet recovered whole, all of it.

        Raises ValueError if a part of an archive without catalog is wanted.
        """
        with self._open() as archive:
            self._recover_images(archive)
            if not is_lost(archive):
                asyncio.run(self._rebuild(archive))
            elif self._selection.is_part:
                raise ValueError("there is no whole catalog, and so no part of it: rebuild without a choice first")
            else:
                asyncio.run(self._recover(archive))
        return self.report

    def _open(self) -> Archive:
        """A dry run writes no post, makes no catalog, and recovers a lost one in memory."""
        if not self._dry_run:
            return Archive.open(self._settings)
        storage, file = DryFolder(archive_dir(self._settings)), catalog_file(self._settings)
        if file is None or file.exists():
            archive = Archive.open(self._settings, storage=storage)
            if not is_lost(archive):
                return archive
            archive.close()
        return Archive.open(self._settings, _IN_MEMORY, storage)

    def _recover_images(self, archive: Archive) -> None:
        """With ARCHIVE_IMAGES=local those that are lost come back from their captures."""
        folder = archive.root / "captures"
        if archive.rules.local_images and folder.exists() and not self._dry_run:
            from crawler.rebuild.recover_images import recover_images  # needs Pillow

            if recovered := recover_images(Captures(folder), archive.images, archive.rules.most_bytes):
                logger.info("%s images came back from their captures", recovered)

    async def _recover(self, archive: Archive) -> None:
        recover = Recover(archive, self.report, self._force)
        await self._work("recovered", recover.count, recover.steps(), recover.apply)
        recover.finish()

    async def _rebuild(self, archive: Archive) -> None:
        rows = self._rows(archive)

        def take(job: _Job, result: CaptureResult | Exception | None) -> None:
            self._take(archive, job.row, result)

        try:
            await self._work("rebuilt", len(rows), self._jobs(archive, rows), take)
        finally:
            self._enter(archive)
            self._enter_manifest(archive)

    async def _work(self, what: str, total: int, jobs: Iterable[Any], take: Callable[[Any, Any], None]) -> None:
        pool = WorkerPool(self._workers)
        try:
            with ProgressLine(what, total) as progress:
                async for job, result in pool.imap(self._timeout, read_capture, jobs, self._workers * _AHEAD):
                    take(job, result)
                    progress.advance()
        finally:
            await asyncio.to_thread(pool.stop)

    def _rows(self, archive: Archive) -> list[sa.RowMapping]:
        """The articles selected, without those that are done."""
        rows = self._selection.rows(archive.engine)
        for doc_id in sorted(set(self._selection.doc_ids) - {row["doc_id"] for row in rows}):
            logger.error(self.report.lost(doc_id, "not_in_catalog"))
        undone = [row for row in rows if not self._is_done(archive, row)]
        self.report.skipped = len(rows) - len(undone)
        return undone

    def _is_done(self, archive: Archive, row: sa.RowMapping) -> bool:
        if self._selection.everything or self._selection.doc_ids or row["extractor"] != EXTRACTOR:
            return False
        post = archive.storage.read(row["path"])
        return post is not None and (post_hash(post) == row["file_hash"] or not self._force)

    def _jobs(self, archive: Archive, rows: list[sa.RowMapping]) -> Iterator[_Job]:
        folder = archive.root / "captures"
        if folder.exists() and rows:
            _ = Captures(folder).indexes  # made once, and found by the workers
        for start in range(0, len(rows), _LISTED_AT_ONCE):
            part = rows[start : start + _LISTED_AT_ONCE]
            listed = archive.ledger.entries_of([row["doc_id"] for row in part])
            for row in part:
                place = (row["capture_file"], row["capture_offset"], row["capture_length"])
                date = archive.values.time("articles", row["doc_id"], "date", row["date"])
                args = (str(folder), place, listed.get(row["doc_id"]), date, archive.rules.most_bytes)
                yield _Job(row, args if place[0] else None)

    def _take(self, archive: Archive, row: sa.RowMapping, result: CaptureResult | Exception | None) -> None:
        doc_id = row["doc_id"]
        if result is None:
            logger.error(self.report.lost(doc_id, "no_capture", row["url"]))
        elif isinstance(result, Exception):
            reason = "timeout" if isinstance(result, TimeoutError) else type(result).__name__
            logger.error(self.report.lost(doc_id, reason, row["url"]))
        elif result.article is None:
            logger.error(self.report.lost(doc_id, result.reason, result.detail or row["url"]))
        elif result.article.doc_id != doc_id:
            logger.error(self.report.lost(doc_id, f"leads_to_{result.article.doc_id}", row["url"]))
        else:
            try:
                self._put(archive, row, result.article)
            except OSError as error:
                logger.error(self.report.lost(doc_id, "not_written", f"{row['path']}: {error}"))

    def _put(self, archive: Archive, row: sa.RowMapping, article: Article) -> None:
        """The post in its place. One that is no more what was written was edited, and stays, but by force."""
        article.path, article.revision, article.archived_hash = row["path"], row["number"], row["file_hash"]
        archive.show_kept_images(article)
        present, post = archive.storage.read(article.path), archive.form.render(article)
        self._note(row, article, present, post)
        if self._force and present is not None:
            article.archived_hash = post_hash(present)
        outcome, article.file_hash = archive.posts.put(article.path, post.encode(), article.archived_hash)
        self.report.outcomes[article.doc_id] = KEPT if outcome == KEPT_OTHER else outcome
        if outcome == KEPT_OTHER:
            logger.warning("edited by hand, and kept: %s", archive.posts.where(article.path))
        elif not self._dry_run:
            self._written.append(article)
            self._hashes[article.path] = article.file_hash
            if len(self._written) >= _BATCH_SIZE:
                self._enter(archive)
            if len(self._hashes) >= _MANIFEST_BATCH_SIZE:
                self._enter_manifest(archive)

    def _enter(self, archive: Archive) -> None:
        """The catalog learns of posts that are in place; one that it didn't learn of is not taken for edited later."""
        if self._written:
            archive.read_again(self._written)
            self._written = []

    def _enter_manifest(self, archive: Archive) -> None:
        """The day's manifest has them, or they would look tampered with."""
        if self._hashes:
            enter(archive.storage, self._hashes, now())
            self._hashes = {}

    def _note(self, row: sa.RowMapping, article: Article, present: bytes | None, post: str) -> None:
        """What changes, by field and by layout; and the difference, where it is wanted."""
        before = present.decode(errors="replace") if present is not None else ""
        changed = changed_columns(dict(row), article) | changed_parts(before, post)
        if self._diff and before != post:
            put_in_place(self._diff / f"{article.doc_id}.diff", difference(article.path, before, post).encode())
        self.report.fields.update(changed)
        self.report.layouts[article.layout].update(["articles", *(["changed"] if changed else [])])
