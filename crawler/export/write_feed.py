"""A feed of an archive, in the format that is wanted."""

from collections.abc import Callable
from typing import IO

from crawler.archive.archive import Archive
from crawler.export.articles_feed import articles_feed
from crawler.export.atom import write_atom
from crawler.export.edits_feed import edits_feed
from crawler.export.feed import Feed
from crawler.export.json_feed import write_json_feed
from crawler.export.rows import RowFilter

NEWEST = 50  # entries
FEED_WRITERS: dict[str, Callable[[Feed, IO[bytes]], int]] = {"atom": write_atom, "jsonfeed": write_json_feed}


def write_feed(archive: Archive, row_filter: RowFilter, is_of_edits: bool, kind: str, file: IO[bytes]) -> int:
    """`kind`: one of FEED_WRITERS. Returns how many entries it has."""
    feed = (edits_feed if is_of_edits else articles_feed)(archive, row_filter)
    return FEED_WRITERS[kind](feed, file)
