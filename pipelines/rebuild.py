"""`scrapy rebuild`: today's posts from the captures, without asking Sina."""

import asyncio
import difflib
import json
import logging
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import yaml
from scrapy.settings import BaseSettings

from crawler.capture.captures import Captures
from crawler.catalog import Catalog
from crawler.files import put_in_place
from crawler.integrity.manifest import enter
from crawler.items import Article
from crawler.kept_images import KeptImages
from crawler.ledger import Ledger
from crawler.locations import archive_dir, database_url
from crawler.moments import from_iso, iso, now, parse_distances, parse_moment
from crawler.progress_line import ProgressLine
from crawler.rebuilt import Rebuilt
from crawler.schema import articles, revisions
from crawler.storage import Folder
from crawler.worker_pool import WorkerPool
from pipelines.extraction import EXTRACTOR
from pipelines.front_matter import load
from pipelines.in_order import in_order
from pipelines.post_form import PostForm
from pipelines.read_capture import Reading, read_capture
from pipelines.recover import Recover, is_lost
from pipelines.write_markdown import post_hash, write_post

logger = logging.getLogger(__name__)
_AHEAD = 64  # articles a worker; one that takes long doesn't make the others wait
_MANIFEST_TOGETHER = 10_000  # its file is written anew each time
_TOGETHER = 100  # articles that the catalog learns of at once
# Columns of the catalog that a post doesn't show.
_COLUMNS = ("published_at", "layout", "media", "byline", "editor", "original_title", "keywords", "stocks")


@dataclass(frozen=True, slots=True)
class Choice:
    """What to rebuild, and how; days are of the posts, in Beijing.

    ``everything``: what today's extractor made already, too; a doc id that is named counts as such.
    """

    since: date | None = None
    until: date | None = None
    doc_ids: tuple[str, ...] = ()
    everything: bool = False
    force: bool = False
    dry_run: bool = False
    diff: Path | None = None

    @property
    def is_part(self) -> bool:
        """True if not the whole archive is meant."""
        return bool(self.since or self.until or self.doc_ids)


@dataclass(frozen=True, slots=True)
class _Job:
    row: sa.RowMapping
    args: tuple[Any, ...] | None


class Rebuild:
    """The work on an article is done in worker processes; this one compares and writes."""

    def __init__(self, settings: BaseSettings, workers: int = 0, **choice: Any) -> None:
        """`choice`: see Choice. Raises ValueError if a part of an archive without catalog is wanted."""
        self._choice = Choice(**choice)
        self._root = archive_dir(settings)
        self._form = PostForm.of(settings)
        self._settings = settings
        self._workers = workers or os.cpu_count() or 1
        self._timeout = settings.getfloat("ARCHIVE_EXTRACT_TIMEOUT")
        self._look_again = parse_distances(settings["ARCHIVE_LOOK_AGAIN_AFTER"])
        self._written: list[Article] = []
        self._hashes: dict[str, str] = {}  # of the posts that no manifest has yet, by path
        self.rebuilt = Rebuilt()

    def run(self) -> Rebuilt:
        """Rebuilds what is known of; an archive whose catalog is lost, or was not yet recovered whole, all of it."""
        with self._open_catalog() as catalog:
            self._open_images(catalog)
            if not is_lost(catalog.engine):
                asyncio.run(self._rebuild(catalog))
            elif self._choice.is_part:
                raise ValueError("there is no whole catalog, and so no part of it: rebuild without a choice first")
            else:
                asyncio.run(self._recover(catalog))
        return self.rebuilt

    def _open_images(self, catalog: Catalog) -> None:
        """With ARCHIVE_IMAGES=local the posts show the images that are kept; those lost come back from captures."""
        self._images = None
        if self._settings["ARCHIVE_IMAGES"] != "local":
            return
        self._images = KeptImages(catalog.engine, self._root)
        folder = self._root / "captures"
        if folder.exists() and not self._choice.dry_run:
            from pipelines.recover_images import recover_images  # needs Pillow

            if recovered := recover_images(Captures(folder), self._images):
                logger.info("%s images came back from their captures", recovered)

    def _open_catalog(self) -> Catalog:
        """A dry run makes none."""
        url = database_url(self._settings)
        path = sa.make_url(url).database if url.startswith("sqlite") else None
        if self._choice.dry_run and path and not Path(path).exists():
            url = "sqlite://"
        return Catalog(url, self._look_again)

    async def _recover(self, catalog: Catalog) -> None:
        recover = Recover(
            self._root, catalog, self._form, self._settings, self._choice.force, self._choice.dry_run, self._images
        )
        recover.rebuilt = self.rebuilt
        await self._work("recovered", recover.count, recover.steps(), recover.apply)
        recover.finish()

    async def _rebuild(self, catalog: Catalog) -> None:
        self._ledger = Ledger(catalog.engine)
        rows = self._rows(catalog)

        def take(job: _Job, reading: Reading | Exception | None) -> None:
            self._take(catalog, job.row, reading)

        try:
            await self._work("rebuilt", len(rows), self._jobs(rows), take)
        finally:
            self._enter(catalog)
            self._enter_manifest()

    async def _work(self, what: str, total: int, jobs: Iterable[Any], take: Any) -> None:
        pool = WorkerPool(self._workers, self._settings.getlist("WORKER_MODULES"))
        try:
            with ProgressLine(what, total) as progress:
                async for job, result in in_order(pool, self._timeout, read_capture, jobs, self._workers * _AHEAD):
                    take(job, result)
                    progress.advance()
        finally:
            await asyncio.to_thread(pool.stop)

    def _rows(self, catalog: Catalog) -> list[sa.RowMapping]:
        """The articles chosen, with the capture of their newest text."""
        newest = (
            sa.select(revisions.c.doc_id, sa.func.max(revisions.c.number).label("number"))
            .where(revisions.c.gone.is_(None))
            .group_by(revisions.c.doc_id)
            .subquery()
        )
        query = (
            sa.select(articles, revisions.c.number, revisions.c.capture_file, revisions.c.capture_offset)
            .add_columns(revisions.c.capture_length)
            .join(newest, newest.c.doc_id == articles.c.doc_id)
            .join(revisions, (revisions.c.doc_id == newest.c.doc_id) & (revisions.c.number == newest.c.number))
        )
        if self._choice.since:
            query = query.where(articles.c.date >= _start(self._choice.since))
        if self._choice.until:
            query = query.where(articles.c.date < _start(self._choice.until + timedelta(days=1)))
        if self._choice.doc_ids:
            query = query.where(articles.c.doc_id.in_(self._choice.doc_ids))
        with catalog.engine.connect() as connection:
            rows = list(connection.execute(query.order_by(articles.c.date, articles.c.doc_id)).mappings())
        for doc_id in sorted(set(self._choice.doc_ids) - {row["doc_id"] for row in rows}):
            logger.error(self.rebuilt.lost(doc_id, "not_in_catalog"))
        wanted = [row for row in rows if not self._is_done(row)]
        self.rebuilt.skipped = len(rows) - len(wanted)
        return wanted

    def _is_done(self, row: sa.RowMapping) -> bool:
        if self._choice.everything or self._choice.doc_ids or row["extractor"] != EXTRACTOR:
            return False
        post = _read(self._root / row["path"])
        return post is not None and (post_hash(post) == row["file_hash"] or not self._choice.force)

    def _jobs(self, rows: list[sa.RowMapping]) -> Iterator[_Job]:
        folder = self._root / "captures"
        if folder.exists() and rows:
            _ = Captures(folder).indexes  # made once, and found by the workers
        for row in rows:
            place = (row["capture_file"], row["capture_offset"], row["capture_length"])
            entry = self._ledger.entry(row["doc_id"])
            yield _Job(row, (str(folder), self._form, place, entry, from_iso(row["date"])) if place[0] else None)

    def _take(self, catalog: Catalog, row: sa.RowMapping, reading: Reading | Exception | None) -> None:
        doc_id = row["doc_id"]
        if reading is None:
            logger.error(self.rebuilt.lost(doc_id, "no_capture", row["url"]))
        elif isinstance(reading, Exception):
            reason = "timeout" if isinstance(reading, TimeoutError) else type(reading).__name__
            logger.error(self.rebuilt.lost(doc_id, reason, row["url"]))
        elif reading.article is None:
            logger.error(self.rebuilt.lost(doc_id, reading.reason, reading.detail or row["url"]))
        elif reading.article.doc_id != doc_id:
            logger.error(self.rebuilt.lost(doc_id, f"leads_to_{reading.article.doc_id}", row["url"]))
        else:
            try:
                self._put(catalog, row, reading.article, reading.post)
            except OSError as error:
                logger.error(self.rebuilt.lost(doc_id, "not_written", f"{row['path']}: {error}"))

    def _put(self, catalog: Catalog, row: sa.RowMapping, article: Article, post: str) -> None:
        path = self._root / row["path"]
        if self._images:
            article.local_images = self._images.files(article.images)
            post = self._form.render(article)
        present = _read(path)
        self._note(row, article, present, post)
        is_edited = present not in (None, post.encode()) and post_hash(present or b"") != row["file_hash"]
        if is_edited and not self._choice.force:
            self.rebuilt.outcomes[article.doc_id] = "kept"
            logger.warning("edited by hand, and kept: %s", path)
            return
        if self._choice.dry_run:
            outcome = "written" if present is None else "unchanged" if present == post.encode() else "replaced"
        else:
            known = None if present is None else post_hash(present)
            outcome, article.file_hash, _ = write_post(Folder(self._root), row["path"], post.encode(), known)
            article.path, article.revision = row["path"], row["number"]
            self._written.append(article)
            self._hashes[row["path"]] = article.file_hash
            if len(self._written) >= _TOGETHER:
                self._enter(catalog)
            if len(self._hashes) >= _MANIFEST_TOGETHER:
                self._enter_manifest()
        self.rebuilt.outcomes[article.doc_id] = outcome

    def _enter(self, catalog: Catalog) -> None:
        """The catalog learns of posts that are in place; one that it didn't learn of is not taken for edited later."""
        if self._written:
            catalog.read_again(self._written)
            self._written = []

    def _enter_manifest(self) -> None:
        """The day's manifest has them, or they would look tampered with."""
        if self._hashes:
            enter(Folder(self._root), self._hashes, now())
            self._hashes = {}

    def _note(self, row: sa.RowMapping, article: Article, present: bytes | None, post: str) -> None:
        """What changes, by field and by layout; and the difference, where it is wanted."""
        before = present.decode(errors="replace") if present is not None else ""
        changed = _changed_columns(row, article)
        if before != post:
            changed |= _changed_parts(before, post)
            if self._choice.diff:
                lines = difflib.unified_diff(
                    before.splitlines(keepends=True), post.splitlines(keepends=True), f"a/{row['path']}",
                    f"b/{row['path']}",
                )  # fmt: skip
                put_in_place(self._choice.diff / f"{article.doc_id}.diff", "".join(lines).encode())
        self.rebuilt.fields.update(changed)
        self.rebuilt.layouts[article.layout].update(["articles", *(["changed"] if changed else [])])


def _changed_columns(row: sa.RowMapping, article: Article) -> set[str]:
    entry = article.entry
    now = {name: getattr(article, name) for name in _COLUMNS} | {
        "published_at": article.published_at and iso(article.published_at),
        "media": article.media or (entry.media if entry else ""),
        "keywords": list(article.keywords or (entry.keywords if entry else ())),
        "stocks": list(article.stocks),
    }
    before = {name: json.loads(row[name] or "[]") if name in ("keywords", "stocks") else row[name] for name in _COLUMNS}
    return {name for name in _COLUMNS if (now[name] or "") != (before[name] or "")}


def _changed_parts(before: str, post: str) -> set[str]:
    """Which keys of the front matter, or the body, differ; ``file`` where none can be named."""
    try:
        (old, old_body), (new, new_body) = load(before), load(post)
    except yaml.YAMLError:
        return {"file"}
    if not before:
        return {"missing"}
    keys = {"image" if key in ("headimg", "thumbnail") else key for key in old | new if old.get(key) != new.get(key)}
    return keys | ({"body"} if old_body != new_body else set()) or {"file"}


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _start(day: date) -> str:
    return iso(parse_moment("day", str(day)))
