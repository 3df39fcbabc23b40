"""Which sources a run asks, by its arguments, and which captures are theirs: all that knows of a new one."""

from crawler.archive.archive import Archive
from crawler.run.arguments import Arguments
from crawler.run.backfill import Backfill
from crawler.sources import roll_list
from crawler.sources.roll_list import RollList
from crawler.sources.roll_window import RollWindow
from crawler.sources.source import ListCapture, Source
from crawler.sources.url_file import UrlFile


def choose_sources(arguments: Arguments, archive: Archive, newest_first: bool) -> list[Source]:
    """The file of URLs, or a window of each channel's list, or the newest of it; `newest_first`: of a window."""
    if arguments.urls is not None:
        return [UrlFile(arguments.urls)]
    if arguments.window:
        backfill = Backfill(archive.slices, *arguments.window, newest_first, archive.facts.holds)
        return [RollWindow(channel, backfill) for channel in arguments.channels]
    return [RollList(channel, arguments.max_pages, archive.readings) for channel in arguments.channels]


def recognise(url: str) -> ListCapture | None:
    """The list of which the capture of `url` is an answer; None for any other page."""
    return next((capture for source in (roll_list,) if (capture := source.recognise(url))), None)
