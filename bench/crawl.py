"""The whole crawl from saved pages, beside bare Scrapy that fetches the same pages and drops them.

Each run is a process of its own. Its time is the wall clock's from start to exit, so the start-up of
the worker processes counts; its memory is the highest sum over all its processes, with what they
share counted once.
"""

import statistics
import sys
import tempfile
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


def compare(folder: Path, pairs: int) -> Comparison:
    """The crawls of a site that bench.make_site made, in turn."""
    runs = [(crawl(folder), crawl(folder, captured=False), crawl_bare(folder)) for _ in range(pairs)]
    return Comparison(*(tuple(of_kind) for of_kind in zip(*runs, strict=True)))


def crawl(folder: Path, listed: bool = False, captured: bool = True) -> Run:
    """Archives the site's articles: those of ``urls.txt``, or of the roll API's listing pages."""
    with tempfile.TemporaryDirectory() as archive:
        return crawl_into(Path(archive), folder, listed, captured)


def crawl_into(archive: Path, folder: Path, listed: bool = False, captured: bool = True) -> Run:
    """Archives them into a folder that is kept."""
    what = [] if listed else ["-a", f"urls={folder / 'urls.txt'}"]
    settings = ["-s", f"ARCHIVE_DIR={archive}", "-s", f"ARCHIVE_CAPTURE_ENABLED={int(captured)}"]
    usage = _run("crawl", "sina_finance", *what, *settings, site=folder / "site")
    return Run(sum(1 for _ in (archive / "posts").rglob("*.md")), *usage)


def rebuild(archive: Path, workers: int) -> Run:
    """Makes all posts of an archive anew with so many worker processes."""
    usage = _run("rebuild", "--all", "--workers", str(workers), "-s", f"ARCHIVE_DIR={archive}")
    return Run(sum(1 for _ in (archive / "posts").rglob("*.md")), *usage)


def idle(site: Path, archive: Path) -> Run:
    """One more crawl of the list of an archive that is kept; its ``pages`` are 0."""
    return Run(0, *_run("crawl", "sina_finance", "-s", f"ARCHIVE_DIR={archive}", site=site))


def crawl_bare(folder: Path) -> Run:
    """Fetches the pages of ``urls.txt``."""
    spider = Path(__file__).with_name("bare_spider.py")
    usage = _run("runspider", str(spider), "-a", f"urls={folder / 'urls.txt'}", site=folder / "site")
    return Run(len((folder / "urls.txt").read_text(encoding="utf-8").split()), *usage)


def _run(*arguments: str, site: Path | None = None) -> tuple[float, float, float, float]:
    """Wall seconds, processor seconds of the process and of all below it too, and peak memory."""
    replay = ["-s", f"ARCHIVE_REPLAY_FROM={site}"] if site else []
    used = measure([sys.executable, "-m", "scrapy", *arguments, *replay])
    return used.seconds, used.main_cpu, used.cpu, used.peak
