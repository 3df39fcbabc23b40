"""The one clock, and times as the catalog and the reports keep them: ISO 8601 text in UTC, which sorts by time."""

import re
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta, timezone

BEIJING = timezone(timedelta(hours=8))
# Between these Sina said what an archive of it may hold: it exists since 1998.
EARLIEST = datetime(1998, 1, 1, tzinfo=BEIJING)
LATEST = datetime(2100, 1, 1, tzinfo=BEIJING)
CREDIBLE = f"a time from {EARLIEST.year} to {LATEST.year - 1}"
_AHEAD = timedelta(days=1)  # that a clock of Sina's may be before ours
_DAYS = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日")
_DAYS_AGO = {"today": 0, "今天": 0, "yesterday": 1, "昨天": 1}
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}


def _system_clock() -> datetime:
    return datetime.now(UTC)


# What the whole project takes for the time; a simulation puts its own here.
clock: Callable[[], datetime] = _system_clock


def now() -> datetime:
    """This moment by the clock, aware, to the second."""
    return clock().replace(microsecond=0)


def iso(moment: datetime) -> str:
    """An aware time as ``2021-07-09T06:20:37Z``; any year has four digits, so that the texts sort."""
    return f"{moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='seconds')}Z"


def iso_or_none(moment: datetime | None) -> str | None:
    """An aware time as ``2021-07-09T06:20:37Z``; None where there is no time."""
    return iso(moment) if moment else None


def from_iso(text: str | None) -> datetime | None:
    """The aware time of such a text."""
    return datetime.fromisoformat(text) if text else None


def is_credible(moment: datetime, seen_at: datetime | None = None) -> bool:
    """True for an aware time that Sina may have given, seen at `seen_at`: since 1998, not in the future by a day."""
    return EARLIEST <= moment < (min(seen_at + _AHEAD, LATEST) if seen_at else LATEST)


def is_credible_day(day: date) -> bool:
    """True for a day of which Sina may have spoken."""
    return is_credible(_begin(day))


def beijing_day(moment: datetime) -> date:
    """The day it is in Beijing."""
    return moment.astimezone(BEIJING).date()


def parse_intervals(text: str) -> tuple[timedelta, ...]:
    """``1h,6h,1d`` -> lengths of time. Raises ValueError for anything but m, h and d."""
    intervals = []
    for part in filter(None, (part.strip() for part in text.split(","))):
        match = re.fullmatch(r"(\d{1,5})([mhd])", part)
        if not match:
            raise ValueError(f"not a distance in time: {part!r}; 30m, 6h and 7d are")
        intervals.append(int(match[1]) * _UNITS[match[2]])
    return tuple(intervals)


def parse_day(text: str) -> date:
    """A day as people write it: ``2024-03-01``, ``2024/3/1``, ``2024年3月1日``, ``yesterday``; in Beijing.

    Raises ValueError that says what is wanted.
    """
    if text in _DAYS_AGO:
        return beijing_day(now()) - timedelta(days=_DAYS_AGO[text])
    for shape in _DAYS:
        with suppress(ValueError):
            return datetime.strptime(text, shape).date()
    raise ValueError(f"YYYY-MM-DD, today or yesterday is wanted, not {text!r}")


def parse_time(name: str, text: str, end: bool = False) -> datetime:
    """A day, or ``YYYY-MM-DDTHH:MM``, in Beijing time; a bare day as an end means its last moment's end.

    Raises ValueError naming the argument, for a time that no archive of Sina can hold, too.
    """
    moment, is_day = _read_time(name, text)
    if not is_credible(moment):
        raise ValueError(f"{name}: {CREDIBLE} is wanted, not {text!r}")
    return moment + timedelta(days=1) if end and is_day else moment


def _read_time(name: str, text: str) -> tuple[datetime, bool]:
    """The moment, and whether it is a day that was given."""
    for shape in ("%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"):
        with suppress(ValueError):
            return datetime.strptime(text, shape).replace(tzinfo=BEIJING), False
    try:
        return _begin(parse_day(text)), True
    except ValueError:
        raise ValueError(f"{name}: YYYY-MM-DD or YYYY-MM-DDTHH:MM is wanted, not {text!r}") from None


def _begin(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=BEIJING)
