"""What a setting needs that is not installed with the project: the extras of pyproject.toml, and a program."""

from collections.abc import Callable
from importlib.util import find_spec
from shutil import which

from scrapy.exceptions import UsageError
from scrapy.settings import BaseSettings


def _names(name: str, value: str) -> Callable[[BaseSettings], bool]:
    return lambda settings: value in (part.strip() for part in str(settings[name]).split(","))


# Setting, when it needs something, the module, and the package.
_NEEDS: tuple[tuple[str, Callable[[BaseSettings], bool], str, str], ...] = (
    ("ARCHIVE_IMAGES=local", _names("ARCHIVE_IMAGES", "local"), "PIL", "pillow"),
    ("ARCHIVE_NOTIFY", lambda settings: bool(settings["ARCHIVE_NOTIFY"]), "spidermon", "spidermon"),
    ("ARCHIVE_NOTIFY=slack", _names("ARCHIVE_NOTIFY", "slack"), "slack_sdk", "slack-sdk"),
    ("ARCHIVE_NOTIFY=mail", _names("ARCHIVE_NOTIFY", "mail"), "premailer", "premailer"),
    ("ARCHIVE_METRICS_FILE", lambda settings: bool(settings["ARCHIVE_METRICS_FILE"]), "prometheus_client",
     "prometheus-client"),
    ("ARCHIVE_DATABASE_URL", lambda settings: str(settings["ARCHIVE_DATABASE_URL"]).startswith("postgresql"),
     "psycopg", "'psycopg[binary]'"),
    ("ARCHIVE_REDIS_URL", lambda settings: bool(settings["ARCHIVE_REDIS_URL"]), "scrapy_redis",
     "-r requirements-cluster.txt"),
)  # fmt: skip


def check_extras(settings: BaseSettings) -> None:
    """Raises UsageError that says what to install."""
    for name, is_needed, module, package in _NEEDS:
        if is_needed(settings) and not find_spec(module):
            raise UsageError(f"{name} needs {module}: pip install {package}", print_help=False)
    if settings["ARCHIVE_TSA_URL"] and not which("openssl"):
        raise UsageError("ARCHIVE_TSA_URL needs the program openssl", print_help=False)
