"""What is wrong or odd about captures, before any of them is asked for."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from crawler.sina.urls import is_sina
from crawler.warc.captures import Captures
from crawler.warc.cdxj import IndexedCapture
from crawler.warc.scan import Damage

_MOST_NAMED = 20


def findings(captures: Captures) -> tuple[Counter[str], list[str]]:
    """How often each reason was found, and a line for each file or page that it was found in."""
    counts: Counter[str] = Counter()
    lines = []
    for reason, found in (
        *_damages(captures),
        ("other_file", [str(path) for path in captures.others]),
        ("other_site", [name for name, index in captures.indexes.items() if not _any_of_sina(index.entries)]),
        ("several_bodies", list(_several_bodies(captures))),
    ):
        counts[reason] += len(found)
        lines += [f"{reason}: {what}" for what in found[:_MOST_NAMED]]
        if len(found) > _MOST_NAMED:
            lines.append(f"{reason}: and {len(found) - _MOST_NAMED} more")
    return +counts, lines


def _damages(captures: Captures) -> Iterator[tuple[str, list[str]]]:
    """By reason and file."""
    found: dict[tuple[str, str], list[Damage]] = defaultdict(list)
    for name, damage in captures.damages():
        found[damage.reason, name].append(damage)
    for (reason, name), damages in found.items():
        yield reason, [f"{name} at {damage.offset}: {damage.detail}" for damage in damages]


def _any_of_sina(entries: Sequence[IndexedCapture]) -> bool:
    return not entries or any(is_sina(urlsplit(entry.url).hostname or "") for entry in entries)


def _several_bodies(captures: Captures) -> Iterator[str]:
    for entries in captures.by_page.values():
        if len({entry.digest for entry in entries}) > 1:
            yield f"{entries[-1].url}: {len(entries)} captures, the newest of {entries[-1].time}"
