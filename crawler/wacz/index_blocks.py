"""A CDXJ in gzip members of many lines each, and the list of where they begin, which a reader keeps in mind instead.

As cdxj-indexer writes them and ReplayWeb.page and pywb (there as ZipNum) read them.
"""

import gzip
import hashlib
import json
from collections.abc import Iterable, Iterator
from itertools import islice

_LINES = 1024


class IndexBlocks:
    """`name` is that of the CDXJ's file; ``list`` is complete when all blocks were read."""

    def __init__(self, lines: Iterable[str], name: str) -> None:
        self._lines = lines
        self.list = [f"!meta 0 {json.dumps({'format': 'cdxj-gzip-1.0', 'filename': name})}\n"]

    def __iter__(self) -> Iterator[bytes]:
        """The gzip members."""
        offset = 0
        lines_left = iter(self._lines)
        while lines := list(islice(lines_left, _LINES)):
            block = gzip.compress("".join(lines).encode(), mtime=0)
            first = " ".join(lines[0].split(" ", 2)[:2])
            place = {"offset": offset, "length": len(block), "digest": f"sha256:{hashlib.sha256(block).hexdigest()}"}
            self.list.append(f"{first} {json.dumps(place)}\n")
            yield block
            offset += len(block)
