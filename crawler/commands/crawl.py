"""`scrapy crawl`, as Scrapy has it, with one writer per archive and an honest exit status."""

import argparse
import logging

from scrapy.commands import crawl
from scrapy.exceptions import UsageError

from crawler.archive.lock import ArchiveLocked
from crawler.archive.writer_lock import writer_lock
from crawler.run.jobdir import REFUSED, reason_to_refuse
from crawler.run.outcome import LOCKED

logger = logging.getLogger(__name__)


class Command(crawl.Command):
    """The exit status is that of the run's outcome; the reasons are in its report and its last log lines."""

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Runs one spider to its end."""
        if len(args) != 1:
            raise UsageError("name one spider")
        assert self.settings is not None
        if reason := reason_to_refuse(self.settings):
            logger.error("not started: %s", reason)
            self.exitcode = REFUSED
            return
        try:
            with writer_lock(self.settings):
                self._crawl(args[0], opts)
        except ArchiveLocked as error:
            logger.error("not started: %s", error)  # where the other runs say how they ended, under scrapyd too
            self.exitcode = LOCKED

    def _crawl(self, name: str, opts: argparse.Namespace) -> None:
        assert self.crawler_process
        crawler = self._create_crawler(name)
        self.crawler_process.crawl(crawler, **opts.spargs)
        self.crawler_process.start()
        if self.crawler_process.bootstrap_failed:
            self.exitcode = 1
        else:
            assert crawler.stats
            self.exitcode = crawler.stats.get_value("archive/run/exit_status", 1)
