"""How long each tool takes per page, on one core.

In every round all pages go through one tool after the other: a crawl, too, has one tool for all its
pages, and a machine that slows down from round to round slows all alike. Time is the process's own
processor time: what else runs does not count. The median of the rounds stands for a page, after a
round that warms up.
"""

import contextlib
import os
import statistics
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyperf

from bench.extractors import Extractor
from bench.pages import SavedPage


@dataclass(frozen=True, slots=True)
class Speed:
    """``seconds`` has a row a page, in the pages' order, with that page's time in every round."""

    seconds: tuple[tuple[float, ...], ...]

    @property
    def per_page(self) -> list[float]:
        """The median of each page, in seconds."""
        return [statistics.median(rounds) for rounds in self.seconds]

    @property
    def pages_per_second(self) -> float:
        return len(self.seconds) / sum(self.per_page)

    def times_faster_than(self, other: "Speed") -> float:
        """The median over pages of how many times longer the other takes."""
        return statistics.median(theirs / own for own, theirs in zip(self.per_page, other.per_page, strict=True))


def measure(extractors: Mapping[str, Extractor], pages: Sequence[SavedPage], rounds: int) -> dict[str, Speed]:
    """The speed of each extractor. The process stays on one core meanwhile."""
    with one_core():
        runs = [
            {name: [_seconds(run, page) for page in pages] for name, run in extractors.items()}
            for _ in range(rounds + 1)
        ][1:]
    return {name: Speed(tuple(zip(*(run[name] for run in runs), strict=True))) for name in extractors}


def save(speeds: Mapping[str, Speed], path: Path) -> None:
    """A pyperf suite of seconds per page, a value a round: ``pyperf compare_to OLD NEW`` reads it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    suite = pyperf.BenchmarkSuite(
        [
            pyperf.Benchmark([pyperf.Run([statistics.fmean(of_round) for of_round in zip(*speed.seconds, strict=True)],
                                         metadata={"name": name, "unit": "second"}, collect_metadata=False)])
            for name, speed in speeds.items()
        ]
    )  # fmt: skip
    suite.dump(str(path), replace=True)


def _seconds(extractor: Extractor, page: SavedPage) -> float:
    started = time.process_time()
    with contextlib.suppress(Exception):  # accuracy counts what fails
        extractor(page.body, page.url)
    return time.process_time() - started


@contextlib.contextmanager
def one_core() -> Iterator[None]:
    """This process and those that it starts meanwhile run on one core."""
    if not hasattr(os, "sched_setaffinity"):  # macOS
        yield
        return
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(allowed)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, allowed)
