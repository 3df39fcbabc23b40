"""Where the reading of a list stands: what its pages showed so far, and what that is good for."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Self
from zlib import crc32

from crawler.items import ListEntry
from crawler.sina.roll_api import Listing
from crawler.times import beijing_day


@dataclass(frozen=True, slots=True)
class ListReading:
    """``page`` is the page to ask for, from 1; the rest is what those before it showed.

    ``urls``: CRC-32 of each, so that an entry that moves to the next page while the list grows counts
    once, and a page that only repeats shows. ``new``: entries that were not known; ``fresh``: how many
    of the last page's no page before it had. ``total``: the API's, of the first page; ``last_total``: of
    the last. ``newest``, ``floor``, ``oldest``: ctimes, of all, the newest of the last page and the
    oldest of it: what follows in a list that is in order is not newer than the floor. ``is_in_order``:
    nothing was seen that contradicts it. ``goal``: read on, although nothing is new, to this ctime.
    """

    page: int = 1
    begun: datetime | None = None
    urls: frozenset[int] = frozenset()
    fresh: int = 0
    unusable: int = 0
    new: int = 0
    has_met_known: bool = False
    total: int | None = None
    last_total: int | None = None
    newest: datetime | None = None
    floor: datetime | None = None
    oldest: datetime | None = None
    is_in_order: bool = True
    goal: datetime | None = None

    @property
    def count(self) -> int:
        """How many entries there were."""
        return len(self.urls) + self.unusable

    @property
    def misses_any(self) -> bool:
        """True where the API says that there are more; its word, no proof."""
        return self.excess > 0

    @property
    def excess(self) -> int:
        """How many more the API says that there are."""
        return max((self.last_total or 0) - self.count, 0)

    def turn(self, listing: Listing, doc_ids: dict[str, str], known: Collection[str], at: datetime) -> Self:
        """After its page, answered at `at`; `doc_ids`: of the entries that lead to an article, by URL."""
        fresh = [entry for entry in listing.entries if crc32(entry.url.encode()) not in self.urls]
        if not fresh:
            return replace(self, fresh=0, last_total=listing.total, begun=self.begun or at)
        new, has_met_known = self._new(fresh, doc_ids, known)
        times = [entry.created_at for entry in fresh if entry.created_at]
        floor = max(times, default=self.floor)
        return replace(
            self,
            begun=self.begun or at,
            urls=self.urls | {crc32(entry.url.encode()) for entry in fresh},
            fresh=len(fresh),
            unusable=self.unusable + listing.left_out.total(),
            new=self.new + new,
            has_met_known=has_met_known,
            total=listing.total if self.page == 1 else self.total,
            last_total=listing.total,
            newest=max(filter(None, (self.newest, floor)), default=None),
            floor=floor,
            oldest=min(times, default=self.oldest),
            is_in_order=self.is_in_order and self._follows(floor) and not self._shrinks(listing.total),
        )

    def first_day(self, is_whole: bool) -> date | None:
        """From which day of Beijing on no entry of the list is missing; `is_whole`: there are none below."""
        if not self.is_in_order:
            return None
        if is_whole:
            return self.oldest and beijing_day(self.oldest)
        return self.floor and beijing_day(self.floor) + timedelta(days=1)

    def _new(self, fresh: Collection[ListEntry], doc_ids: dict[str, str], known: Collection[str]) -> tuple[int, bool]:
        """How many are new; what is no article, and so in no ledger, counts as new above all that is known."""
        new, has_met_known = 0, self.has_met_known
        for entry in fresh:
            doc_id = doc_ids.get(entry.url)
            has_met_known = has_met_known or doc_id in known
            new += doc_id not in known if doc_id else not has_met_known
        return new, has_met_known

    def _follows(self, floor: datetime | None) -> bool:
        return not (self.floor and floor) or floor <= self.floor

    def _shrinks(self, total: int | None) -> bool:
        """What leaves a list while it is read lifts an entry of the next page onto the one that was read."""
        return self.page > 1 and None not in (self.last_total, total) and (total or 0) < (self.last_total or 0)
