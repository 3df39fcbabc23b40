"""`scrapy probe`: which of the program's assumptions about Sina hold today, before a first crawl."""

import argparse
import json

from scrapy.settings import SETTINGS_PRIORITIES

from crawler.archive.lock import ArchiveLocked
from crawler.archive.writer_lock import writer_lock
from crawler.run.check_settings import check_settings
from crawler.run.outcome import LOCKED
from crawler.run.plain_command import PlainCommand
from crawler.run.probe_facts import Fact
from crawler.run.whole_crawl import whole_crawl
from crawler.spiders.sina_probe import MOST_REQUESTS, SinaProbeSpider

_WORDS = {True: "yes", False: "no", None: "?"}


class Command(PlainCommand):
    """Exit status 0: an archive would work; 10: the list can't be had or is forbidden; 11, 12: the article can't."""

    examples = (
        "probe",
        "probe --json",
    )

    def syntax(self) -> str:
        """How it is called."""
        return "[--json]"

    def short_desc(self) -> str:
        """One line of `scrapy -h`."""
        return f"Ask Sina {MOST_REQUESTS} things at most, and show which assumptions hold today"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """The options."""
        super().add_options(parser)
        parser.add_argument("--json", action="store_true", help="machine-readable")

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """The log has only what went wrong, unless it is asked for."""
        super().process_options(args, opts)
        assert self.settings is not None
        if (self.settings.getpriority("LOG_LEVEL") or 0) < SETTINGS_PRIORITIES["cmdline"]:
            self.settings.set("LOG_LEVEL", "ERROR", "cmdline")

    def work(self, opts: argparse.Namespace) -> None:
        """Asks, and prints a line for each assumption."""
        assert self.settings is not None
        check_settings(self.settings)
        try:
            with writer_lock(self.settings):
                facts = self._probe()
        except ArchiveLocked as error:
            print(f"not asked: {error}")  # noqa: T201  # a command speaks to its user
            self.exitcode = LOCKED
            return
        if opts.json:
            print(json.dumps([fact.line() for fact in facts], ensure_ascii=False, indent=1))  # noqa: T201  # as above
        else:
            _show(facts)

    def _probe(self) -> list[Fact]:
        assert self.crawler_process
        crawler = self.crawler_process.create_crawler(SinaProbeSpider)
        if error := whole_crawl(self.crawler_process, crawler):
            raise error
        assert crawler.stats
        self.exitcode = 1
        if self.crawler_process.bootstrap_failed:
            return []
        self.exitcode = crawler.stats.get_value("archive/run/exit_status", 1)
        return crawler.spider.facts if isinstance(crawler.spider, SinaProbeSpider) else []


def _show(facts: list[Fact]) -> None:
    from rich.console import Console  # it takes longer to load than the rest
    from rich.markup import escape

    from crawler.run.terminal_table import terminal_table

    table = terminal_table(["assumption", "holds", "expected, seen, what the program does, and whom to tell"])
    for fact in facts:
        line = f"expected: {fact.expected}\nseen: {escape(fact.seen)}\ndoes: {fact.does}\ntell: {fact.report}"
        table.add_row(fact.name, _WORDS[fact.holds], line, style="bold red" if fact.holds is False else "")
    Console(highlight=False).print(table)
