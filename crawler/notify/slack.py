"""A message in Slack when a check fails."""

from spidermon.contrib.actions.slack.notifiers import SendSlackMessageSpiderFinished

from crawler.notify.log import LogSuite


class SlackSuite(LogSuite):
    """A message when a check fails; SPIDERMON_SLACK_… say where."""

    monitors_failed_actions = (SendSlackMessageSpiderFinished,)
