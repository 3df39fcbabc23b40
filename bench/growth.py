"""Does the size of the archive show in a run that has nothing to do?

    python -m bench.growth [--articles 1000000] [--runs 5]

An archive of the bundled saved site is crawled; a copy of it gets a million articles in its catalog,
with all that a crawl would have entered about each. Then idle runs of both take turns, as whole
processes: the list is read, and nothing is new.
"""

import argparse
import hashlib
import shutil
import sqlite3
import statistics
import tempfile
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.crawl import Run, idle
from bench.sections import put_section
from crawler.times import iso

SITE = Path("tests/fixtures/site")
_FIRST = datetime(2015, 1, 1, tzinfo=UTC)
_BANDS = 10


def grow(catalog: Path, count: int) -> None:
    """Enters `count` articles: each archived, listed in one channel, of one revision, under two URLs."""
    with closing(sqlite3.connect(catalog)) as connection:
        connection.execute("PRAGMA synchronous=OFF")
        for table, columns, rows in _tables(count):
            marks = ", ".join("?" for _ in columns.split(","))
            connection.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", rows)
            connection.commit()
        connection.execute("DELETE FROM unindexed")  # there are no posts that an idle run could index
        connection.commit()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _tables(count: int) -> Iterator[tuple[str, str, Iterator[tuple[object, ...]]]]:
    numbers = range(count)
    yield (
        "articles",
        "doc_id, url, title, date, modified_at, path, content_hash, file_hash, layout, extractor, media, image, "
        "keywords, stocks, channels, revision, archived_at, next_check_at, checks, failed_checks",
        (
            (_doc_id(n), _url(n), f"第{n}号新闻", _day(n), _day(n), f"posts/{_day(n)[:10]}/{_doc_id(n)}.md", _hash(n),
             _hash(n), "article-2017", "1", "新浪财经", None, "[]", "[]", '["1686"]', 1, _day(n), None, 5, 0)
            for n in numbers
        ),
    )  # fmt: skip
    yield "aliases", "url, doc_id", ((f"{_url(n)}{end}", _doc_id(n)) for n in numbers for end in ("", "?a=1"))
    yield (
        "revisions",
        "doc_id, number, seen_at, title, content_hash, capture_file, capture_offset, capture_length",
        ((_doc_id(n), 1, _day(n), f"第{n}号新闻", _hash(n), "a.warc.gz", n * 9000, 9000) for n in numbers),
    )
    yield "bands", "band, hash, doc_id", ((b, _hash(n)[:16], _doc_id(n)) for b in range(_BANDS) for n in numbers)
    yield (
        "entries",
        "doc_id, url, title, created_at, modified_at, day, state, attempts, listed_at, media, keywords, channels",
        (
            (_doc_id(n), _url(n), f"第{n}号新闻", _day(n), _day(n), _day(n)[:10], "archived", 0, _day(n), "新浪财经",
             "[]", '["1686"]')
            for n in numbers
        ),
    )  # fmt: skip
    yield "listed", "channel, doc_id, at", (("1686", _doc_id(n), _day(n)) for n in numbers)


def _doc_id(number: int) -> str:
    return f"grown{number:08}"


def _url(number: int) -> str:
    return f"https://finance.sina.com.cn/roll/{_day(number)[:10]}/doc-i{_doc_id(number)}.shtml"


def _day(number: int) -> str:
    return iso(_FIRST + timedelta(minutes=4 * number))


def _hash(number: int) -> str:
    return hashlib.sha256(str(number).encode()).hexdigest()


def measure(articles: int, runs: int, folder: Path) -> tuple[list[Run], list[Run], float]:
    """Idle runs of the small archive and of the grown one, in turn, and the grown catalog's size in MiB."""
    small, grown = folder / "small", folder / "grown"
    for _ in range(2):  # the second run learns that nothing is new
        idle(SITE, small)
    shutil.copytree(small, grown)
    grow(grown / "catalog.db", articles)
    idle(SITE, grown)  # the system has read the file once
    pairs = [(idle(SITE, small), idle(SITE, grown)) for _ in range(runs)]
    size = (grown / "catalog.db").stat().st_size / 2**20
    return [small for small, _ in pairs], [grown for _, grown in pairs], size


def report(small: list[Run], grown: list[Run], articles: int, size: float) -> str:
    """The section of RESULTS.md."""
    rows = []
    for name, runs in (("the archive of the bundled site", small), (f"the same with {articles:,} more", grown)):
        seconds = statistics.median(run.seconds for run in runs)
        cpu, peak = statistics.median(run.cpu for run in runs), statistics.median(run.peak for run in runs)
        rows.append(f"| {name} | {seconds:.2f} | {cpu:.2f} | {peak:.0f} |")
    times = [statistics.median(run.seconds for run in runs) for runs in (small, grown)]
    peaks = [statistics.median(run.peak for run in runs) for runs in (small, grown)]
    time, memory = times[1] / times[0], peaks[1] / peaks[0]
    head = "| an idle run of | seconds | processor seconds | peak memory, MiB |\n| --- | ---: | ---: | ---: |\n"
    return (
        f"## Growth\nAn idle run reads the list and finds nothing new; the grown catalog has {size:,.0f} MiB.\n"
        f"Medians of {len(small)} runs in turn.\n\n{head}" + "\n".join(rows) + "\n\n"
        f"The large archive takes {time:.2f} times the time and {memory:.2f} times the memory."
    )


def main() -> None:
    """The command line."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--articles", type=int, default=1_000_000)
    arguments.add_argument("--runs", type=int, default=5)
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        small, grown, size = measure(given.articles, given.runs, Path(scratch))
    put_section(report(small, grown, given.articles, size))


if __name__ == "__main__":
    main()
