"""Scrapy's JOBDIR is refused: the ledger carries what is left to do, and a folder of requests would contradict it.

Such a folder loses a list page that was in flight when the run was killed, and with it what the list
names below it; used again, it filters the attempts that are due (Scrapy doc, "Jobs: pausing and
resuming crawls": a job's folder is for one run of one spider, stopped cleanly).
"""

from scrapy.settings import BaseSettings

REFUSED = 2  # as exit status: Scrapy's own for wrong usage


def reason_to_refuse(settings: BaseSettings) -> str:
    """In one sentence, what is wrong with the settings and what to do; empty where no JOBDIR is set."""
    folder = settings.get("JOBDIR")
    if not folder:
        return ""
    return (
        f"JOBDIR={folder} would lose articles after a kill: run the command again without it, "
        "a run takes up by itself what the one before it left"
    )
