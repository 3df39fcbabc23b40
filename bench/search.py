"""Full-text search over an archive of generated Chinese articles; writes bench/SEARCH.md.

    python -m bench.search [--articles 100000] [--folder FOLDER]

The text is drawn from words made of the 3,755 most common characters, the frequent ones much more often;
phrases of known frequency are planted. A search is timed from the words to the first 20 articles with
their snippets, posts read from the disk, in one open catalog; each is repeated and the slowest counts, too.
"""

import argparse
import itertools
import os
import random
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

from bench.sections import SEARCH, put_section
from crawler.items import Article
from crawler.post.post import PostForm, post_path
from crawler.search.find import find
from crawler.search.query import Query
from crawler.search.text_index import TextIndex
from crawler.times import parse_time
from tests.support.catalogs import OpenCatalog

FIRST = datetime(2021, 1, 1, tzinfo=UTC)
STEP = timedelta(minutes=14)  # a hundred a day
PLANTED = {"国内经济": 2, "老旧小区": 50, "专精特新": 1_000, "罕见词组": 30_000}  # in one of so many articles
QUERIES = (
    "国内经济",
    "经济",
    "老旧小区",
    "老旧 小区",
    "专精特新 国内经济",
    "罕见词组",
    "没有这个",
    "的",
    "税",
    "GDP",
)
WINDOW = ("2021-07-01", "2021-07-31")
FORM = PostForm(("金融", "新浪财经"), "新浪财经", "https://n.sinaimg.cn/default.png", source_line=True)


def vocabulary(chance: random.Random) -> list[str]:
    """30,000 words of one to four characters."""
    rows = (bytes([high, low]) for high in range(0xB0, 0xD8) for low in range(0xA1, 0xFF))
    characters = [pair.decode("gb2312", "ignore") for pair in rows if pair < b"\xd7\xfa"]
    chance.shuffle(characters)
    characters.insert(0, "的")
    weights = list(itertools.accumulate(1 / (rank + 20) for rank in range(len(characters))))
    lengths = (1, 2, 2, 2, 2, 3, 4)
    return ["".join(chance.choices(characters, cum_weights=weights, k=chance.choice(lengths))) for _ in range(30_000)]


def articles(count: int, seed: int = 1) -> Iterator[Article]:
    """About a thousand characters each, the lengths spread as of news."""
    chance = random.Random(seed)
    known = vocabulary(chance)
    weights = list(itertools.accumulate(1 / (rank + 3) for rank in range(len(known))))
    for number in range(count):
        drawn = chance.choices(known, cum_weights=weights, k=max(60, int(chance.lognormvariate(6, 0.6))))
        drawn += [phrase for phrase, one_in in PLANTED.items() if number % one_in == 0]
        sentences = ["".join(drawn[at : at + 9]) + "，。。\n"[at // 9 % 4] for at in range(0, len(drawn), 9)]
        markdown = "".join(sentences).replace("\n", "\n\n") + f"GDP增长{number % 100}%"
        doc_id = f"bench{number:07d}"
        url = f"https://finance.sina.com.cn/roll/doc-i{doc_id}.shtml"
        yield Article(doc_id, url, "".join(drawn[:9]), FIRST + number * STEP, "", "bench", markdown=markdown)


def main() -> None:
    """The command line."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--articles", type=int, default=100_000)
    arguments.add_argument("--folder", type=Path, help="kept; default: a temporary one")
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        root = given.folder or Path(scratch)
        with OpenCatalog(f"sqlite:///{root / 'catalog.db'}") as catalog:
            if not catalog.count():
                archive(root, catalog, given.articles)
            index = TextIndex(catalog.engine, root)
            report = [described(root, catalog, index), *measured(root, catalog)]
    text = "\n".join(["# Full-text search", "", f"Made by `python -m bench.search`: {where()}.", "", *report])
    put_section(text, SEARCH)
    print(text)


def where() -> str:
    """The program and the machine."""
    return f"SQLite {sqlite3.sqlite_version}, {os.cpu_count()} cores"


def archive(root: Path, catalog: OpenCatalog, count: int) -> None:
    """Posts on the disk and rows in the catalog."""
    for number, article in enumerate(articles(count)):
        assert article.date
        article.path = str(post_path(article.doc_id, article.date))
        path = root / article.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(FORM.render(article), encoding="utf-8")
        article.content_hash = article.doc_id
        catalog.enter([article], article.date)
        if number % 10_000 == 0:
            print(number, "archived", flush=True)


def described(root: Path, catalog: OpenCatalog, index: TextIndex) -> str:
    """Indexes, and says what that takes."""
    behind, before, started = index.behind(), size(root), time.process_time()
    for _ in index.catch_up():
        pass
    with catalog.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    each = (time.process_time() - started) / (behind or 1)
    posts = sum(path.stat().st_size for path in (root / "posts").rglob("*.md"))
    return (
        f"{catalog.count():,} articles, posts of {posts / 1e6:.0f} MB. Indexed {behind:,} at {each * 1e6:.0f} µs of "
        f"processor time each; the catalog grew from {before / 1e6:.0f} to {size(root) / 1e6:.0f} MB."
    )


def size(root: Path) -> int:
    """Of the catalog, bytes."""
    return sum(path.stat().st_size for path in root.glob("catalog.db*"))


def measured(root: Path, catalog: OpenCatalog) -> list[str]:
    """A row of the table for each query, over all and in a window."""
    since, until = (parse_time("day", day, end) for day, end in zip(WINDOW, (False, True), strict=True))
    lines = ["", "| search | ms, median | slowest | found | in a month: ms | found |", "|---|--:|--:|--:|--:|--:|"]
    for words in QUERIES:
        query = Query.parse(words)
        cells = []
        for window in ((None, None), (since, until)):
            times = []
            for _ in range(10):
                started = time.perf_counter()
                hits = len(list(islice(find(catalog.engine, root, query, *window), 20)))
                times.append((time.perf_counter() - started) * 1000)
            cells.append((statistics.median(times), max(times), hits))
        (median, slowest, hits), (month, _, in_month) = cells
        lines.append(f"| {words} | {median:.1f} | {slowest:.1f} | {hits} | {month:.1f} | {in_month} |")
    return lines


if __name__ == "__main__":
    main()
