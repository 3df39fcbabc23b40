"""The log of a run that a person watches: what happens to articles, without what Scrapy is made of and counted."""

import logging

from scrapy.settings import BaseSettings

_INVENTORIES = (
    "scrapy.addons",
    "scrapy.crawler",
    "scrapy.middleware",
    "scrapy.core.engine",
    "scrapy.extensions.logstats",
)


def leave_out_stats(settings: BaseSettings) -> None:
    """Before Scrapy sets its log up; ``-s STATS_DUMP=1`` brings them back."""
    settings.set("STATS_DUMP", False, "project")  # below what the command line says
    settings.set("LOG_VERSIONS", [], "project")


def leave_out_inventories() -> None:
    """Once Scrapy has set its log up, which forgets what was said before."""
    for name in _INVENTORIES:
        logging.getLogger(name).setLevel(logging.WARNING)
