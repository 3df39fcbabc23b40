"""How a run ended, judged from its stats: did it do its job?"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

# Exit statuses of `scrapy crawl`; 1 and 2 are Scrapy's own (it could not start; wrong usage).
OK, LISTING, FAILURES, LAYOUTS, WRITES, INTERRUPTED, LOCKED, CLOSED = 0, 10, 11, 12, 13, 14, 15, 16
_FEW = 5  # a ratio of less than this many says nothing

_LISTING_FINE = ("pages", "entries")
_FETCH_FINE = ("pages", "not_modified")


@dataclass(frozen=True, slots=True)
class Outcome:
    """``name`` is one word, ``reason`` a sentence, ``status`` the exit status."""

    name: str
    status: int
    reason: str


def judge(stats: Mapping[str, Any], finish_reason: str, max_failure_ratio: float, max_unknown_ratio: float) -> Outcome:
    """The worst of what went wrong, or ``ok``. An idle run with nothing new is ok."""
    failed_listings = {name: count for name, count in part(stats, "listing").items() if name not in _LISTING_FINE}
    refused_writes = part(stats, "write_markdown").get("failed", 0)
    failed = {name: count for name, count in part(stats, "fetch").items() if name not in _FETCH_FINE}
    lost = sum(failed.values()) + sum(
        part(stats, "extract_body").get(name, 0) for name in ("failed", "timeout", "empty")
    )
    asked = lost + part(stats, "fetch").get("pages", 0)
    unknown = part(stats, "layout").get("unknown", 0)
    pages = sum(count for name, count in part(stats, "layout").items() if name != "unknown_example")
    if refused_writes:
        return Outcome("writes_failed", WRITES, f"{refused_writes} posts could not be written")
    if finish_reason == "shutdown":
        return Outcome("interrupted", INTERRUPTED, "the run was told to stop")
    if failed_listings:
        return Outcome("listing_failed", LISTING, f"no listing: {_list(failed_listings)}")
    if (lost >= _FEW and lost > max_failure_ratio * asked) or (lost and lost == asked):
        return Outcome("too_many_failures", FAILURES, f"{lost} of {asked} pages failed: {_list(failed)}")
    if (unknown >= _FEW and unknown > max_unknown_ratio * pages) or (unknown and unknown == pages):
        example = stats.get("archive/layout/unknown_example", "")
        return Outcome("unknown_layouts", LAYOUTS, f"{unknown} of {pages} pages have no known layout, e.g. {example}")
    if finish_reason != "finished":
        return Outcome("closed_early", CLOSED, f"the run ended early: {finish_reason}")
    return Outcome("ok", OK, "the run did its job")


def part(stats: Mapping[str, Any], component: str) -> dict[str, Any]:
    """The stats ``archive/<component>/<reason>`` of one component, by reason."""
    prefix = f"archive/{component}/"
    return {name.removeprefix(prefix): value for name, value in stats.items() if name.startswith(prefix)}


def _list(counts: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {count}" for name, count in sorted(counts.items()))
