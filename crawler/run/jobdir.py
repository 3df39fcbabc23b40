"""Scrapy's JOBDIR is refused: the ledger carries what is left to do, and a folder of requests would contradict it.

Such a folder loses a list page that was in flight when the run was killed, and with it what the list
names below it; used again, it filters the attempts that are due (Scrapy doc, "Jobs: pausing and
resuming crawls": a job's folder is for one run of one spider, stopped cleanly).
"""

from scrapy.exceptions import UsageError
from scrapy.settings import BaseSettings


def refuse_jobdir(settings: BaseSettings) -> None:
    """Raises UsageError, with what to do instead, where a JOBDIR is set."""
    if folder := settings.get("JOBDIR"):
        raise UsageError(
            f"JOBDIR={folder} would lose articles after a kill: run the command again without it, "
            "a run takes up by itself what the one before it left",
            print_help=False,
        )
