"""What other systems lack or refuse: Windows has no flock, and takes not every name for a file."""

import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.conftest import Crawled
from tests.support.crawling import ROOT, SITE, environment

# https://learn.microsoft.com/windows/win32/fileio/naming-a-file
RESERVED = re.compile(r"(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?:\..*)?", re.I)
REFUSED = re.compile(r'[<>:"\\|?*\x00-\x1f]|[ .]$')
LONGEST = 180  # characters of a path, so that a folder before it fits into 260
# Python as Windows has it, as far as it concerns us; Twisted knows Windows by another sign, and keeps what it has.
BEGIN = """
import multiprocessing.context, os, signal, sys
import twisted.internet.fdesc, twisted.internet.process
sys.modules["fcntl"] = None
del multiprocessing.context.ForkServerContext, signal.pthread_sigmask, os.setpgid, os.O_NOFOLLOW
from crawler.__main__ import main
sys.argv = ["sina-archive", *sys.argv[1:]]
main()
"""


def call(archive: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", BEGIN, *words, "-s", f"ARCHIVE_DIR={archive}"]
    return subprocess.run(command, cwd=ROOT, env=environment(), capture_output=True, text=True, timeout=120)


def tracked() -> list[str]:
    """The files in git, or where there is no git all of them."""
    listing = ["git", "-c", "core.quotePath=false", "ls-files", "-z"]
    done = subprocess.run(listing, cwd=ROOT, capture_output=True, timeout=60)
    if done.returncode == 0 and done.stdout:
        return done.stdout.decode().strip("\0").split("\0")
    folders = ("crawler", "pipelines", "tests", "docs", "deploy", "bench")
    return [path.relative_to(ROOT).as_posix() for name in folders for path in (ROOT / name).rglob("*")]


def test_every_file_has_a_name_that_every_system_takes() -> None:
    paths = tracked()
    assert len(paths) > 100
    refused = [path for path in paths for name in path.split("/") if REFUSED.search(name) or RESERVED.fullmatch(name)]
    assert not refused, f"Windows refuses these names: {refused}"
    long = [path for path in paths if len(path) > LONGEST]
    assert not long, f"too long for Windows: {long}"


def test_no_two_names_differ_in_case_alone() -> None:
    names = {
        path[: found.start()] if found else path for path in tracked() for found in [None, *re.finditer("/", path)]
    }
    twins = [name for name, count in Counter(name.casefold() for name in names).items() if count > 1]
    assert not twins, f"one file on Windows and macOS: {twins}"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("crawl", "-h"), "Arguments of sina_finance"),
        (("search", "专精特新"), "专精特新"),
        (("coverage", "--json"), '"days"'),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else "",
)
def test_what_reads_works_without_locks(crawled: Crawled, words: tuple[str, ...], said: str) -> None:
    done = call(crawled.archive, *words)
    assert "Traceback" not in done.stderr
    assert said in done.stdout


def test_what_writes_says_in_a_line_why_it_does_not(tmp_path: Path) -> None:
    done = call(tmp_path / "archive", "crawl", "sina_finance", "-s", f"ARCHIVE_REPLAY_FROM={SITE}")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    said = "not started: this system can't lock files, so no archive is written: run it on Linux, macOS or in WSL"
    assert done.stderr.strip().splitlines()[-1].endswith(said)
