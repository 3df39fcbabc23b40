"""Runs the crawl as a person does: ``scrapy crawl sina_finance`` in a process of its own, on the bundled saved site."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FIXTURES = ROOT / "tests/fixtures"
SITE = FIXTURES / "site"
EXPECTED = FIXTURES / "expected"
OFFLINE = ROOT / "tests/offline"  # its sitecustomize.py forbids the network
LONGEST = 120  # seconds a crawl of the bundled site may take; it takes three

SCRAPY = [sys.executable, "-m", "scrapy"]  # in a process of its own

# Batches they lead to every page of the bundled site.
RUNS: tuple[tuple[str, ...], ...] = ((), ("-a", "channels=1687"), ("-a", f"urls={FIXTURES / 'urls.txt'}"))


def words(archive: Path, *arguments: str, site: Path = SITE) -> list[str]:
    """Those of ``scrapy`` that let it crawl `site` into `archive`."""
    settings = ["-s", f"ARCHIVE_REPLAY_FROM={site}", "-s", f"ARCHIVE_DIR={archive}"]
    return ["crawl", "sina_finance", *settings, *arguments]


def command(archive: Path, *arguments: str, site: Path = SITE) -> list[str]:
    """The command with them, for a process of its own."""
    return [*SCRAPY, *words(archive, *arguments, site=site)]


def environment(**changes: str) -> dict[str, str]:
    """The tests' own environment without settings of the archive's, and with `changes`."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(("ARCHIVE_", "SCRAPY_"))}
    return own | {"PYTHONPATH": str(ROOT)} | changes


def crawl(
    archive: Path, *arguments: str, site: Path = SITE, cwd: Path = ROOT, **changes: str
) -> subprocess.CompletedProcess[str]:
    """One crawl to its end; its output is text."""
    return subprocess.run(
        command(archive, *arguments, site=site),
        cwd=cwd,
        env=environment(**changes),
        capture_output=True,
        text=True,
        timeout=LONGEST,
    )


def posts(archive: Path) -> dict[str, bytes]:
    """Every file below ``posts/`` by its path: temporary files would be seen too."""
    root = archive / "posts"
    return {str(path.relative_to(root)): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}
