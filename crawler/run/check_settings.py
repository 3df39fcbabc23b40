"""The ARCHIVE_… settings, looked at before anything is done: a misspelt name or value would pass for the default."""

import math
from collections.abc import Callable, Collection, Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from urllib.parse import urlsplit

from scrapy.exceptions import UsageError
from scrapy.settings import SETTINGS_PRIORITIES, BaseSettings
from scrapy.utils.project import get_project_settings

from crawler.run.jobdir import refuse_jobdir
from crawler.times import parse_intervals

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


def _there(text: str) -> None:
    if text and not Path(text).expanduser().exists():
        raise ValueError(f"there is no file or folder {text}")


def _interval(text: str) -> None:
    if len(parse_intervals(text)) != 1:
        raise ValueError(f"a distance in time is wanted, as 10m, not {text!r}")


def _web_address(text: str) -> None:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or text.endswith("/") or parts.query:
        raise ValueError(f"an address such as https://web.archive.org is wanted, not {text!r}")


_IS_ON = _word("0", "1", "false", "true", "False", "True")
_CHECKS: Mapping[str, _Check] = {
    "ARCHIVE_DIR": _something,
    "ARCHIVE_REPLAY_FROM": _there,
    "ARCHIVE_CAPTURE_ENABLED": _IS_ON,
    "ARCHIVE_CAPTURE_MAX_BYTES": _number(1, kind=int),
    "ARCHIVE_IMAGES": _word("remote", "local"),
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
}


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
