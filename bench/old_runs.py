"""Does it show in a run that has nothing to do how many runs there were before it?

    python -m bench.old_runs [--counts 10 5000 52000] [--runs 5]

A year of runs every ten minutes are 52,000 of them: each has a row in the catalog, each day a WARC, a manifest and a
file of reports. Archives of the bundled saved site get so many, and idle runs of all take turns.
"""

import argparse
import json
import sqlite3
import statistics
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from bench.crawl import Run, idle
from bench.make_site import LIKE
from crawler.archive.reports import Reports
from crawler.integrity.manifest import Manifest, to_lines
from crawler.times import iso
from crawler.warc.reader import WarcFile, WarcRecord

_EVERY = timedelta(minutes=10)
_LAST = datetime(2024, 3, 1, tzinfo=UTC)


def add_runs(archive: Path, count: int, is_apart: bool = False) -> None:
    """Enters `count` idle runs that ended before any other; each is a copy of the last one that the archive has.

    `is_apart`: each left a WARC and a report of its own, as runs did before they shared the files of a day.
    """
    last = max((archive / "captures").glob("*.warc.gz"))
    records = [record for record in WarcFile(last, last.name).records() if isinstance(record, WarcRecord)]
    begin = max(record.offset for record in records if record.type == "warcinfo")  # of the last run in it
    warc = last.read_bytes()[begin:]
    template = json.loads(max((archive / "reports").glob("*.json")).read_text())
    warcs: dict[tuple[str, str], int] = {}  # how many runs are in each, by day and path
    rows = []
    place = ("", "")
    for started in _starts(count):
        run, day = f"{started:%Y%m%dT%H%M%SZ}-4711", f"{started:%Y-%m-%d}"
        ended = iso(started + timedelta(seconds=3))
        if is_apart or day != place[0]:
            place = day, f"captures/{run}-00000.warc.gz"
        warcs[place] = warcs.get(place, 0) + 1
        filled = template | {"run": run, "started_at": iso(started), "ended_at": ended}
        (archive / f"reports/{run}.json").write_text(json.dumps(filled, ensure_ascii=False, indent=1) + "\n")
        rows.append((run, iso(started), ended, "ok", json.dumps(template["counts"])))
    if not is_apart:
        Reports(archive).fold(_LAST)
    days: dict[str, dict[str, str]] = {}
    for (day, path), runs in warcs.items():
        (archive / path).write_bytes(warc * runs)
        days.setdefault(day, {})[path] = sha256(warc * runs).hexdigest()
    _write_manifests(archive / "manifests", days)
    with closing(sqlite3.connect(archive / "catalog.db")) as connection, connection:
        connection.executemany("INSERT INTO runs VALUES (?, ?, ?, ?, ?)", rows)


def _starts(count: int) -> Iterator[datetime]:
    return (_LAST - _EVERY * number for number in range(count, 0, -1))


def _write_manifests(folder: Path, days: dict[str, dict[str, str]]) -> None:
    """Chained to each other, and those that are there to the last of them."""
    present = sorted(folder.glob("*.txt"))
    hashes = days | {path.stem: Manifest.load(path).hashes for path in present}
    previous = None
    for day in sorted(hashes):
        content = b"".join(to_lines(previous, sorted(hashes[day].items())))
        (folder / f"{day}.txt").write_bytes(content)
        previous = sha256(content).hexdigest(), f"{day}.txt"


def measure(counts: Sequence[int], runs: int, folder: Path, is_apart: bool = False) -> list[list[Run]]:
    """Idle runs, in turn, of archives with so many runs before them."""
    archives = [folder / str(count) for count in counts]
    for archive, count in zip(archives, counts, strict=True):
        for _ in range(2):  # the second run learns that nothing is new
            idle(LIKE, archive)
        add_runs(archive, count, is_apart)
        idle(LIKE, archive)  # the system has read the folders once
    rounds = [[idle(LIKE, archive) for archive in archives] for _ in range(runs)]
    return [list(of_archive) for of_archive in zip(*rounds, strict=True)]


def section(counts: Sequence[int], runs: int = 5, is_apart: bool = False) -> str:
    """Measured, for RESULTS.md."""
    with tempfile.TemporaryDirectory() as scratch:
        return report(counts, measure(counts, runs, Path(scratch), is_apart))


def report(counts: Sequence[int], measured: Sequence[Sequence[Run]]) -> str:
    """The section of RESULTS.md."""
    head = "| runs before | processor seconds | peak memory, MiB |\n| ---: | ---: | ---: |\n"
    rows = []
    for count, runs in zip(counts, measured, strict=True):
        cpu, peak = statistics.median(run.cpu for run in runs), statistics.median(run.peak for run in runs)
        rows.append(f"| {count:,} | {cpu:.2f} | {peak:.0f} |")
    ratio = statistics.median(last.cpu / first.cpu for first, last in zip(measured[0], measured[-1], strict=True))
    return f"## Growth by runs\n{head}" + "\n".join(rows) + f"\n\nThe last takes {ratio:.2f} times the first."


def main() -> None:
    """The command line."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--counts", type=int, nargs="+", default=(10, 5_000, 52_000))
    arguments.add_argument("--runs", type=int, default=5)
    arguments.add_argument("--apart", action="store_true", help="each with files of its own, as there once were")
    given = arguments.parse_args()
    print(section(given.counts, given.runs, given.apart))


if __name__ == "__main__":
    main()
