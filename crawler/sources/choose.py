"""Which sources a run asks, by its arguments, and which captures are theirs: all that knows of a new one."""

from collections.abc import Iterator

from crawler.archive.archive import Archive
from crawler.archive.ledger import FLASHES, OLD_LIST
from crawler.run.arguments import COLUMNS_TOO, ROLL, Arguments
from crawler.run.backfill import Backfill
from crawler.sina.channels import COLUMNS, DEFAULT_CHANNEL
from crawler.sources import columns, flashes, old_lists, roll_list
from crawler.sources.columns import ColumnPage
from crawler.sources.flashes import FlashFeed
from crawler.sources.old_lists import OldListPage
from crawler.sources.roll_list import RollList
from crawler.sources.roll_window import RollWindow
from crawler.sources.source import ListCapture, Source
from crawler.sources.url_file import UrlFile


def choose_sources(arguments: Arguments, archive: Archive, newest_first: bool) -> list[Source]:
    """The file of URLs, or a window of each channel's list, or the newest of it; `newest_first`: of a window.

    Beside the newest of lists stand second witnesses: those named, else the columns of 国内 once a day.
    """
    if arguments.urls is not None:
        return [UrlFile(arguments.urls)]
    if arguments.window:
        backfill = Backfill(archive.slices, *arguments.window, newest_first, archive.facts.holds)
        return [RollWindow(channel, backfill) for channel in arguments.channels]
    lists: list[Source] = []
    if not arguments.sources or ROLL in arguments.sources:
        lists = [RollList(channel, arguments.max_pages, archive.readings) for channel in arguments.channels]
    return [*lists, *_second(arguments, archive, lists[0].name if lists else "")]


def _second(arguments: Arguments, archive: Archive, after: str) -> Iterator[Source]:
    """The second witnesses; they begin after a list, whose entries have times to the second that theirs lack."""
    is_daily = not arguments.sources and DEFAULT_CHANNEL in arguments.channels
    if is_daily or COLUMNS_TOO in arguments.sources:
        for column in COLUMNS:
            if column.is_domestic:
                yield ColumnPage(column, archive.readings, is_daily, after)
    if FLASHES in arguments.sources:
        yield FlashFeed(archive.ledger, arguments.max_pages, arguments.has_flashes, after)
    for name in arguments.sources:
        if name.startswith(OLD_LIST):
            yield OldListPage(name.removeprefix(OLD_LIST), after)


def recognise(url: str) -> ListCapture | None:
    """The list of which the capture of `url` is an answer; None for any other page."""
    known = (roll_list, columns, flashes, old_lists)
    return next((capture for source in known if (capture := source.recognise(url))), None)
