"""Mail when a check fails."""

from spidermon.contrib.actions.email.smtp import SendSmtpEmail

from crawler.notify.log import LogSuite


class MailSuite(LogSuite):
    """Mail when a check fails; SPIDERMON_SMTP_… and SPIDERMON_EMAIL_… say how."""

    monitors_failed_actions = (SendSmtpEmail,)
