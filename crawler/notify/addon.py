"""Turns the checks' notifications on: an add-on for the setting ARCHIVE_NOTIFY."""

import os

from scrapy.settings import BaseSettings

_SUITES = {
    "log": "crawler.notify.log.LogSuite",
    "mail": "crawler.notify.mail.MailSuite",
    "slack": "crawler.notify.slack.SlackSuite",
    "webhook": "crawler.notify.webhook.WebhookSuite",
}


class Notify:
    """ARCHIVE_NOTIFY: any of log, mail, slack and webhook, comma-separated. Needs Spidermon.

    Spidermon's own settings may be given as environment variables, secrets should be.
    """

    def update_settings(self, settings: BaseSettings) -> None:
        """Raises ValueError for a way to notify that is not known."""
        ways = [way for name in settings.getlist("ARCHIVE_NOTIFY") if (way := name.strip())]
        if unknown := [way for way in ways if way not in _SUITES]:
            raise ValueError(f"ARCHIVE_NOTIFY: unknown {unknown[0]!r}; known are {', '.join(_SUITES)}")
        if not ways:
            return
        settings.set("SPIDERMON_ENABLED", True, "addon")
        # When the engine has stopped, the run's report has been written.
        settings.set("SPIDERMON_ENGINE_STOP_MONITORS", [_SUITES[way] for way in ways], "addon")
        for name, value in os.environ.items():
            if name.startswith("SPIDERMON_"):
                settings.set(name, value, "project")
        extensions = settings.getdict("EXTENSIONS") | {"spidermon.contrib.scrapy.extensions.Spidermon": 950}
        settings.set("EXTENSIONS", extensions, "project")
