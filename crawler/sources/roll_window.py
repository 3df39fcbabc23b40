"""A channel's list in the roll API, walked through a window of time slice by slice: a backfill."""

from collections.abc import Iterator

from crawler.run.backfill import Backfill, Walk
from crawler.sina.channels import Channel
from crawler.sina.roll_api import window_url
from crawler.sources.roll_list import parse
from crawler.sources.source import Answer, Ask


class RollWindow:
    """The state of a request is where the walk through its slice stands."""

    def __init__(self, channel: Channel, backfill: Backfill) -> None:
        """`backfill`: the one of all channels."""
        self.name = f"roll_window {channel.lid}"
        self.channel = channel.lid
        self._list = channel
        self._backfill = backfill

    def start(self) -> Iterator[Ask]:
        """The first page of each slice that is not done yet."""
        return (self._ask(walk) for walk in self._backfill.walks(self._list))

    def read(self, ask: Ask, body: bytes) -> Answer:
        """A slice is complete when all of the API's total was found."""
        walk: Walk = ask.state
        listing = parse(body, self._list)
        walks, failure = self._backfill.next_walks(walk, listing)
        detail = f"slice {walk.part.start} to {walk.part.end} failed ({failure})" if failure else ""
        return Answer(listing.entries, tuple(map(self._ask, walks)), listing.left_out, failure=failure, detail=detail)

    def failed(self, ask: Ask, reason: str) -> None:
        """The slice is taken up again by the same backfill in another run."""
        self._backfill.fail(ask.state, reason)

    def _ask(self, walk: Walk) -> Ask:
        return Ask(window_url(self._list, walk.page, walk.part.start, walk.part.end), walk, priority=-1)
