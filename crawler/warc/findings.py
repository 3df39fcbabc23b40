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
    """How often each reason occurs, and a line for each file or page that it concerns."""
    counts: Counter[str] = Counter()
    lines = []
    for reason, details in (
        *_damages(captures),
        ("other_file", [str(path) for path in captures.others]),
        ("other_site", [name for name, index in captures.indexes.items() if not _any_of_sina(index.captures)]),
        ("several_bodies", list(_several_bodies(captures))),
    ):
        counts[reason] += len(details)
        lines += [f"{reason}: {detail}" for detail in details[:_MOST_NAMED]]
        if len(details) > _MOST_NAMED:
            lines.append(f"{reason}: and {len(details) - _MOST_NAMED} more")
    return +counts, lines


def _damages(captures: Captures) -> Iterator[tuple[str, list[str]]]:
    """The damages of each reason and file: the reason, and a line for each place."""
    by_reason_and_file: dict[tuple[str, str], list[Damage]] = defaultdict(list)
    for name, damage in captures.damages():
        by_reason_and_file[damage.reason, name].append(damage)
    for (reason, name), damages in by_reason_and_file.items():
        yield reason, [f"{name} at {damage.offset}: {damage.detail}" for damage in damages]


def _any_of_sina(captures: Sequence[IndexedCapture]) -> bool:
    return not captures or any(is_sina(urlsplit(capture.url).hostname or "") for capture in captures)


def _several_bodies(captures: Captures) -> Iterator[str]:
    for of_page in captures.by_page.values():
        if len({capture.digest for capture in of_page}) > 1:
            yield f"{of_page[-1].url}: {len(of_page)} captures, the newest of {of_page[-1].time}"
