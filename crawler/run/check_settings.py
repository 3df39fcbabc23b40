"""The settings, looked at before anything is done: a misspelt name or value would pass for the default."""

import logging
import math
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from urllib.parse import urlsplit

from scrapy import Spider
from scrapy.exceptions import UsageError
from scrapy.settings import SETTINGS_PRIORITIES, BaseSettings, default_settings
from scrapy.utils.project import get_project_settings

from crawler.archive.paths import archive_url
from crawler.run.check_extras import check_extras
from crawler.run.jobdir import refuse_jobdir
from crawler.run.places import (
    archive_place,
    certificates_file,
    database_address,
    feed_place,
    file_place,
    output_place,
    present_file,
    replay_source,
    web_address,
)
from crawler.times import parse_intervals

_PLACEHOLDER = re.compile(r"%\(([^)]+)\)[-+ #0\d.*]*[diouxXeEfFgGcrsa]")  # what Scrapy replaces; %20 is itself
_Check = Callable[[str], object]  # raises ValueError for a value that is none


def _word(*allowed: str) -> _Check:
    def check(text: str) -> None:
        if text not in allowed:
            raise ValueError(f"{' or '.join(allowed)} is wanted, not {text!r}")

    return check


def _words(*allowed: str) -> _Check:
    def check(text: str) -> None:
        for word in filter(None, map(str.strip, text.split(","))):
            if word not in allowed:
                raise ValueError(f"unknown {word!r}; known are {', '.join(allowed)}")

    return check


def _number(least: float, most: float = math.inf, kind: Callable[[str], float] = float) -> _Check:
    wanted = "a whole number" if kind is int else "a number"
    wanted += f" from {least:g} on" if most == math.inf else f" from {least:g} to {most:g}"

    def check(text: str) -> None:
        try:
            is_good = least <= kind(text) <= most and math.isfinite(kind(text))
        except ValueError:
            is_good = False
        if not is_good:
            raise ValueError(f"{wanted} is wanted, not {text!r}")

    return check


def _something(text: str) -> None:
    if not text.strip():
        raise ValueError("it is empty")


def _interval(text: str) -> None:
    if len(parse_intervals(text)) != 1:
        raise ValueError(f"a distance in time is wanted, as 10m, not {text!r}")


def _line(text: str) -> None:
    if not text.isprintable():
        raise ValueError(f"one line is wanted, not {text!r}")


def _web_address(text: str) -> None:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or text.endswith("/") or parts.query:
        raise ValueError(f"an address such as https://web.archive.org is wanted, not {text!r}")


_IS_ON = _word("0", "1", "false", "true", "False", "True")
_CHECKS: Mapping[str, _Check] = {
    "ARCHIVE_DIR": archive_place,
    "ARCHIVE_DATABASE_URL": database_address,
    "ARCHIVE_REPLAY_FROM": replay_source,
    "ARCHIVE_CAPTURE_ENABLED": _IS_ON,
    "ARCHIVE_CAPTURE_MAX_BYTES": _number(1, kind=int),
    "ARCHIVE_IMAGES": _word("remote", "local"),
    "ARCHIVE_CATEGORIES": _something,
    "ARCHIVE_AUTHOR": _something,
    "ARCHIVE_DEFAULT_IMAGE": _something,
    "ARCHIVE_CONTACT": _line,
    "ARCHIVE_IMAGE_MAX_BYTES": _number(1, kind=int),
    "ARCHIVE_SOURCE_LINE": _IS_ON,
    "ARCHIVE_EXTRACT_WORKERS": _number(0, kind=int),
    "ARCHIVE_EXTRACT_TIMEOUT": _number(0.001),
    "ARCHIVE_KEEP_ONE_COPY": _IS_ON,
    "ARCHIVE_LOOK_AGAIN_AFTER": parse_intervals,
    "ARCHIVE_TRY_AGAIN_AFTER": parse_intervals,
    "ARCHIVE_MAX_RETRY_AFTER": _interval,
    "ARCHIVE_INTERNET_ARCHIVE_URL": _web_address,
    "ARCHIVE_COMMON_CRAWL_INDEX_URL": _web_address,
    "ARCHIVE_COMMON_CRAWL_DATA_URL": _web_address,
    "ARCHIVE_BUSY_WAIT": _interval,
    "ARCHIVE_BACKFILL_ORDER": _word("newest", "oldest"),
    "ARCHIVE_LOCK_WAIT": _number(0),
    "ARCHIVE_LEASE": _number(0.001),
    "ARCHIVE_MAX_FAILURE_RATIO": _number(0, 1),
    "ARCHIVE_MAX_UNKNOWN_LAYOUT_RATIO": _number(0, 1),
    "ARCHIVE_NOTIFY": _words("log", "mail", "slack", "webhook"),
    "ARCHIVE_WEBHOOK_URL": web_address,
    "ARCHIVE_METRICS_FILE": file_place,
    "ARCHIVE_TSA_URL": web_address,
    "ARCHIVE_TSA_CERTIFICATES": certificates_file,
    "ARCHIVE_FEED": feed_place,
    "ARCHIVE_EDITS_FEED": feed_place,
    "ARCHIVE_SIGNING_KEY": present_file,
}


def check_log(settings: BaseSettings) -> None:
    """Scrapy sets the log up before a command is run.

    Raises UsageError for a bad LOG_LEVEL or LOG_FORMAT, OSError for a LOG_FILE.
    """
    level = str(settings["LOG_LEVEL"])
    if not level.isdigit() and level not in logging.getLevelNamesMapping():
        known = "DEBUG, INFO, WARNING, ERROR or CRITICAL"
        raise UsageError(f"LOG_LEVEL: {known} is wanted, not {level!r}", print_help=False)
    try:
        logging.Formatter(settings["LOG_FORMAT"], settings["LOG_DATEFORMAT"]).format(logging.makeLogRecord({}))
    except (ValueError, TypeError) as error:
        raise UsageError(f"LOG_FORMAT: {error}", print_help=False) from None
    if settings["LOG_FILE"]:
        Path(settings["LOG_FILE"]).open("a").close()


def check_settings(settings: BaseSettings) -> None:
    """Raises UsageError that names the setting, and what is allowed, for a name or a value that is not known.

    JOBDIR is refused, and an ARCHIVE_REPLAY_FROM where nothing is.
    """
    refuse_jobdir(settings)
    known = _known()
    for name in _ours(settings):
        if name not in known and settings.getpriority(name) == SETTINGS_PRIORITIES["cmdline"]:
            raise UsageError(f"there is no setting {name}{did_you_mean(name, known)}", print_help=False)
    for name, check in _CHECKS.items():
        try:
            check(str(settings[name]))
        except ValueError as error:
            raise UsageError(f"{name}: {error}", print_help=False) from error
    for name in settings:
        if (settings.getpriority(name) or 0) >= SETTINGS_PRIORITIES["cmdline"]:
            _check_kind(settings, str(name))
    if "webhook" in str(settings["ARCHIVE_NOTIFY"]) and not settings["ARCHIVE_WEBHOOK_URL"]:
        raise UsageError("ARCHIVE_NOTIFY=webhook wants ARCHIVE_WEBHOOK_URL, an address", print_help=False)
    _check_outputs(settings)
    _check_feeds(settings)
    check_extras(settings)


def _check_outputs(settings: BaseSettings) -> None:
    try:
        outputs = settings.getdict("FEEDS")
    except ValueError as error:
        raise UsageError(f"FEEDS: {error}", print_help=False) from None
    schemes = settings.getwithbase("FEED_STORAGES").keys()
    for uri in outputs:
        try:
            output_place(str(uri), schemes)
        except ValueError as error:
            raise UsageError(f"--output: {error}", print_help=False) from error


def check_output_names(settings: BaseSettings, spider: type[Spider]) -> None:
    """-o, -O and FEEDS: that each ``%(…)s`` stands for something. Raises UsageError; Scrapy would write nothing."""
    if settings["FEED_URI_PARAMS"]:
        return
    known = {"time", "batch_time", "batch_id", *dir(spider)}
    for uri in settings.getdict("FEEDS"):
        for name in _PLACEHOLDER.findall(str(uri)):
            if name not in known:
                raise UsageError(f"--output: {uri}: %(time)s or %(name)s is wanted, not %({name})s", print_help=False)


def _check_feeds(settings: BaseSettings) -> None:
    feed, edits = settings["ARCHIVE_FEED"], settings["ARCHIVE_EDITS_FEED"]
    if feed and feed == edits:
        raise UsageError(f"ARCHIVE_FEED and ARCHIVE_EDITS_FEED are one file, {feed}; two are wanted", print_help=False)
    if (feed or edits) and (url := archive_url(settings)):
        raise UsageError(f"ARCHIVE_FEED works on an archive in a folder, not on {url}", print_help=False)


def _check_kind(settings: BaseSettings, name: str) -> None:
    """Of a setting of Scrapy's own: where its default is a truth or a number, one is wanted."""
    default = getattr(default_settings, name, None)
    try:
        if isinstance(default, bool):
            settings.getbool(name)
        elif isinstance(default, int | float):
            settings.getfloat(name)
    except ValueError:
        wanted = "0 or 1" if isinstance(default, bool) else "a number"
        raise UsageError(f"{name}: {wanted} is wanted, not {settings[name]!r}", print_help=False) from None


def ignored_variables(environment: Collection[str]) -> Iterator[str]:
    """The ARCHIVE_… variables that set nothing, each as a sentence: they may be another program's, or misspelt."""
    known = _known()
    for name in _ours(environment):
        if name not in known:
            yield f"the environment's {name} is no setting, and is ignored{did_you_mean(name, known)}"


def did_you_mean(name: str, known: Collection[str]) -> str:
    """`` (did you mean …?)`` with the nearest of what is known; empty where none is near."""
    near = get_close_matches(name, known, 1)
    return f" (did you mean {near[0]}?)" if near else ""


def _ours(names: Collection[str]) -> list[str]:
    return sorted(name for name in map(str, names) if name.startswith("ARCHIVE_"))


def _known() -> list[str]:
    """Those of the project, whatever a command line or an add-on has set besides."""
    return _ours(get_project_settings())
