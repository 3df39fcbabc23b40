"""`scrapy health`: whether the last run went well, and not too long ago; for a container, a monitor or a script."""

import argparse
from datetime import timedelta

from crawler.archive.storage import open_storage
from crawler.run.check_settings import check_settings
from crawler.run.one_line import one_line
from crawler.run.plain_command import PlainCommand
from crawler.status.last_report import LastReport
from crawler.times import now, parse_intervals


class Command(PlainCommand):
    """Exit status 0: it did its job, or was told to stop; 1: it did not, is too old, or there was none."""

    examples = ("health", "health --max-age 1d")
    requires_crawler_process = False
    default_settings = {"LOG_ENABLED": False}  # noqa: RUF012  # Scrapy's own attribute

    def syntax(self) -> str:
        """How it is called."""
        return "[--max-age TIME]"

    def short_desc(self) -> str:
        """One line of `scrapy -h`."""
        return "Say whether the last run went well, and not too long ago"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """The options."""
        super().add_options(parser)
        said = "how long ago it may have ended, as 30m, 6h or 1d; default: 1h"
        parser.add_argument("--max-age", type=_length, default=timedelta(hours=1), metavar="TIME", help=said)

    def work(self, opts: argparse.Namespace) -> None:
        """Prints one line."""
        assert self.settings is not None
        check_settings(self.settings)
        storage = open_storage(self.settings)
        report = LastReport.of(storage)
        if not report:
            self._say(False, f"no run has ended: there is no report in {storage.where('reports')}")
            return
        minutes = int(report.age(now()).total_seconds() // 60)
        said = f"run {report.run}: {report.outcome} (exit status {report.exit_status}), {minutes} min ago: "
        self._say(report.is_healthy(now(), opts.max_age), said + report.reason)

    def _say(self, is_healthy: bool, text: str) -> None:
        self.exitcode = int(not is_healthy)
        print(one_line(f"{'healthy' if is_healthy else 'unhealthy'}: {text}"))  # noqa: T201  # a command speaks to its user


def _length(text: str) -> timedelta:
    """For argparse: one length of time."""
    try:
        (length,) = parse_intervals(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"a length of time is wanted, as 30m, 6h or 1d, not {text!r}") from None
    return length
