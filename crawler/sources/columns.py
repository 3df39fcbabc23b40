"""A column's own page: a second witness beside the roll lists, for one request a day."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise

from crawler.archive.ledger import COLUMN
from crawler.archive.proofs import BY_COLUMN
from crawler.archive.readings import Reading, Readings
from crawler.sina.channels import Column
from crawler.sina.column_list import cid_of, column_url, parse_column
from crawler.sina.json_answer import ListingError
from crawler.sina.link_list import LinkList
from crawler.sources.source import Answer, Ask, ListCapture, NoAnswer
from crawler.times import now


def recognise(url: str) -> ListCapture | None:
    """A captured page of whatever column."""
    cid = cid_of(url)
    return ListCapture(COLUMN + cid, lambda body, at: parse(body, cid, at).entries) if cid else None


def parse(body: bytes, cid: str, at: datetime) -> LinkList:
    """A column's page, as it came at `at`. Raises NoAnswer."""
    try:
        return parse_column(body, cid, at)
    except ListingError as error:
        raise NoAnswer(error.reason, str(error)) from error


class ColumnPage:
    """There is no state: it is all on one page."""

    is_second = True

    def __init__(self, column: Column, readings: Readings, is_daily: bool, after: str = "") -> None:
        """`is_daily`: asked for once on each day of Beijing; else whenever it starts."""
        self.name = f"column {column.name}"
        self.channel = COLUMN + column.cid
        self.after = after
        self._column = column
        self._readings = readings
        self._is_daily = is_daily

    def start(self) -> Iterator[Ask]:
        """The page, unless it was read, or asked for in vain, today."""
        if not self._is_daily or not self._readings.was_tried(self.channel, now()):
            yield Ask(column_url(self._column.cid), None)

    def read(self, ask: Ask, body: bytes) -> Answer:  # noqa: ARG002  # there is one
        """Proves the days that the page shows from their beginning on."""
        at = now()
        page = parse(body, self._column.cid, at)
        ended = Reading(
            self.channel, at, "column", True, count=len(page.entries), first_day=_first_day(page.shown), by=BY_COLUMN
        )
        return Answer(page.entries, left_out=page.left_out, ended=ended)

    def failed(self, ask: Ask, reason: str) -> None:  # noqa: ARG002  # one is like the other
        """It is asked for again on another day."""
        self._readings.tried(self.channel, now())


def _first_day(shown: Sequence[datetime | None]) -> date | None:
    """From which day on the page has all that the column showed; None where it is not in the order of its times."""
    times = [moment for moment in shown if moment]
    if not times or any(earlier < later for earlier, later in pairwise(times)):
        return None
    return times[-1].date() + timedelta(days=1)
