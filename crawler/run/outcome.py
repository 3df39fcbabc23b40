"""How a run ended, judged from its stats: did it do its job?"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from crawler.run import host_stops
from crawler.run.counts import Counts, by_reason, part
from crawler.run.refusals import NO_CONNECTION as _NO_CONNECTION
from crawler.sina.article import GONE as _SAID_GONE

# Exit statuses of `scrapy crawl`; 1 and 2 are Scrapy's own (it could not start; wrong usage).
OK, LISTING, FAILURES, LAYOUTS, WRITES, INTERRUPTED, LOCKED, CLOSED = 0, 10, 11, 12, 13, 14, 15, 16
ROBOTS, BLOCKED, ASKED_TO_WAIT = 17, 18, 19
_FEW = 5  # a ratio of less than this many says nothing


@dataclass(frozen=True, slots=True)
class Outcome:
    """``name`` is one word, ``reason`` a sentence, ``status`` the exit status."""

    name: str
    status: int
    reason: str


def judge(stats: Mapping[str, Any], finish_reason: str, max_failure_ratio: float, max_unknown_ratio: float) -> Outcome:
    """The worst of what went wrong, or ``ok``. An idle run with nothing new is ok."""
    counts = Counts.of(stats)
    refused_writes = part(stats, "write_markdown").get("failed", 0) + part(stats, "pipeline").get("not_written", 0)
    refusals = sum(counts.refused.values()) - counts.refused.get(_SAID_GONE, 0)
    lost = sum(counts.failed.values()) + refusals - refused_writes
    refused_images = part(stats, "keep_images").get("not_written", 0)
    asked = sum(part(stats, "fetch").values()) - part(stats, "fetch").get("not_modified", 0)
    layouts = {name: count for name, count in part(stats, "layout").items() if name != "unknown_example"}
    unknown, pages = layouts.get("unknown", 0), sum(layouts.values())
    if lost_captures := part(stats, "capture").get("failed", 0):
        return Outcome("captures_failed", WRITES, f"{lost_captures} responses could not be captured and were not read")
    if refused_writes:
        return Outcome("writes_failed", WRITES, f"{refused_writes} posts could not be written")
    if refused_images:
        return Outcome("writes_failed", WRITES, f"{refused_images} images could not be written")
    if unfinished := _unfinished(stats):
        return Outcome("writes_failed", WRITES, unfinished)
    if finish_reason == "shutdown":
        return Outcome("interrupted", INTERRUPTED, "the run was told to stop")
    for name, status in ((host_stops.BLOCKED, BLOCKED), (host_stops.ASKED_TO_WAIT, ASKED_TO_WAIT)):
        if part(stats, name).get("hosts"):
            return Outcome(name, status, stats[f"archive/{name}/host_example"])
    forbidden = host_stops.ROBOTS_FORBID
    if forbidden in counts.failed_listings or _too_many(counts.failed.get(forbidden, 0), asked, max_failure_ratio):
        return Outcome(forbidden, ROBOTS, stats["archive/robots/forbidden_example"])
    if counts.failed_listings:
        why = stats.get(f"archive/{_NO_CONNECTION}/host_example") or by_reason(counts.failed_listings)
        return Outcome("listing_failed", LISTING, f"no listing: {why}")
    if (others := part(stats, "second_source")) and not part(stats, "listing").get("pages"):
        return Outcome("listing_failed", LISTING, f"no source could be read: {by_reason(others)}")
    if _too_many(lost, asked, max_failure_ratio):
        why = by_reason(Counter(counts.failed) + Counter(counts.refused))
        return Outcome("too_many_failures", FAILURES, f"{lost} of {asked} pages failed: {why}")
    if images := _too_many_images(stats, counts, max_failure_ratio, asked):
        return Outcome("too_many_failures", FAILURES, images)
    if _too_many(unknown, pages, max_unknown_ratio):
        example = stats.get("archive/layout/unknown_example", "")
        return Outcome("unknown_layouts", LAYOUTS, f"{unknown} of {pages} pages have no known layout, e.g. {example}")
    if broken := part(stats, "start"):
        return Outcome("closed_early", CLOSED, f"the run broke while it took up its work: {by_reason(broken)}")
    if finish_reason != "finished":
        return Outcome("closed_early", CLOSED, f"the run ended early: {finish_reason}")
    index = part(stats, "index")
    if index.get("queries") and not index.get("captures") and not part(stats, "fetch"):
        return Outcome("ok", OK, "the web archives hold nothing of what was looked for")
    return Outcome("ok", OK, "the run did its job")


def _unfinished(stats: Mapping[str, Any]) -> str:
    """What was not written when it should have been, posts and captures apart."""
    captures, manifest, catalog = part(stats, "capture"), part(stats, "manifest"), part(stats, "catalog")
    feeds = part(stats, "feed").get("not_written", 0)
    outputs = sum(count for name, count in stats.items() if name.startswith("feedexport/failed_count/"))  # Scrapy's
    reasons = [
        f"{captures['not_closed']} files of captures are not closed" if captures.get("not_closed") else "",
        f"{captures['vanished']} files of captures have vanished" if captures.get("vanished") else "",
        f"{captures['not_stored']} files of captures are not in the store yet" if captures.get("not_stored") else "",
        "the manifest is not written" if manifest.get("not_written") else "",
        f"the catalog refused {catalog['refused']} times what it was to enter" if catalog.get("refused") else "",
        f"{feeds} feeds are not written" if feeds else "",
        f"{outputs} files that --output names are not stored" if outputs else "",
    ]
    return ", ".join(filter(None, reasons))


def _too_many(bad: int, of: int, ratio: float) -> bool:
    """All of few, or more than the ratio of many."""
    return bad > 0 and (bad >= of or (bad >= _FEW and bad > ratio * of))


def _too_many_images(stats: Mapping[str, Any], counts: Counts, ratio: float, asked: int) -> str:
    """The sentence, or empty. A run for images fails at one that is all; beside articles a dead one is no news."""
    failed = sum(counts.failed_images.values())
    images = failed + part(stats, "keep_images").get("kept", 0)
    if not _too_many(failed, images, ratio) or (asked and failed < _FEW):
        return ""
    return f"{failed} of {images} images could not be had: {by_reason(counts.failed_images)}"
