"""What a run's stats add up to: the figures that a person, a report and a check look at."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from crawler.items import COMMON_CRAWL, INTERNET_ARCHIVE
from crawler.run.import_arguments import IMPORT

# Names below archive/<component>/ that count work done; every other name there is a reason for a loss.
_FINE = {
    "listing": {"pages", "entries"},
    "fetch": {"pages", "not_modified"},
    "parse": set(),
    "extract_body": {"kept_isolated_body", "searched"},
    "write_markdown": {"written", "unchanged", "replaced", "kept_other", "past"},
    "keep_images": {"known", "kept", "other_host"},
}

_WEB_ARCHIVES = (INTERNET_ARCHIVE, COMMON_CRAWL, IMPORT)
_LOSING = ("fetch", "parse", "extract_body", "write_markdown")


@dataclass(frozen=True, slots=True)
class Counts:
    """Counts of articles, and by reason; the last but two of pages of listings, the last but one of images.

    ``web_archives`` has of each that was asked what became of its captures.
    """

    listed: int
    fetched: int
    archived: int
    revised: int
    skipped: dict[str, int]
    refused: dict[str, int]
    failed: dict[str, int]
    failed_listings: dict[str, int]
    failed_images: dict[str, int]
    web_archives: dict[str, dict[str, int]]

    @classmethod
    def of(cls, stats: Mapping[str, Any]) -> "Counts":
        """The tally of the stats so far."""
        recorded = part(stats, "record_article")
        return cls(
            listed=part(stats, "listing").get("entries", 0),
            fetched=part(stats, "fetch").get("pages", 0),
            archived=recorded.get("archived", 0),
            revised=recorded.get("revised", 0),
            skipped=_sum(part(stats, name) for name in ("skip", "drop_duplicates", "find_revision")),
            refused=_sum(part(stats, name) for name in ("refuse", "require_fields")),
            failed=_sum([part(stats, "pipeline"), *(_losses(stats, name) for name in _LOSING)]),
            failed_listings=_losses(stats, "listing"),
            failed_images=_losses(stats, "keep_images"),
            web_archives={name: held for name in _WEB_ARCHIVES if (held := part(stats, name))},
        )


def by_name(stats: Mapping[str, Any]) -> dict[str, Any]:
    """All counts of the archive's stats, sorted, by ``component/what``; examples, and how the run ended, are none."""
    return {
        name.removeprefix("archive/"): value
        for name, value in sorted(stats.items())
        if name.startswith("archive/") and not name.startswith("archive/run/") and not name.endswith("_example")
    }


def part(stats: Mapping[str, Any], component: str) -> dict[str, Any]:
    """The stats ``archive/<component>/<reason>`` of one component, by reason."""
    prefix = f"archive/{component}/"
    return {name.removeprefix(prefix): value for name, value in stats.items() if name.startswith(prefix)}


def by_reason(counts: Mapping[str, int]) -> str:
    """``http_404 3, timeout 1``."""
    return ", ".join(f"{name} {count}" for name, count in sorted(counts.items()))


def _sum(counts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    """All counts together; those of one name add up."""
    total = Counter[str]()
    for of_component in counts:
        total.update(of_component)
    return dict(total)


def _losses(stats: Mapping[str, Any], component: str) -> dict[str, int]:
    return {name: count for name, count in part(stats, component).items() if name not in _FINE[component]}
