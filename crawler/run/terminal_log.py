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


def log_for_a_person(settings: BaseSettings) -> None:
    """Leaves out Scrapy's inventories and its stats; ``-s STATS_DUMP=1`` brings these, ``--loglevel DEBUG`` all."""
    if settings["LOG_LEVEL"] == "DEBUG":
        return
    settings.set("STATS_DUMP", False, "project")  # below what the command line says
    settings.set("LOG_VERSIONS", [], "project")
    for name in _INVENTORIES:
        logging.getLogger(name).setLevel(logging.WARNING)
