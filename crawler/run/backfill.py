"""A backfill: a channel's time walked slice by slice, each until all that the API says is there was listed."""

import logging
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from crawler.archive.slices import Slice, Slices
from crawler.sina.channels import Channel
from crawler.sina.roll_api import PAGE_SIZE, Listing

logger = logging.getLogger(__name__)
_MOST_PAGES = 40  # of one slice; how deep the API pages is not known, 40 pages of 50 were seen to work


@dataclass(frozen=True, slots=True)
class Walk:
    """Where the walk through one slice stands: the page to ask for, and what was found before it.

    ``urls`` are those of the entries so far: an entry that moves to the next page while the list
    grows, or a page that comes twice, counts once. ``unusable`` counts entries without a URL.
    """

    channel: Channel
    part: Slice
    page: int = 1
    urls: frozenset[str] = frozenset()
    unusable: int = 0

    @property
    def count(self) -> int:
        """How many entries were found."""
        return len(self.urls) + self.unusable


class Backfill:
    """Plans the walks of a window and decides, answer by answer, how each goes on."""

    def __init__(self, slices: Slices, since: datetime, until: datetime, newest_first: bool = True) -> None:
        self._since = since
        self._until = until
        self._slices = slices
        self._newest_first = newest_first
        self._started = time.monotonic()
        self._planned = self._ended = 0

    def walks(self, channel: Channel) -> Iterator[Walk]:
        """A walk for each slice of the channel that is not done yet."""
        parts = self._slices.pending(channel.lid, self._since, self._until, self._newest_first)
        self._planned += len(parts)
        logger.info("backfill of %s: %s slices to walk", channel.name, len(parts))
        for part in parts:
            yield Walk(channel, part)

    def next_walks(self, walk: Walk, listing: Listing) -> tuple[list[Walk], str]:
        """What to ask for after this answer, and in one word why the slice failed, where it did.

        A short answer is a failure of the slice, not its end: it ends when all of the API's total was
        found, and, as totals may lie, a page that was not full or showed nothing that was not there before.
        A slice that is too large to page through is cut in two.
        """
        inside = {entry.url for entry in listing.entries if walk.part.holds(entry.created_at)}
        if len(inside) < len({entry.url for entry in listing.entries}):
            return self._fail(walk, "window_ignored", listing)
        is_fresh = bool(inside - walk.urls)
        if is_fresh or not inside:
            walk = replace(walk, urls=walk.urls | inside, unusable=walk.unusable + listing.left_out.total())
        if listing.total is None:
            return self._fail(walk, "no_total", listing)
        if listing.total > _MOST_PAGES * PAGE_SIZE and (halves := walk.part.halves()):
            self._planned += 1
            return [Walk(walk.channel, part) for part in halves], ""
        is_full = len(listing.entries) + listing.left_out.total() >= PAGE_SIZE
        if walk.count >= listing.total and not (is_full and is_fresh):
            self._slices.done(walk.part, walk.count, listing.total)
            self._tick()
            return [], ""
        if not is_fresh or walk.page >= _MOST_PAGES:
            return self._fail(walk, "short_answer", listing)
        return [replace(walk, page=walk.page + 1)], ""

    def fail(self, walk: Walk, reason: str) -> None:
        """The walk broke: no listing came."""
        self._slices.failed(walk.part, reason, walk.count, None)
        self._tick()

    def _fail(self, walk: Walk, reason: str, listing: Listing) -> tuple[list[Walk], str]:
        self._slices.failed(walk.part, reason, walk.count, listing.total)
        self._tick()
        return [], reason

    def _tick(self) -> None:
        self._ended += 1
        self._planned = max(self._planned, self._ended)  # workers that share a backfill end slices that others planned
        left = (time.monotonic() - self._started) / self._ended * (self._planned - self._ended)
        logger.info("backfill: %s of %s slices walked, about %.0f min left", self._ended, self._planned, left / 60)
