"""A backfill: a channel's time walked slice by slice, each until it is proved that all of it was listed.

Whether a list honours a window is not known, so that the first slice is asked alone, as a scout. Where
its answer ignores the window, the list is read from its top instead, once for all slices (descent.py).
"""

import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from crawler.archive.slices import SHORT_ANSWER, Slice, Slices
from crawler.run.descent import Descent, Descents
from crawler.sina.channels import Channel
from crawler.sina.roll_api import PAGE_SIZE, Listing
from crawler.times import now

logger = logging.getLogger(__name__)
_LEAST_PAGE = 2  # entries that a full page has at least: a single one is a short answer
_MOST_PAGES = 40  # of one slice; how deep the API pages is not known, 40 pages of 50 were seen to work


@dataclass(frozen=True, slots=True)
class Scout:
    """What waits for the first answer that shows whether windows are honoured.

    ``rest`` are the slices to be asked for then; ``empty`` those whose answer was empty, which says
    nothing before another one is not.
    """

    rest: tuple[Slice, ...]
    empty: tuple[Slice, ...] = ()


@dataclass(frozen=True, slots=True)
class Walk:
    """Where the walk through one slice stands: the page to ask for, and what was found before it.

    ``urls`` are those of the entries so far: an entry that moves to the next page while the list
    grows, or a page that comes twice, counts once. ``unusable`` counts entries without a URL.
    ``total_of_whole`` is the total that the API gave for the slice of which this one is a half: the
    same one again is not that of a window. ``was_full``: the page before had as many as any.
    """

    channel: Channel
    part: Slice
    page: int = 1
    urls: frozenset[str] = frozenset()
    unusable: int = 0
    total_of_whole: int | None = None
    was_full: bool = False
    scout: Scout | None = None

    @property
    def count(self) -> int:
        """How many entries were found."""
        return len(self.urls) + self.unusable


class Backfill:
    """Plans the walks of a window and decides, answer by answer, how each goes on."""

    def __init__(
        self, slices: Slices, since: datetime, until: datetime, newest_first: bool = True,
        holds: Callable[[str], bool | None] = lambda _fact: None,
    ) -> None:  # fmt: skip
        """`holds`: what a probe found of an assumption, None where it is not known."""
        self.descents = Descents(slices)
        self._since = since
        self._until = until
        self._slices = slices
        self._newest_first = newest_first
        self._holds = holds
        self._largest: dict[str, int] = {}  # answer of a channel, in entries
        self._read_from_top: set[str] = set()  # the channels
        self._said_usual: set[str] = set()  # the channels
        self._begun = now()
        self._started = time.monotonic()
        self._planned = self._ended = 0

    def walks(self, channel: Channel) -> Iterator[Walk | Descent]:
        """What to begin with: the slices of the channel that are not done yet, but for the first all waiting."""
        parts = self._slices.pending(channel.lid, self._since, self._until, self._newest_first)
        self._planned += len(parts)
        logger.info("backfill of %s: %s slices to walk", channel.name, len(parts))
        if parts and self._holds(f"window_{channel.pageid}") is False:
            yield self._descend(channel, parts)
        elif parts:
            yield Walk(channel, parts[0], scout=Scout(tuple(parts[1:])))

    def next_walks(self, walk: Walk, listing: Listing) -> tuple[list[Walk | Descent], str]:
        """What to ask for after this answer, and in one word why the slice failed, where it did.

        A short answer is a failure of the slice, not its end. A slice that is too large to page
        through is cut in two.
        """
        if walk.channel.lid in self._read_from_top:
            return [], ""
        if any(not walk.part.holds(entry.created_at) for entry in listing.entries):
            return self._ignored(walk.channel), ""
        if walk.scout and not listing.entries:
            return self._empty(walk, walk.scout, listing)
        others = self._honoured(walk)
        walks, failure = self._walk(replace(walk, scout=None), listing)
        return [*others, *walks], failure

    def fail(self, walk: Walk, reason: str) -> list[Walk | Descent]:
        """The walk broke: no listing came. A scout's task is the next one's."""
        if walk.channel.lid in self._read_from_top:
            return []
        self._slices.failed(walk.part, reason, walk.count, None)
        self._tick()
        return self._next_scout(walk.channel, walk.scout) if walk.scout else []

    def _walk(self, walk: Walk, listing: Listing) -> tuple[list[Walk | Descent], str]:
        """One answer whose entries are all inside."""
        shown = len(listing.entries) + listing.left_out.total()
        largest = max(shown, self._largest.get(walk.channel.lid, _LEAST_PAGE))
        self._largest[walk.channel.lid] = largest
        total = None if listing.total == walk.total_of_whole else listing.total
        if total is not None and total > _MOST_PAGES * PAGE_SIZE and (halves := self._halve(walk, total)):
            return halves, ""
        urls = walk.urls | {entry.url for entry in listing.entries}
        is_news = len(urls) > len(walk.urls)
        was_full, is_full = walk.was_full, shown >= largest
        walk = replace(walk, urls=urls, unusable=walk.unusable + listing.left_out.total(), was_full=is_full)
        if total is not None and walk.count >= total and not is_full:
            return self._done(walk, total)
        if is_news and walk.page < _MOST_PAGES:
            return [replace(walk, page=walk.page + 1)], ""
        if walk.count >= total if total is not None else not was_full:
            return self._done(walk, total)
        if was_full and (halves := self._halve(walk, total)):  # as where only the first pages are shown
            return halves, ""
        if total is not None and not was_full and self._slices.is_usual(walk.part, walk.count, total, self._begun):
            self._say_usual(walk, total)
            return self._done(walk, total)
        return self._fail(walk, "paging_bounded" if total is None else SHORT_ANSWER, listing)

    def _empty(self, walk: Walk, scout: Scout, listing: Listing) -> tuple[list[Walk | Descent], str]:
        """A scout that shows nothing: the next one tells whether that is true. If none is left, the list itself."""
        if listing.total:
            _, failure = self._fail(walk, SHORT_ANSWER, listing)
            return self._next_scout(walk.channel, scout), failure
        return self._next_scout(walk.channel, replace(scout, empty=(*scout.empty, walk.part))), ""

    def _next_scout(self, channel: Channel, scout: Scout) -> list[Walk | Descent]:
        if scout.rest:
            return [Walk(channel, scout.rest[0], scout=replace(scout, rest=scout.rest[1:]))]
        return [self._descend(channel, list(scout.empty))] if scout.empty else []

    def _honoured(self, walk: Walk) -> list[Walk | Descent]:
        """What waited for the scout: empty slices are so, the rest is asked for. Queues begin with the last."""
        if not walk.scout:
            return []
        for part in walk.scout.empty:
            self._slices.done(part, 0, 0)
            self._tick()
        return [Walk(walk.channel, part) for part in reversed(walk.scout.rest)]

    def _ignored(self, channel: Channel) -> list[Walk | Descent]:
        """Of the slices that are left, none is asked for any more: their list is read instead.

        This may show late: where all of the newest page is of the newest slice, the first answer fits a window.
        """
        self._read_from_top.add(channel.lid)
        logger.warning("the window is ignored: %s is read from the top of its list", channel.name)
        return [self._descend(channel, self._slices.pending(channel.lid, self._since, self._until, newest_first=True))]

    def _descend(self, channel: Channel, parts: list[Slice]) -> Descent:
        return self.descents.begin(channel, parts, self._holds(f"cursor_{channel.pageid}"))

    def _halve(self, walk: Walk, total: int | None) -> list[Walk | Descent]:
        halves = walk.part.halves()
        self._planned += bool(halves)
        return [Walk(walk.channel, part, total_of_whole=total) for part in halves]

    def _done(self, walk: Walk, total: int | None) -> tuple[list[Walk | Descent], str]:
        self._slices.done(walk.part, walk.count, total)
        self._tick()
        return [], ""

    def _say_usual(self, walk: Walk, total: int) -> None:
        """Once a run: the list always says so."""
        if walk.channel.lid not in self._said_usual:
            self._said_usual.add(walk.channel.lid)
            excess = total - walk.count
            logger.warning("the total of %s is %s too high, as it was before: not minded", walk.channel.name, excess)

    def _fail(self, walk: Walk, reason: str, listing: Listing) -> tuple[list[Walk | Descent], str]:
        self._slices.failed(walk.part, reason, walk.count, listing.total)
        self._tick()
        return [], reason

    def _tick(self) -> None:
        self._ended += 1
        self._planned = max(self._planned, self._ended)  # workers that share a backfill end slices that others planned
        left = (time.monotonic() - self._started) / self._ended * (self._planned - self._ended)
        logger.info("backfill: %s of %s slices walked, about %.0f min left", self._ended, self._planned, left / 60)
