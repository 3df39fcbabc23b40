"""A lost archive from its captures alone: what the runs did, once more, in the order in which they saw it."""

import logging
from collections.abc import Iterator

import sqlalchemy as sa

from crawler import times
from crawler.archive.archive import UNCHANGED, Archive
from crawler.archive.posts import KEPT_OTHER, PAST, WRITTEN
from crawler.archive.tables import articles, revisions
from crawler.items import SINA, Article
from crawler.post.post import post_hash
from crawler.rebuild.read_capture import FAILED, NO_ARTICLE, REFUSED, CaptureResult
from crawler.rebuild.report import KEPT, Report
from crawler.rebuild.timeline import Step, Timeline
from crawler.sina.ending import NO_HTML_END
from crawler.times import iso, now
from crawler.warc.captures import Captures
from crawler.warc.findings import findings

logger = logging.getLogger(__name__)
_LEARNED_AT = sa.func.coalesce(revisions.c.learned_at, revisions.c.seen_at)
_RUN = "-recover"  # how the run of a recovery ends its name
_HARMLESS = {"other_file", "other_site", "several_bodies", "no_digest"}  # findings that lose nothing


def is_lost(archive: Archive) -> bool:
    """True for a catalog without articles, and for one whose recovery did not come to its end."""
    with archive.engine.connect() as connection:
        any_article = connection.scalar(sa.select(articles.c.doc_id).limit(1))
    return any_article is None or bool(archive.runs.unended(_RUN))


class Recover:
    """Takes steps of the timeline, read by any number of workers, and says to the archive what the run said.

    Recovers posts, catalog and ledger, with revisions and tombstones, at the times of the captures;
    not what captures don't show: attempts without an answer, the slices of a backfill, how far lists
    were read. One that was broken off goes on where it was.
    """

    def __init__(self, archive: Archive, report: Report, force: bool) -> None:
        """`force`: over posts that were edited by hand, too. Raises FileNotFoundError if there are no captures."""
        self._archive = archive
        self._report = report
        self._force = force
        self._captures = Captures(archive.root / "captures")
        self._timeline = Timeline(self._captures, archive)
        self._known_until = self._newest()
        self._run = ""  # of the step before
        archive.runs.begin(f"{times.clock():%Y%m%dT%H%M%S.%fZ}{_RUN}", now())  # two may begin in one second

    @property
    def count(self) -> int:
        """How many steps there are at most."""
        return self._timeline.count

    def steps(self) -> Iterator[Step]:
        """Those that no recovery before this one has taken."""
        return (step for step in self._timeline.steps() if not self._is_taken(step))

    def apply(self, step: Step, result: CaptureResult | Exception | None) -> None:
        """Does what the run did with this answer."""
        doc_id, status = step.doc_id, step.capture.status
        self._end_run_before(step)
        if isinstance(result, Exception):
            reason = "timeout" if isinstance(result, TimeoutError) else type(result).__name__
            result = CaptureResult(reason=reason, detail=step.capture.url)
        if step.is_unchanged:
            self._archive.unchanged(doc_id, step.at, step.entry.modified_at)
        elif result is None:
            self._report.lost(doc_id, f"http_{status}", refused=True)
            self._archive.no_page(doc_id, status, step.at, step.entry)
        elif not result.has_end and self._archive.catalog.known([doc_id]):
            self._lose(step, CaptureResult(verdict=FAILED, reason=NO_HTML_END, detail=step.capture.url))
        elif result.article:
            try:
                self._keep(step, result.article)
            except OSError as error:
                logger.error(self._report.lost(doc_id, "not_written", str(error)))
        else:
            self._lose(step, result)

    def finish(self) -> None:
        """Enters what is known at the end: URLs of articles that were listed again, and the end itself."""
        self._archive.end_run()
        urls = self._timeline.urls
        for doc_id in self._archive.catalog.known(list(urls)):
            for url in sorted(urls[doc_id]):
                self._archive.catalog.add_alias(url, doc_id)
        reasons, lines = findings(self._captures)
        self._report.damages += [line for line in lines if line.partition(":")[0] not in _HARMLESS]
        for line in lines:
            logger.warning("captures: %s", line)
        self._archive.unlisted.forget_all()
        for run, _ in self._archive.runs.unended(_RUN):
            self._archive.runs.end(run, now(), "damages" if reasons else "ok")

    def _end_run_before(self, step: Step) -> None:
        run = step.capture.run
        if run != self._run:
            self._archive.end_run()
        self._run = run

    def _newest(self) -> str:
        """The time of the last step that a recovery before this one came to."""
        with self._archive.engine.connect() as connection:
            return connection.scalar(sa.select(sa.func.max(_LEARNED_AT))) or ""

    def _is_taken(self, step: Step) -> bool:
        at = iso(step.learned_at)
        if at != self._known_until:
            return at < self._known_until
        of_article = sa.select(revisions.c.number).where(
            revisions.c.doc_id == step.doc_id, revisions.c.seen_at == iso(step.at)
        )
        with self._archive.engine.connect() as connection:
            return connection.scalar(of_article) is not None

    def _lose(self, step: Step, result: CaptureResult) -> None:
        """The page gave no article; of a web archive's that says nothing of the article at Sina."""
        is_foreign = step.seen_by != SINA
        is_refused = is_foreign or result.verdict in (NO_ARTICLE, REFUSED)
        line = self._report.lost(step.doc_id, result.reason, result.detail, is_refused)
        logger.log(logging.INFO if is_refused else logging.ERROR, line)
        if is_foreign:
            return
        if result.verdict == NO_ARTICLE:
            self._archive.no_article(step.doc_id, result.reason, step.at, step.entry)
        elif result.verdict == REFUSED:
            self._archive.refused(step.doc_id, result.reason, step.at)
        else:
            self._archive.failed(step.doc_id, result.reason, step.at)

    def _keep(self, step: Step, article: Article) -> None:
        """The verbs of the crawl's spider and pipelines, in their order."""
        archive, at = self._archive, step.at
        if step.seen_by != SINA:
            article.seen_by, article.seen_at, article.learned_at = step.seen_by, step.at, step.learned_at
        elif article.doc_id != step.doc_id:
            archive.leads_to(step.doc_id, article, step.entry, at)
        if archive.is_archived_elsewhere(article):
            return
        if archive.find_revision(article, at) == UNCHANGED:
            return
        if archive.link_near_duplicate(article, at):
            return
        archive.show_kept_images(article)
        self._note(article, self._write(article))
        archive.archived([article], at)

    def _write(self, article: Article) -> str:
        """A file that is there and has other text was edited, or another extractor made it."""
        if self._force and (present := self._archive.posts.present(article)) is not None:
            article.archived_hash = post_hash(present)
        return self._archive.posts.write(article)

    def _note(self, article: Article, outcome: str) -> None:
        outcome = KEPT if outcome == KEPT_OTHER else outcome
        first = self._report.outcomes.get(article.doc_id)
        if outcome != PAST:
            self._report.outcomes[article.doc_id] = first if first == outcome == WRITTEN else outcome
        self._report.layouts[article.layout]["articles"] += 1
