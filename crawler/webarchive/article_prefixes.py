"""With what the addresses of Sina's articles begin, by section and day: what an index can be asked for.

The day stands in the path, in Beijing time: ``/china/20100312/`` until about 2015, ``/china/2016-03-12/`` since. No
prefix reaches columns (k.sina.com.cn, t.cj.sina.com.cn), galleries and redirectors, which have no day in their path,
nor a section that nobody named.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

_DAY = timedelta(days=1)
_FIRST, _LAST = date(2003, 1, 1), date(2100, 1, 1)
_COMPACT_UNTIL, _HYPHENATED_SINCE = date(2017, 1, 1), date(2015, 1, 1)  # each of them generously
_PATH = re.compile(r"(?:[a-z0-9-]+\.)*sina\.(?:com\.)?cn/(?:[\w-]+/)*", re.A)


@dataclass(frozen=True, slots=True)
class Section:
    """Host and folders in front of the day, up to the slash; the days that it was used for; the form of its days."""

    path: str
    since: date = _FIRST
    until: date = _LAST
    hyphenated_since: date = _HYPHENATED_SINCE

    @classmethod
    def of(cls, text: str) -> "Section":
        """A section that somebody names, ``finance.sina.com.cn/chanjing``: in both forms of days, since they vary.

        Raises ValueError for what is none of Sina's.
        """
        path = f"{re.sub('^https?://', '', text.strip()).rstrip('/')}/"
        if not _PATH.fullmatch(path):
            raise ValueError(f"no section of Sina's: {text!r}; finance.sina.com.cn/chanjing is")
        return cls(path, hyphenated_since=_FIRST)


# The domestic news, 国内, by its folders; seen in links of these years.
SECTIONS = (
    Section("finance.sina.com.cn/g/", until=date(2012, 1, 1)),
    Section("finance.sina.com.cn/china/"),
    *(Section(f"finance.sina.com.cn/china/{folder}/") for folder in ("hgjj", "gncj", "dfjj", "bwdt", "jrxw")),
    Section("finance.sina.com.cn/roll/"),
    Section("finance.sina.com.cn/", until=_COMPACT_UNTIL),
)


@dataclass(frozen=True, slots=True)
class Prefix:
    """What to ask an index for, and of which days, from ``since`` to before ``until``, it shows the articles."""

    text: str
    since: date
    until: date


def prefixes(
    since: date,
    until: date,
    sections: Iterable[Section] = SECTIONS,
    newest_first: bool = False,
    by_year: bool = False,
) -> Iterator[Prefix]:
    """The prefixes of all articles of the days from `since` to before `until`; the arguments alone decide the order.

    It goes by time, and at one time by section. A month that is wholly within the window is one prefix, and so is a
    day of any other; `by_year`: so is a whole year, where each question is asked of a hundred crawls. A window of whole
    years or months thus costs the fewest requests.
    """
    sections = tuple(sections)
    pieces = list(_pieces(since, until, by_year))
    for first, end, forms in reversed(pieces) if newest_first else pieces:
        for section in sections:
            yield from _of_section(section, first, end, forms)


def _of_section(section: Section, since: date, until: date, forms: tuple[str, str]) -> Iterator[Prefix]:
    eras = (
        (section.since, min(section.until, _COMPACT_UNTIL)),
        (max(section.since, section.hyphenated_since), section.until),
    )
    texts = [
        f"{section.path}{since:{form}}"
        for form, era in zip(forms, eras, strict=True)
        if since < era[1] and era[0] < until
    ]
    yield from (Prefix(text, since, until) for text in dict.fromkeys(texts))


def _pieces(since: date, until: date, by_year: bool) -> Iterator[tuple[date, date, tuple[str, str]]]:
    """Years, months and days, from one to before the next; each with its compact and its hyphenated form."""
    while since < until:
        year, month = date(since.year + 1, 1, 1), (since.replace(day=1) + _DAY * 31).replace(day=1)
        if by_year and (since.month, since.day) == (1, 1) and year <= until:
            end, forms = year, ("%Y", "%Y")
        elif since.day == 1 and month <= until:
            end, forms = month, ("%Y%m", "%Y-%m")
        else:
            end, forms = since + _DAY, ("%Y%m%d/", "%Y-%m-%d/")
        yield since, end, forms
        since = end
