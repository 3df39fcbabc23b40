"""Turns the checks' notifications on: an add-on for the setting ARCHIVE_NOTIFY."""

import os

from scrapy.exceptions import UsageError
from scrapy.settings import BaseSettings

# What each way can't do without.
NEEDED = {
    "log": (),
    "mail": ("SPIDERMON_SMTP_HOST", "SPIDERMON_EMAIL_SENDER", "SPIDERMON_EMAIL_TO"),
    "slack": ("SPIDERMON_SLACK_SENDER_TOKEN", "SPIDERMON_SLACK_RECIPIENTS"),
    "webhook": ("ARCHIVE_WEBHOOK_URL",),
}


class Notify:
    """ARCHIVE_NOTIFY: any of log, mail, slack and webhook, comma-separated. Needs Spidermon.

    Spidermon's own settings may be given as environment variables, secrets should be.
    """

    def update_settings(self, settings: BaseSettings) -> None:
        """Raises UsageError for a way to notify that is not known, or that lacks a setting."""
        ways = [way for name in settings.getlist("ARCHIVE_NOTIFY") if (way := name.strip())]
        if unknown := [way for way in ways if way not in NEEDED]:
            raise UsageError(f"ARCHIVE_NOTIFY: unknown {unknown[0]!r}; known are {', '.join(NEEDED)}")
        if not ways:
            return
        for name, value in os.environ.items():
            if name.startswith("SPIDERMON_"):
                settings.set(name, value, "project")
        if lacking := [
            f"ARCHIVE_NOTIFY={way} wants {name}" for way in ways for name in NEEDED[way] if not settings[name]
        ]:
            raise UsageError(lacking[0])
        settings.set("SPIDERMON_ENABLED", True, "addon")
        # When the engine has stopped, the run's report has been written. One suite: the checks run once.
        settings.set("SPIDERMON_ENGINE_STOP_MONITORS", ["crawler.notify.run_suite.RunSuite"], "addon")
        # Behind RunReport, which judges; before LogOutcome, whose line is the last.
        extensions = settings.getdict("EXTENSIONS") | {"spidermon.contrib.scrapy.extensions.Spidermon": 850}
        settings.set("EXTENSIONS", extensions, "project")
