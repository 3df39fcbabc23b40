"""The whole crawl of a saved site, beside bare Scrapy that fetches the same pages and drops them.

Each run is a process of its own. Its time is the wall clock's from start to exit, so the start-up of
the worker processes counts; its memory is the highest sum over all its processes, with what they
share counted once.
"""

import statistics
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.usage import measure


@dataclass(frozen=True, slots=True)
class Run:
    """One run: pages archived or, by bare Scrapy, fetched; wall and processor seconds; peak memory in MiB.

    ``main_cpu`` is the part of ``cpu`` that the crawl's own process took; the rest is the workers'.
    """

    pages: int
    seconds: float
    main_cpu: float
    cpu: float
    peak: float

    @property
    def rate(self) -> float:
        return self.pages / self.seconds


@dataclass(frozen=True, slots=True)
class Comparison:
    """Runs in turn: the crawl, the crawl without captures, and bare Scrapy."""

    ours: tuple[Run, ...]
    uncaptured: tuple[Run, ...]
    bare: tuple[Run, ...]

    @property
    def share(self) -> float:
        """Our rate as a share of bare Scrapy's: the median of the pairs."""
        return statistics.median(a.rate / b.rate for a, b in zip(self.ours, self.bare, strict=True))

    @property
    def capture_cost(self) -> float:
        """The part of the rate that the captures take: the median of the pairs."""
        return statistics.median(1 - a.rate / b.rate for a, b in zip(self.ours, self.uncaptured, strict=True))


def compare(folder: Path, pairs: int, source: Sequence[str] = ()) -> Comparison:
    """The crawls of a site that bench.make_site made, in turn.

    `source`: the words of a command that say where the pages come from; without any they are replayed.
    """
    words = source or replayed(folder / "site")
    runs = [
        (crawl(folder, words), crawl(folder, words, captured=False), crawl_bare(folder, words)) for _ in range(pairs)
    ]
    return Comparison(*(tuple(of_kind) for of_kind in zip(*runs, strict=True)))


def replayed(site: Path) -> list[str]:
    """The words by which a crawl reads the pages from the disk."""
    return ["-s", f"ARCHIVE_REPLAY_FROM={site}"]


def crawl(folder: Path, source: Sequence[str], captured: bool = True) -> Run:
    """Archives the site's articles, those of ``urls.txt``."""
    with tempfile.TemporaryDirectory() as archive:
        words = ["-a", f"urls={folder / 'urls.txt'}", "-s", f"ARCHIVE_CAPTURE_ENABLED={int(captured)}"]
        return _crawl_into(Path(archive), *words, *source)


def crawl_listed(archive: Path, site: Path) -> Run:
    """Archives those of the roll API's listing pages, into a folder that is kept."""
    return _crawl_into(archive, *replayed(site))


def _crawl_into(archive: Path, *words: str) -> Run:
    usage = _run("crawl", "sina_finance", "-s", f"ARCHIVE_DIR={archive}", *words)
    return Run(sum(1 for _ in (archive / "posts").rglob("*.md")), *usage)


def rebuild(archive: Path, workers: int) -> Run:
    """Makes all posts of an archive anew with so many worker processes."""
    usage = _run("rebuild", "--all", "--workers", str(workers), "-s", f"ARCHIVE_DIR={archive}")
    return Run(sum(1 for _ in (archive / "posts").rglob("*.md")), *usage)


def idle(site: Path, archive: Path) -> Run:
    """One more crawl of the list of an archive that is kept; its ``pages`` are 0."""
    return Run(0, *_run("crawl", "sina_finance", "-s", f"ARCHIVE_DIR={archive}", *replayed(site)))


def crawl_bare(folder: Path, source: Sequence[str]) -> Run:
    """Fetches the pages of ``urls.txt``."""
    spider = Path(__file__).with_name("bare_spider.py")
    usage = _run("runspider", str(spider), "-a", f"urls={folder / 'urls.txt'}", *source)
    return Run(len((folder / "urls.txt").read_text(encoding="utf-8").split()), *usage)


def _run(*arguments: str) -> tuple[float, float, float, float]:
    """Wall seconds, processor seconds of the process and of all below it too, and peak memory."""
    used = measure([sys.executable, "-m", "scrapy", *arguments])
    return used.seconds, used.main_cpu, used.cpu, used.peak
