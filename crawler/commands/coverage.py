"""`scrapy coverage`: what the archive should hold, what it holds, and what is missing."""

import argparse
import dataclasses
import json
import os
from contextlib import AbstractContextManager
from datetime import date
from pathlib import Path
from typing import Any

from scrapy.exceptions import UsageError

from crawler.archive.archive import Archive
from crawler.archive.files import put_in_place
from crawler.archive.ledger import COLUMN, FLASHES, OLD_LIST, DayCount
from crawler.archive.lock import ArchiveLocked
from crawler.archive.posts import revision_text
from crawler.archive.revision_list import list_revisions
from crawler.archive.writer_lock import writer_lock
from crawler.completeness.completeness import completeness
from crawler.run.check_settings import check_settings
from crawler.run.existing_archive import existing_archive, in_words
from crawler.run.fill import Fill
from crawler.run.one_line import one_line
from crawler.run.outcome import LOCKED
from crawler.run.plain_command import PlainCommand
from crawler.run.window_options import check_days, day_option
from crawler.sina.channels import find_channels
from crawler.times import now


class Command(PlainCommand):
    """Exit status 0: no gap in the window asked for; 1: gaps, or there is no archive; 2: no such window or channel."""

    examples = (
        "coverage --since 2024-3-1 --until yesterday",
        "coverage --channel 宏观经济 --fill",
        "coverage --html build/status.html",
    )

    def syntax(self) -> str:
        """How it is called."""
        return (
            "[--since DAY] [--until DAY] [--channel LID] [--json] [--html FILE] [--fill] [--revisions] [--completeness]"
        )

    def short_desc(self) -> str:
        """One line of `scrapy -h`."""
        return "Show per channel and day what was listed, archived, failed and missed"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """The options."""
        super().add_options(parser)
        parser.add_argument("--since", type=day_option, metavar="DAY", help="first day in Beijing: 2024-3-1, yesterday")
        parser.add_argument("--until", type=day_option, metavar="DAY", help="last day: 2024-3-1, yesterday")
        parser.add_argument("--channel", type=_channel, metavar="LID", help="one channel only, by number or name")
        parser.add_argument("--json", action="store_true", help="machine-readable")
        parser.add_argument("--html", type=Path, metavar="FILE", help="write a status page there, instead")
        parser.add_argument("--fill", action="store_true", help="fetch what is missing, then show")
        parser.add_argument("--revisions", action="store_true", help="list what changed, and who saw it")
        parser.add_argument("--completeness", action="store_true", help="who saw how many, and nobody how many")
        parser.add_argument("--revision", metavar="DOC_ID:NUMBER", help="print the post of one revision")

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Only a run to fill gaps has a log."""
        super().process_options(args, opts)
        assert self.settings is not None
        if not opts.fill:
            self.settings.set("LOG_ENABLED", False, "cmdline")

    def work(self, opts: argparse.Namespace) -> None:
        """Prints what was asked for."""
        check_days(opts.since, opts.until)
        assert self.settings is not None
        with self._archive(opts.fill) as archive:
            if opts.revision:
                self._print_revision(archive, opts.revision)
            elif opts.revisions:
                self._print_revisions(archive, opts)
            elif opts.completeness:
                self._print_completeness(archive, opts)
            else:
                self._cover(archive, opts)

    def _archive(self, is_to_be_filled: bool) -> AbstractContextManager[Archive]:
        """One that is there; to fill it is to crawl, which may begin one."""
        assert self.settings is not None
        if not is_to_be_filled:
            return existing_archive(self.settings)
        check_settings(self.settings)
        return Archive.open(self.settings)

    def _cover(self, archive: Archive, opts: argparse.Namespace) -> None:
        if opts.fill and not self._fill(archive, opts):
            return
        days = archive.ledger.coverage(opts.since, opts.until, opts.channel)
        slices = _in_window(archive.slices.failures(), opts.since, opts.until)
        held = archive.mementos.held_by(opts.since, opts.until)
        is_shown = True
        if opts.html:
            is_shown = self._write_page(archive, opts)
        elif opts.json:
            rows = [dataclasses.asdict(day) | {"is_gap": day.is_gap, "held_by": _held_by(day, held)} for day in days]
            _print(json.dumps({"days": rows, "failed_slices": slices}, ensure_ascii=False, indent=1))
        else:
            from crawler.status.terminal import days_table, show  # it loads rich, which a crawl can do without

            show(days_table(days, held))
            for part in slices:
                where = f"channel {part['channel']}, {part['start']} to {part['end']}"
                _print(one_line(f"not listed completely ({part['reason']}): {where}"))
        self.exitcode = int(not is_shown or bool(slices) or any(day.is_gap for day in days))

    def _write_page(self, archive: Archive, opts: argparse.Namespace) -> bool:
        from crawler.status.figures import collect
        from crawler.status.page import render

        figures = collect(archive.engine, archive.root, now(), opts.since, opts.until)
        try:
            put_in_place(opts.html, render(figures, _way(opts.html, archive.root)).encode())
        except OSError as error:
            assert self.settings is not None
            _print(f"not written: {in_words(error, self.settings)}")
            return False
        _print(f"written: {opts.html}")
        return True

    def _fill(self, archive: Archive, opts: argparse.Namespace) -> bool:
        """Runs that take up every gap of the window; with --since, its unlisted slices too."""
        assert self.settings is not None
        assert self.crawler_process
        archive.ledger.retry(opts.since or date.min, opts.until or date.max, now())
        arguments = {"since": opts.since and str(opts.since), "until": opts.until and str(opts.until)}
        if opts.channel and opts.channel.isdigit():  # what second witnesses showed is due whatever list is read
            arguments["channels"] = opts.channel
        try:
            with writer_lock(self.settings):
                fill = Fill(self.crawler_process, archive, opts.since, opts.until)
                fill.run({name: value for name, value in arguments.items() if value})
        except ArchiveLocked as error:
            _print(f"not filled: {error}")
            self.exitcode = LOCKED
            return False
        return True

    def _print_revisions(self, archive: Archive, opts: argparse.Namespace) -> None:
        rows = list_revisions(archive.engine, opts.since, opts.until)
        if opts.json:
            _print(json.dumps(rows, ensure_ascii=False, indent=1))
            return
        from crawler.status.terminal import revisions_of_articles, show

        show(revisions_of_articles(rows))

    def _print_completeness(self, archive: Archive, opts: argparse.Namespace) -> None:
        populations = completeness(archive.engine, opts.since, opts.until, opts.channel)
        if opts.json:
            _print(json.dumps([population.as_json() for population in populations], ensure_ascii=False, indent=1))
            return
        from crawler.status.terminal import completeness_table, show

        show(completeness_table(populations))

    def _print_revision(self, archive: Archive, name: str) -> None:
        doc_id, _, number = name.partition(":")
        if not number.isdigit():
            raise UsageError("--revision wants DOC_ID:NUMBER")
        text = revision_text(archive.engine, archive.root, doc_id, int(number))
        if text is None:
            _print(f"no revision {number} of {doc_id}")
            self.exitcode = 1
        else:
            _print(text, end="")


def _way(page: Path, folder: Path) -> str | None:
    """How links of a page lead to a folder; None where no way does, as from one drive to another."""
    try:
        return Path(os.path.relpath(folder, page.resolve().parent)).as_posix()
    except ValueError:
        return None


def _held_by(day: DayCount, held: dict[tuple[str, str], dict[str, int]]) -> dict[str, int]:
    """How many of its missing articles each web archive holds."""
    return held.get((day.day, day.channel), {})


def _in_window(slices: list[dict[str, Any]], since: date | None, until: date | None) -> list[dict[str, Any]]:
    first, last = str(since or date.min), str(until or date.max) + "T99"
    return [part for part in slices if part["end"] >= first and part["start"] <= last]


def _channel(text: str) -> str:
    """For argparse: the lid of one channel, given as the crawl takes it; or the ledger's name of a second witness."""
    if text == FLASHES or text.startswith((COLUMN, OLD_LIST)):
        return text
    try:
        channels = find_channels(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    if len(channels) > 1 or not text.strip():
        raise argparse.ArgumentTypeError(f"one channel is wanted, not {text!r}")
    return channels[0].lid


def _print(text: str, end: str = "\n") -> None:
    print(text, end=end)  # noqa: T201  # a command speaks to its user
