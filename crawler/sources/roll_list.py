"""A channel's list in the roll API, newest first, until a page brings nothing new, and now and then further.

That nothing is new at the top does not say that nothing is below it: an entry that is released late
enters the list at its older ctime. So once in `_DEEP_EVERY`, and when the API's total grew by more
than what was seen, the list is read on through a week of ctimes. `Readings` bounds what that may cost.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import parse_qs, urlsplit

from crawler.archive.readings import Reading, Readings, Remembered
from crawler.archive.slices import SHORT_ANSWER
from crawler.items import ListEntry
from crawler.sina.channels import CHANNELS, Channel
from crawler.sina.json_answer import ListingError
from crawler.sina.page_address import address_of
from crawler.sina.roll_api import API, Listing, listing_url, parse_listing
from crawler.sources.list_reading import ListReading
from crawler.sources.source import Answer, Ask, ListCapture, NoAnswer
from crawler.times import now

_MOST_PAGES = 2_000  # of a reading; the longest list that anybody wrote of had 442, in 2019
_DEEP_EVERY = timedelta(hours=20)  # less than a day: a daily run is now and then a little early
_DEEP = timedelta(days=7)
_READ_TO_END = ("end", "last_page", SHORT_ANSWER)


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
    """The state of a request is where the reading of the list stands."""

    is_second = False
    after = ""

    def __init__(self, channel: Channel, max_pages: float, readings: Readings) -> None:
        self.name = f"roll_list {channel.lid}"
        self.channel = channel.lid
        self._list = channel
        self._max_pages = max_pages
        self._readings = readings

    def start(self) -> Iterator[Ask]:
        """The first page."""
        yield self._ask(ListReading())

    def read(self, ask: Ask, body: bytes) -> Answer:
        """The list ends with a page that shows nothing that this reading had not seen: none, or the last again."""
        listing = parse(body, self._list)
        doc_ids = _doc_ids(listing.entries)
        known = self._readings.known(doc_ids.values(), self.channel)
        before: ListReading = ask.state
        reading = before.turn(listing, doc_ids, known, now())
        shown = Answer(listing.entries, left_out=listing.left_out)
        if not reading.fresh and reading.page == 1:
            return replace(shown, failure="empty", detail=f"empty listing: {ask.url}")
        if not reading.fresh:
            return self._at_end(reading, shown)
        if known.issuperset(doc_ids.values()) and reading.has_met_known:  # not on a page of videos at the top
            return self._nothing_new(reading, shown)
        return self._further(reading, shown)

    def failed(self, ask: Ask, reason: str) -> None:
        """The list is read from its top by the next run."""

    def _further(self, reading: ListReading, shown: Answer) -> Answer:
        if reading.page >= self._max_pages:
            return replace(shown, ended=self._ended(reading, "max_pages", is_complete=False))
        if reading.page >= _MOST_PAGES:
            detail = f"the list of {self._list.name} goes on after page {_MOST_PAGES}: what is older needs a backfill"
            return replace(shown, failure="too_many_pages", detail=detail, ended=self._ended(reading, "too_many_pages"))
        return replace(shown, asks=(self._ask(replace(reading, page=reading.page + 1)),))

    def _nothing_new(self, reading: ListReading, shown: Answer) -> Answer:
        """The end, unless it is time to look further."""
        remembered = self._readings.of(self.channel)
        assert reading.begun
        goal = reading.goal or reading.begun - _DEEP
        is_wanted = bool(reading.goal) or _is_due(reading, remembered) or _has_grown(reading, remembered)
        is_reached = bool(reading.floor and reading.floor < goal) and self._is_sure(reading, remembered)
        if not is_wanted or is_reached:
            return replace(shown, ended=self._ended(reading, "nothing_new", is_deep=is_wanted))
        if reading.page < self._max_pages and self._readings.may_read_on(self.channel, now()):
            return self._further(replace(reading, goal=goal), shown)
        return replace(shown, ended=self._ended(reading, "nothing_new", is_deep=bool(reading.goal)))

    def _at_end(self, reading: ListReading, shown: Answer) -> Answer:
        """A list may show no more than its newest pages: it ends too early where nothing known was met before.

        Not if its total was as much too high before; that the total lies is no proof that nothing lies below.
        """
        remembered = self._readings.of(self.channel)
        if not reading.misses_any:
            return replace(shown, ended=self._ended(reading, "end", is_deep=True, is_whole=True))
        if reading.has_met_known or not remembered.times_read or reading.excess <= remembered.excess:
            return replace(shown, ended=self._ended(reading, "last_page", is_deep=True))
        detail = f"the list of {self._list.name} ends after {reading.count} of {reading.last_total} entries"
        ended = self._ended(reading, SHORT_ANSWER, is_complete=False)
        return replace(shown, failure=SHORT_ANSWER, detail=detail, ended=ended)

    def _ended(self, reading: ListReading, how: str, is_complete: bool = True, is_deep: bool = False,
               is_whole: bool = False) -> Reading:  # fmt: skip
        remembered = self._readings.of(self.channel)
        assert reading.begun
        total, newest = reading.total, reading.newest
        if not is_deep and _has_grown(reading, remembered):
            total = (remembered.total or 0) + reading.new  # nobody looked for the others yet
        if newest and newest > reading.begun:
            newest = None  # of a time to come: it would hide what is new until then
        first_day = reading.first_day(is_whole) if self._is_sure(reading, remembered) else None
        return Reading(
            self.channel,
            reading.begun,
            how,
            is_complete,
            is_deep,
            reading.count,
            total,
            newest,
            first_day,
            reading.floor,
            excess=reading.excess if how in _READ_TO_END else None,
        )

    def _is_sure(self, reading: ListReading, remembered: Remembered) -> bool:
        """False for a list that is not in order: its pages come mixed, or old ones in the place of the first."""
        is_stale = bool(remembered.newest and reading.newest and reading.newest < remembered.newest)
        return reading.is_in_order and not is_stale

    def _ask(self, reading: ListReading) -> Ask:
        return Ask(listing_url(self._list, reading.page), reading, priority=-1 if reading.page > 1 else 0)


def _doc_ids(entries: Iterable[ListEntry]) -> dict[str, str]:
    """Of those that lead to an article, by URL."""
    doc_ids = {}
    for entry in entries:
        try:
            doc_ids[entry.url] = address_of(entry.url).doc_id
        except ValueError:  # the spider counts it, with its reason
            continue
    return doc_ids


def _is_due(reading: ListReading, remembered: Remembered) -> bool:
    assert reading.begun
    if remembered.deep_at is None:
        return True
    return not timedelta(0) <= reading.begun - remembered.deep_at < _DEEP_EVERY


def _has_grown(reading: ListReading, remembered: Remembered) -> bool:
    """True where the API's total grew by more than what was seen; a hint, for totals may lie."""
    if reading.total is None or remembered.total is None:
        return False
    return reading.total - remembered.total > reading.new
