"""A channel's list in the roll API, a window of time of it: a backfill."""

from collections import Counter
from collections.abc import Iterator

from crawler.run.backfill import Backfill, Walk
from crawler.run.descent import CURSOR, SEEK, Descent
from crawler.sina.channels import Channel
from crawler.sina.roll_api import Listing, cursor_url, listing_url, window_url
from crawler.sources.roll_list import parse
from crawler.sources.source import Answer, Ask


class RollWindow:
    """The state of a request is where the walk through its slice stands, or the descent through the list."""

    is_second = False
    after = ""

    def __init__(self, channel: Channel, backfill: Backfill) -> None:
        """`backfill`: the one of all channels."""
        self.name = f"roll_window {channel.lid}"
        self.channel = channel.lid
        self._list = channel
        self._backfill = backfill

    def start(self) -> Iterator[Ask]:
        """The first page of the first slice that is not done yet; or of the list, where windows are ignored."""
        return map(self._ask, self._backfill.walks(self._list))

    def read(self, ask: Ask, body: bytes) -> Answer:
        """A slice is complete when that is proved."""
        listing = parse(body, self._list)
        if isinstance(ask.state, Descent):
            return self._descended(ask.state, listing)
        walk: Walk = ask.state
        walks, failure = self._backfill.next_walks(walk, listing)
        detail = f"slice {walk.part.start} to {walk.part.end} failed ({failure})" if failure else ""
        is_read_otherwise = any(isinstance(following, Descent) for following in walks)
        entries = () if is_read_otherwise else listing.entries
        return Answer(entries, tuple(map(self._ask, walks)), listing.left_out, failure=failure, detail=detail)

    def failed(self, ask: Ask, reason: str) -> tuple[Ask, ...]:
        """The slice is taken up again by the same backfill in another run; the others go on."""
        if isinstance(ask.state, Descent):
            following = self._backfill.descents.failed(ask.state, reason)
            return (self._ask(following),) if following else ()
        return tuple(map(self._ask, self._backfill.fail(ask.state, reason)))

    def _descended(self, descent: Descent, listing: Listing) -> Answer:
        """Of the list, only the entries of the window are shown: the others are not asked for."""
        step = self._backfill.descents.read(descent, listing)
        left_out = listing.left_out + Counter(outside_window=len(listing.entries) - len(step.entries))
        asks = (self._ask(step.following),) if step.following else ()
        return Answer(step.entries, asks, left_out, failure=step.failure, detail=step.detail)

    def _ask(self, state: Walk | Descent) -> Ask:
        if isinstance(state, Walk):
            url = window_url(self._list, state.page, state.part.start, state.part.end)
        elif state.way == CURSOR:
            assert state.cursor
            url = cursor_url(self._list, state.cursor)
        else:
            url = listing_url(self._list, state.page)
        return Ask(url, state, priority=-1, is_trial=isinstance(state, Descent) and state.way in (CURSOR, SEEK))
