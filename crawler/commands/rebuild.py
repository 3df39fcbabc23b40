"""`scrapy rebuild`: today's parser and extraction over the captures, without asking Sina."""

import argparse
import sys
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from scrapy.exceptions import UsageError
from scrapy.utils.log import configure_logging

from crawler.archive.lock import ArchiveLocked
from crawler.archive.presence import NoArchive, require_archive
from crawler.archive.writer_lock import writer_lock
from crawler.rebuild.report import OUTCOMES, Report
from crawler.rebuild.selection import Selection
from crawler.run.check_settings import check_settings
from crawler.run.existing_archive import REASONS, in_words
from crawler.run.one_line import one_line
from crawler.run.outcome import LOCKED
from crawler.run.plain_command import PlainCommand
from crawler.run.window_options import check_days, day_option


class Command(PlainCommand):
    """Exit status 0: every article could be rebuilt; 1: not every one, or nothing could be done."""

    examples = (
        "rebuild --dry-run --diff build/diff",
        "rebuild --since 2024-3-1 --until 2024-3-31",
        "rebuild --all",
    )
    requires_crawler_process = False

    def syntax(self) -> str:
        """How it is called."""
        return "[--since DAY] [--until DAY] [--doc-id ID] [--all] [--dry-run] [--diff DIR] [--force] [--workers N]"

    def short_desc(self) -> str:
        """One line of `scrapy -h`."""
        return "Make the posts anew from the captures; a lost catalog, too"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """The options."""
        super().add_options(parser)
        parser.add_argument("--since", type=day_option, metavar="DAY", help="first day of posts: 2024-3-1, yesterday")
        parser.add_argument("--until", type=day_option, metavar="DAY", help="last day: 2024-3-1, yesterday")
        parser.add_argument("--doc-id", action="append", default=[], metavar="ID", help="this article; may be repeated")
        parser.add_argument("--all", action="store_true", help="what today's extractor made already, too")
        parser.add_argument("--dry-run", action="store_true", help="write nothing, show what would change")
        parser.add_argument("--diff", type=Path, metavar="DIR", help="write there how each post changes")
        parser.add_argument("--force", action="store_true", help="replace posts that were edited by hand")
        parser.add_argument("--workers", type=int, default=0, metavar="N", help="processes; default: one a core")

    def work(self, opts: argparse.Namespace) -> None:
        """Rebuilds, and says what it did."""
        if opts.workers < 0:
            raise UsageError("--workers wants a number from 1 on")
        check_days(opts.since, opts.until)
        assert self.settings is not None
        check_settings(self.settings)
        configure_logging(self.settings)
        self.exitcode = 1
        try:
            require_archive(self.settings)
            with self._lock(opts.dry_run):
                report = self._rebuild(opts)
        except ArchiveLocked as error:
            _print(f"not started: {error}")
            self.exitcode = LOCKED
        except NoArchive as error:
            sys.exit(str(error))
        except UsageError:
            raise
        except REASONS as error:
            _print(f"not rebuilt: {in_words(error, self.settings)}")
        else:
            _show(report)
            self.exitcode = int(not report.is_whole)

    def _lock(self, dry_run: bool) -> AbstractContextManager[None]:
        assert self.settings is not None
        if dry_run:
            return nullcontext()
        return writer_lock(self.settings, alone=True)

    def _rebuild(self, opts: argparse.Namespace) -> Report:
        assert self.settings is not None
        from crawler.rebuild.rebuild import Rebuild  # it loads what `scrapy -h` can do without

        selection = Selection(opts.since, opts.until, tuple(opts.doc_id), opts.all)
        return Rebuild(self.settings, opts.workers, selection, opts.force, opts.dry_run, opts.diff).run()


def _show(report: Report) -> None:
    _print(", ".join(f"{report.count(name)} {name}" for name in OUTCOMES))
    if report.fields:
        _print("changed: " + ", ".join(f"{name} {count}" for name, count in sorted(report.fields.items())))
    for layout, counts in sorted(report.layouts.items()):
        _print(f"layout {layout}: {', '.join(f'{count} {name}' for name, count in counts.items())}")
    for doc_id, outcome in sorted(report.outcomes.items()):
        if outcome in ("failed", "kept"):
            _print(f"{outcome}: {doc_id} {report.reasons.get(doc_id, 'edited by hand')}")
    for damage in report.damages:
        _print(f"damaged capture: {damage}")


def _print(text: str) -> None:
    print(one_line(text))  # noqa: T201  # a command speaks to its user
