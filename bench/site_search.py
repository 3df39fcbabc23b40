"""The search of a static site over generated Chinese posts, in a browser; writes a section of bench/SEARCH.md.

    python -m bench.site_search [--articles 100000] [--folder FOLDER]

The posts are those of bench.search. Each search starts with an empty cache and ends with the first twenty articles,
with all there are, or where a reader is asked whether to go on.
"""

import argparse
import os
import resource
import tempfile
import time
from pathlib import Path
from urllib.parse import quote

from bench.search import FORM, QUERIES, articles, where
from bench.sections import SEARCH, put_section
from crawler.post.post import post_path
from crawler.search.site_index import Written, write_site_index
from tests.support.published_site import Site, opened_site

HEADING = "## On a static site"
ARRIVALS = 10  # posts
IS_DONE = "!['', '…'].includes(document.querySelector('[role=status]').textContent)"


def write_posts(root: Path, count: int, first: int = 0) -> str:
    """Those from number `first` on; and eight characters of the first of all."""
    phrase = ""
    for number, article in enumerate(articles(count)):
        phrase = phrase or article.markdown[:8]
        if number >= first:
            assert article.date
            path = root / post_path(article.doc_id, article.date)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(FORM.render(article), encoding="utf-8")
    return phrase


def described(written: Written, seconds: float, folder: Path, again: Written, again_seconds: float) -> str:
    """What the index takes, and what some more posts change of it."""
    files = [path.stat().st_size for path in folder.rglob("*") if path.is_file()]
    shards = [path.stat().st_size for path in folder.rglob("*.bin")]
    texts = sum(path.stat().st_size for path in folder.glob("*/texts/*"))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return (
        f"{written.posts:,} posts in {written.segments} parts: {len(files):,} files of {sum(files) / 1e6:.0f} MB,"
        f" of which texts {texts / 1e6:.0f} MB; the largest file of words has {max(shards):,} bytes."
        f" Made in {seconds:.0f} s of processor time and {memory:.0f} MB of memory."
        f" {ARRIVALS} posts more: {again_seconds:.0f} s, {again.files} files of {again.bytes / 1e6:.1f} MB anew."
    )


def measured(site: Site, typed: str) -> str:
    """A row of the table."""
    started = time.perf_counter()
    with site.opened(f"search/?q={quote(typed)}") as page:
        page.wait_for_function(
            "!['', '…'].includes(document.querySelector('[role=status]').textContent)", timeout=300_000
        )
        seconds = time.perf_counter() - started
        status = page.locator("[role=status]").inner_text()
        traffic = page.evaluate("import('./find.js').then(find => find.traffic)")
    return f"| {typed} | {traffic['requests']} | {traffic['bytes'] / 1e3:,.0f} | {seconds:.1f} | {status} |"


def main() -> None:
    """The command line."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--articles", type=int, default=100_000)
    arguments.add_argument("--folder", type=Path, help="kept; default: a temporary one")
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        root = given.folder or Path(scratch)
        put_section(section(root, given.articles), SEARCH)


def section(root: Path, count: int) -> str:
    """The chapter, with its heading."""
    phrase = write_posts(root, count)
    started = time.process_time()
    written = write_site_index(root / "posts", root / "site/search")
    seconds = time.process_time() - started
    write_posts(root, count + ARRIVALS, first=count)
    started = time.process_time()
    again = write_site_index(root / "posts", root / "site/search")
    index = described(written, seconds, root / "site/search", again, time.process_time() - started)
    with opened_site(root / "site") as site:
        rows = [measured(site, typed) for typed in (*QUERIES, phrase)]
    return "\n".join(
        [
            f"{HEADING}\n\nMade by `python -m bench.site_search`: {where()}, load {os.getloadavg()[0]:.0f}.\n",
            f"{index}\n",
            "| search | requests | kB | s | found |\n|---|--:|--:|--:|---|",
            *rows,
        ]
    )


if __name__ == "__main__":
    main()
