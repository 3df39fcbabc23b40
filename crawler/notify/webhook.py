"""A request to an address of one's own when a check fails; docs/monitoring.md has the keys of what it holds."""

import http.client
import json
import logging
import socket
import urllib.request
from typing import Any, Self

from scrapy.crawler import Crawler
from spidermon.core.actions import Action
from spidermon.exceptions import SkipAction

from crawler.archive.archive import Archive
from crawler.archive.paths import archive_place
from crawler.run.counts import by_name
from crawler.run.identity import Identity
from crawler.run.one_line import one_line

logger = logging.getLogger(__name__)
_TIMEOUT = 30  # seconds


class PostToWebhook(Action):  # type: ignore[misc]  # Spidermon ships no types
    """Posts as JSON which run of which archive failed on which machine, how, and where its report is."""

    def __init__(self, url: str, run: Identity, place: str, archive: Archive) -> None:
        """`place`: of the archive, as a person would name it."""
        super().__init__()
        self._url = url
        self._run = run
        self._place = place
        self._archive = archive

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        settings = crawler.settings
        return cls(settings["ARCHIVE_WEBHOOK_URL"], Identity.of(crawler), archive_place(settings), Archive.of(crawler))

    def run_action(self) -> None:
        """One that does not take it is said in the log; the address may be a secret, and is not."""
        body = json.dumps(self._message(self.data.stats), ensure_ascii=False).encode()
        request = urllib.request.Request(self._url, body, {"Content-Type": "application/json"})  # noqa: S310  # check_settings looked at it
        try:
            with urllib.request.urlopen(request, timeout=_TIMEOUT):  # noqa: S310
                pass
        except (OSError, http.client.HTTPException) as error:
            why = one_line(f"the webhook was not told: {error}")
            logger.error(why)
            raise SkipAction(why) from error

    def _message(self, stats: dict[str, Any]) -> dict[str, Any]:
        storage = self._archive.storage
        return {
            "run": self._run.name,
            "host": socket.gethostname(),
            "archive": self._place,
            "outcome": stats["archive/run/outcome"],
            "exit_status": stats["archive/run/exit_status"],
            "reason": stats["archive/run/reason"],
            "counts": by_name(stats),
            "report": storage.where(self._run.report) if storage.exists(self._run.report) else None,
        }
