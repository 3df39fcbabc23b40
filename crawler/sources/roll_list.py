"""A channel's list in the roll API, newest first, until a page brings nothing new."""

from collections.abc import Callable, Iterator
from datetime import datetime
from urllib.parse import parse_qs, urlsplit

from crawler.sina.channels import CHANNELS, Channel
from crawler.sina.roll_api import API, Listing, ListingError, listing_url, parse_listing
from crawler.sources.source import Answer, Ask, ListCapture, NoAnswer
from crawler.times import now


def recognise(url: str) -> ListCapture | None:
    """A captured answer of the roll API, of whatever channel and window."""
    if url.partition("?")[0].partition("://")[2] != API.partition("://")[2]:
        return None
    asked = parse_qs(urlsplit(url).query)
    lid, pageid = (asked.get(name, [""])[0] for name in ("lid", "pageid"))
    channel = next((known for known in CHANNELS if known.lid == lid), Channel(lid, pageid, lid))
    return ListCapture(lid, lambda body, at: parse(body, channel, at).entries)


def parse(body: bytes, channel: Channel, at: datetime | None = None) -> Listing:
    """A page of the roll API, as it came at `at`, or now. Raises NoAnswer."""
    try:
        return parse_listing(body, channel, at or now())
    except ListingError as error:
        raise NoAnswer(error.reason, str(error)) from error


class RollList:
    """The state of a request is its page, from 1, and how many entries the pages before it had."""

    def __init__(self, channel: Channel, max_pages: float, was_read: Callable[[str], bool]) -> None:
        """`was_read`: whether an earlier run has read the list of a lid completely."""
        self.name = f"roll_list {channel.lid}"
        self.channel = channel.lid
        self._list = channel
        self._max_pages = max_pages
        self._was_read = was_read

    def start(self) -> Iterator[Ask]:
        """The first page."""
        yield self._ask(1, 0)

    def read(self, ask: Ask, body: bytes) -> Answer:
        """An empty page ends the list; it came too early if the API says there is more, but for the first reading."""
        page, before = ask.state
        listing = parse(body, self._list)
        if listing.entries:
            count = before + len(listing.entries) + listing.left_out.total()
            following = (self._ask(page + 1, count),) if page < self._max_pages else ()
            return Answer(listing.entries, following, listing.left_out)
        if page == 1:
            return Answer(left_out=listing.left_out, failure="empty", detail=f"empty listing: {ask.url}")
        if listing.total is not None and before < listing.total and self._was_read(self.channel):
            detail = f"the list of {self._list.name} ends after {before} of {listing.total} entries"
            return Answer(left_out=listing.left_out, failure="short_answer", detail=detail)
        return Answer(left_out=listing.left_out, is_complete=True)

    def failed(self, ask: Ask, reason: str) -> None:
        """The list is read from its top by the next run."""

    def _ask(self, page: int, before: int) -> Ask:
        is_later = page > 1
        return Ask(listing_url(self._list, page), (page, before), -1 if is_later else 0, only_if_new=is_later)
