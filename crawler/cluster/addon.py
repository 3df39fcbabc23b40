"""Workers that share a crawl: with ARCHIVE_REDIS_URL set, requests come from Redis and go back to it."""

from importlib.util import find_spec

import sqlalchemy as sa
from scrapy.settings import BaseSettings

from crawler.archive.paths import database_url

_HERE = __name__.rpartition(".")[0]
_MOST_REQUESTS = 8  # requests that a worker holds: it may have to wait for a host's turn with each of them


class Cluster:
    """An add-on. deploy/cluster.md says how to set workers up."""

    def update_settings(self, settings: BaseSettings) -> None:
        """Raises RuntimeError where what workers share is not there."""
        url = settings.get("ARCHIVE_REDIS_URL")
        if not url:
            return
        if not find_spec("scrapy_redis"):
            raise RuntimeError("ARCHIVE_REDIS_URL needs scrapy-redis: pip install -r requirements-cluster.txt")
        if sa.make_url(database_url(settings)).get_backend_name() != "postgresql":
            raise RuntimeError("ARCHIVE_REDIS_URL needs a catalog in PostgreSQL: set ARCHIVE_DATABASE_URL")
        if settings.get("ARCHIVE_IMAGES") == "local":
            raise RuntimeError(
                "ARCHIVE_IMAGES=local is for one machine: two workers might write the same image at once"
            )
        from crawler.cluster.lead_start import LeadStart
        from crawler.cluster.shared_pace import SHARED_CONNECTIONS, SHARED_DELAY, SharedPace  # these need Redis' client

        for name, value in {
            "SCHEDULER": f"{_HERE}.scheduler.SharedScheduler",
            "SCHEDULER_QUEUE_CLASS": f"{_HERE}.leased_queue.LeasedQueue",
            "DUPEFILTER_CLASS": f"{_HERE}.seen_articles.SeenArticles",
            "REDIS_URL": url,
            # SharedPace does for all workers what these do for one.
            SHARED_DELAY: settings.getfloat("DOWNLOAD_DELAY"),
            SHARED_CONNECTIONS: settings.getint("CONCURRENT_REQUESTS_PER_DOMAIN"),
            "AUTOTHROTTLE_ENABLED": False,
            "DOWNLOAD_DELAY": 0,
            "CONCURRENT_REQUESTS": (at_once := min(_MOST_REQUESTS, settings.getint("CONCURRENT_REQUESTS"))),
            "CONCURRENT_REQUESTS_PER_DOMAIN": at_once,
        }.items():
            settings.set(name, value, "cmdline")
        settings.set_in_component_priority_dict("SPIDER_MIDDLEWARES", LeadStart, 900)
        settings.set_in_component_priority_dict("DOWNLOADER_MIDDLEWARES", SharedPace, 1100)
