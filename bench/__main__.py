"""Measures everything and writes the sections of bench/RESULTS.md, and bench/results.svg.

    python -m bench [PAGES] [--rounds 5] [--pairs 3] [--crawl 2000 20000] [--no-crawl] [--publish 10000]
        [--old-runs 10 5000 52000]

PAGES, or the environment variable BENCH_PAGES, is a folder of saved pages with checked expectations
(see bench/pages.py). Without one the bundled pages are used, whose expectation is this project's own
output: the accuracies then say how far the others are from it, not who is right. newspaper4k's
answers differ a little from run to run (F1 by 0.01), the others' do not.
"""

import argparse
import os
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench import accuracy, crawl, loopback, old_runs, publish, report, speed, workers
from bench.extractors import BASELINE, EXTRACTORS, OURS
from bench.make_site import make_site
from bench.pages import BUNDLED, SavedPage, load_pages
from bench.sections import put_section

HERE = Path(__file__).parent
NEARBY = Path("../shared/pages")  # where the developers keep such a folder


def main() -> None:
    """The command line."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("pages", type=Path, nargs="?", default=_default_pages())
    arguments.add_argument("--rounds", type=int, default=5, help="counted rounds of the speed measurement")
    arguments.add_argument("--pairs", type=int, default=3, help="runs of the crawl and of bare Scrapy, in turn")
    arguments.add_argument("--crawl", type=int, nargs=2, default=(2_000, 20_000), help="sizes of the two sites")
    arguments.add_argument("--no-crawl", action="store_true", help="only the tools")
    arguments.add_argument(
        "--publish", type=int, default=10_000, help="posts of the sites made by Hexo and Hugo; 0: none"
    )
    arguments.add_argument(
        "--old-runs", type=int, nargs="*", default=(10, 5_000, 52_000), help="runs before an idle one"
    )
    for section in _measured(arguments.parse_args()):  # the whole takes an hour: each is written when it is there
        put_section(section)
        print(section, end="\n\n", flush=True)


def _measured(given: argparse.Namespace) -> Iterator[str]:
    pages = load_pages(given.pages)
    made = "Made by `make bench`; `bench/` says how each figure comes about."
    yield f"# How exact and how fast\n{report.machine()}\n\n{made}"
    tools = _measure_tools(pages, given.rounds)
    report.draw(tools, HERE / "results.svg")
    yield _tools(tools, pages, given.rounds, bundled=given.pages == BUNDLED)
    if not given.no_crawl:
        yield from _crawls(given.crawl, given.pairs, None if given.pages == BUNDLED else given.pages / "site")
        if given.old_runs:
            yield old_runs.section(given.old_runs)
        yield workers.section(given.crawl[0])
    if given.publish:
        yield publish.section(given.publish)


def _default_pages() -> Path:
    if named := os.environ.get("BENCH_PAGES"):
        return Path(named)
    return NEARBY if (NEARBY / "expected").is_dir() else BUNDLED


def _measure_tools(pages: list[SavedPage], rounds: int) -> dict[str, report.Tool]:
    exact = {}
    for name, extractor in EXTRACTORS.items():
        exact[name] = accuracy.measure(extractor, pages)
        print(f"{name}: F1 {exact[name][0].f1:.3f}", *exact[name][1], flush=True)
    speeds = speed.measure(EXTRACTORS, pages, rounds)
    speed.save(speeds, Path("build/bench.json"))
    return {name: report.Tool(exact[name][0], speeds[name], exact[name][1]) for name in EXTRACTORS}


def _tools(tools: dict[str, report.Tool], pages: list[SavedPage], rounds: int, bundled: bool) -> str:
    kilobytes = sum(len(page.body) for page in pages) / len(pages) / 1000
    whose = (
        "that the project bundles; what is expected of them is its own output, so accuracy is likeness to it"
        if bundled
        else "of Sina's with expectations checked by hand; they are not part of the project"
    )
    faster = tools[OURS].speed.times_faster_than(tools[BASELINE].speed)
    return f"""## Extraction
{len(pages)} pages ({kilobytes:.0f} kB on average) {whose}. Text is compared by character 4-grams (mean over pages);
*paragraphs* is the share that stands alone and to the letter, *images* the F1 of their addresses in order.
Speed is processor time on one core, the median of {rounds} rounds in which each tool reads all pages;
*× whole page* is the median over pages of how many times faster than trafilatura on the whole page.

{report.tools_table(tools)}

This project: {faster:.1f} times as fast as trafilatura on the whole page.

![F1 against pages per second](results.svg)"""


def _crawls(counts: Sequence[int], pairs: int, real: Path | None) -> list[str]:
    small, large = counts
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        make_site(small, folder / "small")
        make_site(large, folder / "large")
        comparisons = {"Pages made from the bundled ones": crawl.compare(folder / "small", pairs)}
        if real:
            make_site(small // 2, folder / "real", real)
            comparisons["Pages made from those of the table above"] = crawl.compare(folder / "real", pairs)
        with loopback.served(folder / "small/site") as source:
            comparisons["The first ones by HTTP over loopback"] = crawl.compare(folder / "small", pairs, source)
        archive = folder / "archive"
        sizes = [
            crawl.crawl_listed(folder / "small-archive", folder / "small/site"),
            crawl.crawl_listed(archive, folder / "large/site"),
        ]
        cores = os.cpu_count() or 1
        with speed.one_core():
            alone = crawl.rebuild(archive, 1)
        rebuilt = report.rebuild_table(alone, crawl.rebuild(archive, cores), cores)
    crawls = [
        "## The whole crawl\nFrom saved pages to posts and catalog, beside bare Scrapy that fetches the same pages by\n"
        f"the same handler and drops them; medians of {pairs} pairs of whole processes, start-up included.\n"
        "By HTTP they ask a server on the same machine, a process of its own that is not counted.\n"
        "The crawl may use all cores; bare Scrapy can use one."
    ]
    for what, comparison in comparisons.items():
        cost = f"captures take {100 * comparison.capture_cost:.0f} % of the rate"
        crawls += [f"{what}: {comparison.share:.2f} of bare Scrapy's rate; {cost}.", report.crawl_table(comparison)]
    memory = report.memory_table(*sizes)
    return [
        "\n\n".join(crawls),
        f"## Memory\nAll processes of a crawl together, the listing read page by page.\n\n{memory}",
        f"## Rebuild\nAll {large:,} posts of an archive from its captures, start-up included.\n\n{rebuilt}",
    ]


if __name__ == "__main__":
    main()
