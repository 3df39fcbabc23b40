"""`scrapy crawl`, as Scrapy has it, with one writer per archive and an honest exit status."""

import argparse
import logging
import os
import sys

from scrapy.commands import crawl
from scrapy.crawler import Crawler
from scrapy.exceptions import UsageError

from crawler.archive.lock import ArchiveLocked
from crawler.archive.writer_lock import writer_lock
from crawler.run.arguments import MEANINGS
from crawler.run.check_settings import check_log, check_output_names, check_settings, did_you_mean, ignored_variables
from crawler.run.existing_archive import REASONS, in_words
from crawler.run.help_text import arguments, examples, say_below
from crawler.run.history_arguments import HISTORY_MEANINGS
from crawler.run.import_arguments import IMPORT_MEANINGS
from crawler.run.outcome import LOCKED
from crawler.run.plain_command import CTRL_C, refuse_unknown_options, said_as_usage
from crawler.run.terminal_log import leave_out_inventories, leave_out_stats
from crawler.run.whole_crawl import whole_crawl

logger = logging.getLogger(__name__)
_NOT_STARTED, _WRONG_USE = 1, 2
_EXAMPLES = (
    "crawl sina_finance",
    "crawl sina_finance -a channels=宏观经济,1690 -a max_pages=2",
    "crawl sina_finance -a since=2024-3-1 -a until=yesterday",
    "crawl sina_history -a since=2010-1-1 -a until=2010-1-31",
    "crawl sina_finance -s ARCHIVE_CONTACT=you@example.org",
)


class Command(crawl.Command):
    """The exit status is that of the run's outcome; the reasons are in its report and its last log lines.

    A run that cannot start says why in one line of the log, where the others say how they ended, under
    scrapyd too: a bad argument or setting is status 2, an archive that is in use 15, all else 1.
    """

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Says below them what arguments the spiders take."""
        super().add_options(parser)
        self._parser = parser
        known = {"sina_finance": MEANINGS, "sina_history": HISTORY_MEANINGS, "sina_import": IMPORT_MEANINGS}
        parts = [arguments(spider, meanings) for spider, meanings in known.items()]
        say_below(parser, [*parts, examples(_EXAMPLES)])

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Refuses what is no option, and a log that can't be; in a terminal the log is for a person."""
        with said_as_usage():
            refuse_unknown_options(args, self._parser)
            super().process_options(args, opts)
            assert self.settings is not None
            check_log(self.settings)
        self._is_watched = sys.stderr.isatty() and self.settings["LOG_LEVEL"] != "DEBUG"
        if self._is_watched:
            leave_out_stats(self.settings)

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Runs one spider to its end."""
        if len(args) != 1:
            raise UsageError("name one spider")
        if self._is_watched:
            leave_out_inventories()
        assert self.settings is not None
        try:
            crawler = self._checked(args[0], opts)
            with writer_lock(self.settings):
                self._crawl(crawler, opts)
        except REASONS as error:
            self._not_started(error)
        except KeyboardInterrupt:  # before Scrapy listens to it, or after
            self.exitcode = CTRL_C

    def _checked(self, name: str, opts: argparse.Namespace) -> Crawler:
        """Settings, spider and arguments are such that a run can begin; nothing is made before that."""
        assert self.settings is not None
        assert self.crawler_process
        check_settings(self.settings)
        for said in ignored_variables(os.environ):
            logger.warning("%s", said)
        spiders = self.crawler_process.spider_loader.list()
        if name not in spiders:
            known = ", ".join(sorted(spiders))
            raise UsageError(f"there is no spider {name!r}{did_you_mean(name, spiders)}; known are: {known}")
        crawler = self._create_crawler(name)
        check_output_names(crawler.settings, crawler.spidercls)
        if check := getattr(crawler.spidercls, "check", None):
            check(crawler.settings, opts.spargs)
        return crawler

    def _crawl(self, crawler: Crawler, opts: argparse.Namespace) -> None:
        assert self.crawler_process
        if error := whole_crawl(self.crawler_process, crawler, **opts.spargs):
            self._not_started(error)
        elif self.crawler_process.bootstrap_failed:
            self.exitcode = _NOT_STARTED
        else:
            assert crawler.stats
            self.exitcode = crawler.stats.get_value("archive/run/exit_status", 1)

    def _not_started(self, error: BaseException) -> None:
        """Of a fault of the program the traceback is wanted, too."""
        assert self.settings is not None
        is_fault = not isinstance(error, REASONS)
        logger.error("not started: %s", in_words(error, self.settings), exc_info=error if is_fault else None)
        logger.debug("where that was said", exc_info=error)
        if isinstance(error, ArchiveLocked):
            self.exitcode = LOCKED
        else:
            self.exitcode = _WRONG_USE if isinstance(error, UsageError | ValueError) else _NOT_STARTED
