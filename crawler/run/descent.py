"""A list whose window is ignored, read down from its top to the window: by the cursor, or page by page.

A slice is done only with proof: the reading passed from above its end to an entry older than its
start, the answers were in the order of their ctimes, and each began where the one before it ended.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import pairwise

from crawler.archive.slices import Slice, Slices
from crawler.items import ListEntry
from crawler.sina.channels import Channel
from crawler.sina.roll_api import Listing
from crawler.times import now

logger = logging.getLogger(__name__)
TOP, CURSOR, SEEK, PAGES = "top", "cursor", "seek", "pages"
_DEEPEST = 16_384  # pages; programs were seen that go to 8,560
_SECOND = timedelta(seconds=1)
_STALE = timedelta(hours=12)  # a list whose newest entry is older than that may only be late
_SAID = {
    "empty": "the list is empty",
    "no_times": "its entries have no times",
    "order_broken": "the list is not in the order of its times, so that nothing proves it whole",
    "paging_bounded": "the list shows no page that lies deeper",
    "list_ends": "the list ends before them",
    "list_stale": "the list does not reach up to their end, it may be late",
}


@dataclass(frozen=True, slots=True)
class Descent:
    """Where the reading of one channel stands: what was asked for, and what came before.

    ``parts`` are the slices that it has not passed yet, newest first, ``passed`` those it has.
    ``above`` is the deepest page known to lie above them, ``below`` the highest known not to (0: none).
    ``urls`` and ``oldest`` are of the answers before, ``newest`` is where the reading began: of the list's top,
    or of the page from which on it is read. ``broken``: why nothing is proved by it any more.
    """

    channel: Channel
    parts: tuple[Slice, ...]
    passed: tuple[Slice, ...] = ()
    counts: Mapping[Slice, int] = field(default_factory=dict)
    way: str = TOP
    page: int = 1
    cursor: datetime | None = None
    above: int = 0
    below: int = 0
    urls: frozenset[str] = frozenset()
    oldest: datetime | None = None
    newest: datetime | None = None
    total: int | None = None
    size: int = 0
    was_short: bool = False
    is_repeated: bool = False
    broken: str = ""
    takes_cursor: bool | None = None

    @property
    def end(self) -> datetime:
        """Where the window ends that is still to be read."""
        return self.parts[0].end


@dataclass(frozen=True, slots=True)
class Step:
    """What an answer gives: entries of the window, what to ask next; in a word and a sentence, why slices failed."""

    entries: tuple[ListEntry, ...] = ()
    following: Descent | None = None
    failure: str = ""
    detail: str = ""


class Descents:
    """Decides, answer by answer, how a descent goes on; enters the slices that it passes."""

    def __init__(self, slices: Slices) -> None:
        self._slices = slices

    def begin(self, channel: Channel, parts: list[Slice], takes_cursor: bool | None) -> Descent:
        """From the top of the list. `takes_cursor`: what a probe said of it, if there was one."""
        newest_first = tuple(sorted(parts, key=lambda part: part.start, reverse=True))
        logger.info("backfill of %s: the list is read from its top down to %s", channel.name, newest_first[-1].start)
        return Descent(channel, newest_first, takes_cursor=takes_cursor)

    def read(self, descent: Descent, listing: Listing) -> Step:
        """One answer."""
        steps = {TOP: self._top, CURSOR: self._cursor, SEEK: self._seek, PAGES: self._pages}
        return steps[descent.way](descent, listing)

    def failed(self, descent: Descent, reason: str) -> Descent | None:
        """No answer came: another way, where there is one; else the slices that are left failed."""
        if descent.way == CURSOR:
            return _to_pages(descent)
        if descent.way == SEEK:
            return _sought(replace(descent, below=descent.page))
        self._end(descent, reason)
        return None

    def _top(self, descent: Descent, listing: Listing) -> Step:
        times = _times(listing)
        if not times:
            return self._end(descent, "no_times" if listing.entries else "empty")
        descent = replace(descent, newest=max(times))
        if min(times) > descent.end:  # all of it is newer than the window
            jump = replace(descent, above=1, oldest=min(times), cursor=descent.end + _SECOND, way=CURSOR)
            return Step(following=_to_pages(jump) if descent.takes_cursor is False else jump)
        step = self._take(descent, listing)
        if not step.following:
            return step
        way = PAGES if descent.takes_cursor is False else CURSOR
        return replace(step, following=replace(step.following, way=way))

    def _cursor(self, descent: Descent, listing: Listing) -> Step:
        """An answer that begins above the cursor, or does not join the one before: the API does not take it."""
        times, urls = _times(listing), _urls(listing)
        assert descent.cursor
        if not times or max(times) > descent.cursor or (descent.urls and not descent.urls & urls):
            return Step(following=_to_pages(descent))
        if urls <= descent.urls:
            is_stuck = len(urls) > 1 and min(times) == max(times)
            return Step(following=_to_pages(descent)) if is_stuck else self._end(descent, "list_ends")
        return self._take(descent, listing)

    def _seek(self, descent: Descent, listing: Listing) -> Step:
        """Doubles the page until one is not above the window, then halves the distance."""
        times, urls = _times(listing), _urls(listing)
        is_above = bool(times) and min(times) > descent.end and urls != descent.urls
        if is_above:
            return Step(following=_sought(replace(descent, above=descent.page, urls=urls)))
        return Step(following=_sought(replace(descent, below=descent.page)))

    def _pages(self, descent: Descent, listing: Listing) -> Step:
        urls = _urls(listing)
        if urls <= descent.urls or descent.page >= _DEEPEST:
            if urls and not descent.is_repeated and descent.page < _DEEPEST:  # the list may have grown by a page
                return Step(following=replace(descent, page=descent.page + 1, is_repeated=True))
            return self._end(descent, "list_ends" if descent.was_short else "paging_bounded")
        if descent.total is not None and listing.total is not None and listing.total < descent.total:
            # Entries were taken out, so that others may have moved up onto the page before, which is read again.
            again = replace(descent, page=max(descent.page - 1, 1), total=listing.total)
            return Step(following=again)
        return self._take(descent, listing)

    def _take(self, descent: Descent, listing: Listing) -> Step:
        """Counts what is new of the answer, enters the slices that it passes, and asks for the next one."""
        fresh = [entry for entry in listing.entries if entry.url not in descent.urls]
        times = [entry.created_at for entry in fresh if entry.created_at]
        if any(later > earlier for earlier, later in pairwise([descent.oldest, *times] if descent.oldest else times)):
            descent = self._break(descent)
        oldest = min([*times, descent.oldest] if descent.oldest else times, default=None)
        count = len(listing.entries) + listing.left_out.total()
        size = max(descent.size, count)
        inside, counts = _inside(descent, fresh)
        descent = replace(
            descent, counts=counts, urls=_urls(listing), total=listing.total, size=size, was_short=count < size,
            oldest=oldest, newest=descent.newest or max(times, default=None), is_repeated=False,
            page=descent.page + 1, cursor=oldest + _SECOND if oldest else None,
        )  # fmt: skip
        descent, step = self._pass(descent)
        return replace(step, entries=inside, following=descent if descent.parts else None)

    def _pass(self, descent: Descent) -> tuple[Descent, Step]:
        """Enters the slices of which an entry before their start was seen."""
        passed = [part for part in descent.parts if descent.oldest and descent.oldest < part.start]
        if not passed:
            return descent, Step()
        doubtful = [part for part in passed if descent.broken or _is_stale(descent, part)]
        reason = descent.broken or "list_stale"
        for part in passed:
            self._enter(descent, part, reason if part in doubtful else "")
        left = descent.parts[len(passed) :]
        logger.info("backfill of %s: read down to %s, %s slices left", descent.channel.name, descent.oldest, len(left))
        following = replace(descent, parts=left, passed=(*descent.passed, *passed))
        return following, _failure(doubtful, reason) if doubtful else Step()

    def _break(self, descent: Descent) -> Descent:
        """The list is not in the order of its ctimes, so that nothing is proved by it; what it shows is taken."""
        for part in descent.passed:
            self._enter(descent, part, "order_broken")
        return replace(descent, broken="order_broken")

    def _end(self, descent: Descent, reason: str) -> Step:
        reason = descent.broken or reason
        for part in descent.parts:
            self._enter(descent, part, reason)
        return _failure(descent.parts, reason)

    def _enter(self, descent: Descent, part: Slice, reason: str) -> None:
        count = descent.counts.get(part, 0)
        if reason:
            self._slices.failed(part, reason, count, None)
        else:
            self._slices.done(part, count, None)


def _to_pages(descent: Descent) -> Descent:
    """The cursor leads nowhere: by pages."""
    if not descent.above and descent.page == 2:  # the first page is read, and lies in the window
        return replace(descent, way=PAGES)
    return replace(descent, way=SEEK, urls=frozenset(), above=1, below=0, page=2)


def _sought(descent: Descent) -> Descent:
    """The next page to look at, or the walk from the last one that lies above the window."""
    if not descent.below:
        following = descent.above * 2
        return replace(descent, page=following) if following <= _DEEPEST else _from_page(descent, descent.above)
    if descent.below - descent.above <= 1:
        return _from_page(descent, descent.above)
    return replace(descent, page=(descent.above + descent.below) // 2)


def _from_page(descent: Descent, page: int) -> Descent:
    start = replace(descent, way=PAGES, page=page, urls=frozenset(), total=None, counts={})
    return replace(start, oldest=None, newest=None)


def _inside(descent: Descent, fresh: list[ListEntry]) -> tuple[tuple[ListEntry, ...], dict[Slice, int]]:
    """Which entries are of the slices still to be passed, and how many each slice has by now."""
    times = [entry.created_at for entry in fresh if entry.created_at]
    near = [part for part in descent.parts if times and part.start <= max(times) and part.end >= min(times)]
    counts = dict(descent.counts)
    for part in near:
        counts[part] = counts.get(part, 0) + sum(part.holds(time) for time in times)
    inside = [entry for entry in fresh if not entry.created_at or any(part.holds(entry.created_at) for part in near)]
    return tuple(inside), counts


def _failure(parts: Sequence[Slice], reason: str) -> Step:
    """In a sentence, with what happens next."""
    until, since = parts[0].end, parts[-1].start
    what = f"{len(parts)} slices, {since} to {until}, are not proved complete ({reason})"
    return Step(failure=reason, detail=f"{what}: {_SAID.get(reason, reason)}; the next backfill tries them again")


def _is_stale(descent: Descent, part: Slice) -> bool:
    """True where the list does not reach up to the end of a slice that ended long ago."""
    return bool(descent.newest and descent.newest < part.end and part.end < now() - _STALE)


def _times(listing: Listing) -> list[datetime]:
    return [entry.created_at for entry in listing.entries if entry.created_at]


def _urls(listing: Listing) -> frozenset[str]:
    return frozenset(entry.url for entry in listing.entries)
