"""``scrapy export`` as a person calls it, in a process of its own."""

import subprocess
import sys
from pathlib import Path

from tests.support.crawling import ROOT, environment


def export(archive: Path, *arguments: str, **changes: str) -> subprocess.CompletedProcess[str]:
    """Of an archive, with settings as variables of the environment; its output is text."""
    return subprocess.run(
        [sys.executable, "-m", "scrapy", "export", "-s", f"ARCHIVE_DIR={archive}", *arguments],
        cwd=ROOT, env=environment(**changes), capture_output=True, text=True, timeout=60,
    )  # fmt: skip
