"""A list of records of Common Crawl, as its index gives them or a query of its Parquet index writes them."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from crawler.webarchive.common_crawl import memento_of_line
from crawler.webarchive.memento import BadIndexLine, Memento


def read_records_file(lines: Iterable[str], seen_at: datetime) -> Iterator[Memento | BadIndexLine]:
    """The capture of each line, a JSON object, or what is wrong with the line; empty ones are passed over."""
    for line in map(str.strip, lines):
        if not line:
            continue
        try:
            yield memento_of_line(line, seen_at)
        except BadIndexLine as bad:
            yield bad
