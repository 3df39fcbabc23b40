"""What a run that finds nothing new does not load: start-up is nearly all that it does, every ten minutes."""

import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from tests.conftest import Crawled
from tests.support.crawling import LONGEST, ROOT, environment, words

_NOT_NEEDED = {
    "aiohttp", "datasketch", "frontmatter", "numpy", "pebble", "requests", "rich", "scipy", "tldextract", "trafilatura",
    "yaml",
}  # fmt: skip
_LISTED = """
import atexit, sys
from tests.support.loaded import loaded
atexit.register(lambda: print("loaded:", *sorted(loaded())))
from scrapy.cmdline import execute
execute(["scrapy", *sys.argv[1:]])
"""


def test_a_run_that_finds_nothing_new_loads_only_what_it_uses(crawled: Crawled, tmp_path: Path) -> None:
    archive = shutil.copytree(crawled.archive, tmp_path / "archive")
    with closing(sqlite3.connect(archive / "catalog.db")) as catalog, catalog:  # whenever the tests come to this one
        catalog.execute("UPDATE entries SET next_try_at = NULL")
        catalog.execute("UPDATE articles SET next_check_at = NULL")
    run = subprocess.run(
        [sys.executable, "-c", _LISTED, *words(archive)],
        cwd=ROOT, env=environment(), capture_output=True, text=True, timeout=LONGEST,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    loaded = set(run.stdout.partition("loaded:")[2].split())
    assert {"scrapy", "sqlalchemy"} <= loaded
    assert loaded & _NOT_NEEDED == set(), "import it in the function that uses it"
