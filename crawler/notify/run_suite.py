"""A run's checks as Spidermon monitors, and what is done when one fails."""

from typing import Any

from scrapy.crawler import Crawler
from scrapy.utils.misc import load_object
from spidermon import Monitor, MonitorSuite

# Loaded where they are asked for: mail and Slack need packages of their own.
_ACTIONS = {
    "mail": "spidermon.contrib.actions.email.smtp.SendSmtpEmail",
    "slack": "spidermon.contrib.actions.slack.notifiers.SendSlackMessageSpiderFinished",
    "webhook": "crawler.notify.webhook.PostToWebhook",
}


class RunMonitor(Monitor):  # type: ignore[misc]  # Spidermon ships no types
    """One check for each way in which a run may fail to do its job; crawler/run/outcome.py judges."""

    def test_listings_were_readable(self) -> None:
        """The roll API answered with lists."""
        self._check("listing_failed")

    def test_pages_could_be_fetched(self) -> None:
        """Not too many failed."""
        self._check("too_many_failures")

    def test_the_hosts_let_us_in(self) -> None:
        """None blocks us, wants us to wait for long, or forbids us in its robots.txt."""
        self._check("blocked", "asked_to_wait", "robots_forbid")

    def test_layouts_are_known(self) -> None:
        """Sina has no new template."""
        self._check("unknown_layouts")

    def test_posts_were_written(self) -> None:
        """The disk took them."""
        self._check("writes_failed")

    def test_the_run_came_to_its_end(self) -> None:
        """Nobody stopped it."""
        self._check("interrupted", "closed_early")

    def _check(self, *names: str) -> None:
        stats: dict[str, Any] = self.data.stats
        if stats.get("archive/run/outcome") in names:
            self.fail(f"{stats['archive/run/outcome']}: {stats['archive/run/reason']}")


class RunSuite(MonitorSuite):  # type: ignore[misc]  # Spidermon ships no types
    """The checks, once, and whom ARCHIVE_NOTIFY says to tell if one fails; their results are in the log anyway."""

    monitors = (RunMonitor,)

    def __init__(self, crawler: Crawler) -> None:
        ways = [way.strip() for way in crawler.settings.getlist("ARCHIVE_NOTIFY")]
        actions = [load_object(_ACTIONS[way]) for way in ways if way in _ACTIONS]
        super().__init__(crawler=crawler, monitors_failed_actions=actions)
