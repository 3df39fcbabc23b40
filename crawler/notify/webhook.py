"""A request to an address of one's own when a check fails."""

import json
import urllib.request
from typing import Self

from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from spidermon.core.actions import Action

from crawler.notify.log import LogSuite

_TIMEOUT = 30  # seconds


class PostToWebhook(Action):  # type: ignore[misc]  # Spidermon ships no types
    """Posts a run's outcome, reason and counts as JSON to ARCHIVE_WEBHOOK_URL."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._url = url

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        url = crawler.settings["ARCHIVE_WEBHOOK_URL"]
        if not url or not url.startswith(("http://", "https://")):
            raise NotConfigured("ARCHIVE_WEBHOOK_URL is no http(s) address")
        return cls(url)

    def run_action(self) -> None:
        """Raises OSError where the webhook does not answer; Spidermon logs it."""
        stats = {name: value for name, value in self.data.stats.items() if name.startswith("archive/")}
        body = json.dumps(stats, ensure_ascii=False).encode()
        request = urllib.request.Request(self._url, body, {"Content-Type": "application/json"})  # noqa: S310  # checked above
        with urllib.request.urlopen(request, timeout=_TIMEOUT):  # noqa: S310
            pass


class WebhookSuite(LogSuite):
    """A request when a check fails."""

    monitors_failed_actions = (PostToWebhook,)
