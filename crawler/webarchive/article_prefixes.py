"""With what the addresses of Sina's articles begin, by section and day: what an index can be asked for.

The day stands in the path, in Beijing time: ``/china/20100312/`` until about 2015, ``/china/2016-03-12/`` since. Not
reached by any prefix: columns (k.sina.com.cn, t.cj.sina.com.cn), galleries and redirectors, which have no day in their
path, and sections that nobody named. `docs/history.md` says what reaches those.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

_DAY = timedelta(days=1)
COMPACT, HYPHENATED = "%Y%m%d", "%Y-%m-%d"  # how a day is written in a path
# From the first day to before the last on which addresses with a day so written were given out, generously.
_ERAS = {COMPACT: (date(2003, 1, 1), date(2017, 1, 1)), HYPHENATED: (date(2015, 1, 1), date(2100, 1, 1))}


@dataclass(frozen=True, slots=True)
class Section:
    """Host and folder in front of the day, with a slash at the end; the days in which it was used, if that is known.

    ``is_large``: a month of it may have more captures than an index gives at once, so it is asked for by the day.
    """

    path: str
    since: date = date(2003, 1, 1)
    until: date = date(2100, 1, 1)
    is_large: bool = False


# The domestic news: 国内, by its folders.
SECTIONS = (
    Section("finance.sina.com.cn/g/", until=date(2012, 1, 1)),
    Section("finance.sina.com.cn/china/"),
    *(Section(f"finance.sina.com.cn/china/{folder}/") for folder in ("hgjj", "gncj", "dfjj", "bwdt", "jrxw")),
    Section("finance.sina.com.cn/roll/", is_large=True),
    Section("finance.sina.com.cn/", until=date(2016, 1, 1), is_large=True),
)


@dataclass(frozen=True, slots=True)
class Prefix:
    """What to ask an index for, and of which days, from ``since`` to before ``until``, it shows the articles."""

    text: str
    since: date
    until: date


def prefixes(
    since: date, until: date, sections: Iterable[Section] = SECTIONS, newest_first: bool = False
) -> Iterator[Prefix]:
    """The prefixes of all articles of the days from `since` to before `until`; the arguments alone decide the order.

    It goes by time, and on one day by section. A month that is wholly within the window is one prefix, a day of any
    other is one.
    """
    sections = tuple(sections)
    months = list(_months(since, until))
    for first, last in reversed(months) if newest_first else months:
        yield from _of_month(first, last, sections, newest_first)


def _of_month(since: date, until: date, sections: tuple[Section, ...], newest_first: bool) -> Iterator[Prefix]:
    is_whole = since.day == 1 and until.day == 1
    monthly = [section for section in sections if is_whole and not section.is_large]
    for section in monthly:
        yield from _written(section, since, until, len("-dd"))
    daily = [section for section in sections if section not in monthly]
    days = [since + _DAY * number for number in range((until - since).days)]
    for day in reversed(days) if newest_first else days:
        for section in daily:
            yield from _written(section, day, day + _DAY, 0)


def _written(section: Section, since: date, until: date, off: int) -> Iterator[Prefix]:
    for form, (first, last) in _ERAS.items():
        if since < min(last, section.until) and until > max(first, section.since):
            day = f"{since:{form}}"
            month = day[:7] if form == HYPHENATED else day[:6]
            yield Prefix(f"{section.path}{month if off else day + '/'}", since, until)


def _months(since: date, until: date) -> Iterator[tuple[date, date]]:
    """The window, cut where a month begins."""
    while since < until:
        end = min((since.replace(day=1) + _DAY * 31).replace(day=1), until)
        yield since, end
        since = end
