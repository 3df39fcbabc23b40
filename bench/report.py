"""Puts the figures of a run of the bench into RESULTS.md, and a picture of them beside it."""

import importlib.metadata
import os
import platform
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import matplotlib as mpl
from matplotlib import pyplot as plt

from bench.accuracy import Accuracy
from bench.crawl import Comparison, Run
from bench.extractors import BASELINE, OURS
from bench.published import Published
from bench.speed import Speed

PACKAGES = (
    *("trafilatura", "newspaper4k", "readability-lxml", "goose3", "gne", "jusText"),
    *("lxml", "Scrapy", "Twisted", "SQLAlchemy", "pebble"),
)


@dataclass(frozen=True, slots=True)
class Tool:
    """One row of the table."""

    accuracy: Accuracy
    speed: Speed
    failed: Sequence[str]


def tools_table(tools: Mapping[str, Tool]) -> str:
    """Accuracy and speed of each tool, the most exact first."""
    head = ["", "F1", "precision", "recall", "paragraphs", "images", "ms a page", "pages/s", "× whole page", "failed"]
    rows = []
    for name, tool in sorted(tools.items(), key=lambda item: -item[1].accuracy.f1):
        exact = tool.accuracy
        figures = [exact.f1, exact.precision, exact.recall, exact.blocks, exact.images]
        rate = tool.speed.pages_per_second
        faster = tool.speed.times_faster_than(tools[BASELINE].speed)
        shown = f"**{name}**" if name == OURS else name
        row = [*(f"{figure:.3f}" for figure in figures), f"{1000 / rate:.1f}", f"{rate:.0f}", f"{faster:.1f}"]
        rows.append([shown, *row, str(len(tool.failed) or "")])
    return table(head, rows)


def crawl_table(comparison: Comparison) -> str:
    """The crawl and bare Scrapy: the median run of each."""
    head = ["", "pages", "pages/s", "processor ms a page", "of it the crawl's own process", "peak memory, MiB"]
    named = {
        "this project": comparison.ours,
        "the same without captures": comparison.uncaptured,
        "bare Scrapy": comparison.bare,
    }
    return table(head, [[name, *_median_run(runs)] for name, runs in named.items()])


def memory_table(small: Run, large: Run) -> str:
    """Peak memory of two crawls through the listing pages."""
    rows = [[f"{run.pages:,}", f"{run.peak:.0f}", f"{run.rate:.0f}"] for run in (small, large)]
    return table(["pages, all listed", "peak memory, MiB", "pages/s"], rows) + (
        f"\n\nThe larger crawl peaks at {large.peak / small.peak:.2f} times the smaller one's memory."
    )


def rebuild_table(alone: Run, together: Run, cores: int) -> str:
    """A rebuild on one core, and one with a worker process for each of `cores`."""
    by_cores = ((1, alone), (cores, together))
    rows = [[str(count), f"{run.rate:.0f}", f"{run.rate / count:.0f}", _cost(run)] for count, run in by_cores]
    times = together.rate / alone.rate
    return table(["cores", "posts/s", "posts/s a core", "processor ms a post"], rows) + (
        f"\n\n{cores} cores are {times:.2f} times as fast as one: {times / cores:.2f} of what they could be."
    )


def publish_table(sites: Mapping[str, Published]) -> str:
    """Each generator's first run, and the second one with a few posts more."""
    head = ["", "processor seconds", "seconds", "peak memory, MiB", "files", "MB", "changed"]
    rows = []
    for name, site in sites.items():
        first, again = (
            [f"{used.cpu:.0f}", f"{used.seconds:.0f}", f"{used.peak:.0f}"] for used in (site.first, site.again)
        )
        rows.append([name, *first, f"{site.files:,}", f"{site.megabytes:.0f}", ""])
        rows.append([f"{name}, again", *again, "", "", f"{site.written:,}"])
    return table(head, rows)


def machine() -> str:
    """Where and with what the figures came about."""
    cpu = _fact("/proc/cpuinfo", "model name")
    memory = int((_fact("/proc/meminfo", "MemTotal") or "0").split()[0]) / 2**20
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in PACKAGES)
    return (
        f"{cpu or platform.processor()}, {os.cpu_count()} cores, {memory:.0f} GiB; {platform.system()} "
        f"{platform.release()}, {platform.python_implementation()} {platform.python_version()}; {versions}."
    )


def draw(tools: Mapping[str, Tool], path: Path) -> None:
    """Exactness against speed, a point a tool; the same figures give the same bytes."""
    mpl.rcParams.update({"svg.hashsalt": "bench", "svg.fonttype": "none", "font.family": "sans-serif"})
    figure, axes = plt.subplots(figsize=(8, 4.5), layout="constrained")
    for name, tool in tools.items():
        at = (tool.speed.pages_per_second, tool.accuracy.f1)
        axes.scatter(*at, color="#c0392b" if name == OURS else "#7f8c8d", zorder=2)
        label = name.replace(BASELINE, "trafilatura")
        axes.annotate(label, at, xytext=(6, 0), textcoords="offset points", va="center", fontsize=7)
    fastest = max(tool.speed.pages_per_second for tool in tools.values())
    axes.set(xscale="log", xlabel="pages per second on one core", xlim=(5, 3 * fastest))
    axes.set(ylabel="F1 of the article's text", ylim=(0, 1.08))
    axes.grid(alpha=0.3)
    figure.savefig(path, format="svg", metadata={"Date": None, "Creator": None})
    plt.close(figure)


def _cost(run: Run) -> str:
    return f"{1000 * run.cpu / run.pages:.1f}"


def _median_run(runs: Sequence[Run]) -> list[str]:
    rate = statistics.median(run.rate for run in runs)
    cpu = statistics.median(run.cpu / run.pages for run in runs)
    main = statistics.median(run.main_cpu / run.pages for run in runs)
    peak = statistics.median(run.peak for run in runs)
    return [f"{runs[0].pages:,}", f"{rate:.0f}", f"{cpu * 1000:.1f}", f"{main * 1000:.1f}", f"{peak:.0f}"]


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    rule = ["---", *("---:" for _ in head[1:])]
    return "\n".join("| " + " | ".join(row) + " |" for row in (head, rule, *rows))


def _fact(path: str, name: str) -> str:
    """What a line ``name : value`` of a file says, where the system has such a file."""
    file = Path(path)
    lines = file.read_text(encoding="utf-8").splitlines() if file.is_file() else []
    return next((line.partition(":")[2].strip() for line in lines if line.startswith(name)), "")
