"""Times as the catalog and the reports keep them: ISO 8601 text in UTC; it sorts by time."""

import re
from datetime import UTC, date, datetime, timedelta

from crawler.sina.dates import BEIJING

_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}


def iso(moment: datetime) -> str:
    """An aware time as ``2021-07-09T06:20:37Z``."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def iso_or_none(moment: datetime | None) -> str | None:
    """The same, for a time that may be missing."""
    return iso(moment) if moment else None


def from_iso(text: str | None) -> datetime | None:
    """The aware time of such a text."""
    return datetime.fromisoformat(text) if text else None


def now() -> datetime:
    """This moment, to the second."""
    return datetime.now(UTC).replace(microsecond=0)


def beijing_day(moment: datetime) -> date:
    """The day it is in Beijing."""
    return moment.astimezone(BEIJING).date()


def parse_distances(text: str) -> tuple[timedelta, ...]:
    """``1h,6h,1d`` -> distances in time. Raises ValueError for anything but m, h and d."""
    distances = []
    for part in filter(None, (part.strip() for part in text.split(","))):
        found = re.fullmatch(r"(\d{1,5})([mhd])", part)
        if not found:
            raise ValueError(f"not a distance in time: {part!r}; 30m, 6h and 7d are")
        distances.append(int(found[1]) * _UNITS[found[2]])
    return tuple(distances)


def parse_moment(name: str, text: str, end: bool = False) -> datetime:
    """``YYYY-MM-DD`` or ``YYYY-MM-DDTHH:MM`` in Beijing time; a bare day as an end means its last moment's end.

    Raises ValueError naming the argument.
    """
    for shape in ("%Y-%m-%d", "%Y-%m-%dT%H:%M"):
        try:
            moment = datetime.strptime(text, shape).replace(tzinfo=BEIJING)
        except ValueError:
            continue
        return moment + timedelta(days=1) if end and shape == "%Y-%m-%d" else moment
    raise ValueError(f"{name}: YYYY-MM-DD or YYYY-MM-DDTHH:MM is wanted, not {text!r}")
