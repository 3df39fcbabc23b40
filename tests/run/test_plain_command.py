"""What a command prints goes to any reader, and into a console of any encoding."""

import subprocess
import sys

from tests.conftest import Crawled
from tests.support.crawling import ROOT, environment


def scrapy(crawled: Crawled, *words: str, **changes: str) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "scrapy", *words, "-s", f"ARCHIVE_DIR={crawled.archive}"]
    ours = environment(**changes)
    return subprocess.Popen(command, cwd=ROOT, env=ours, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def test_a_reader_that_stops_reading_is_no_error(crawled: Crawled) -> None:
    with scrapy(crawled, "export") as process:
        assert process.stdout and process.stderr
        process.stdout.close()
        assert b"Traceback" not in process.stderr.read()
        assert b"rror" not in process.stderr.read()


def test_a_console_that_lacks_a_character_shows_its_number(crawled: Crawled) -> None:
    with scrapy(crawled, "search", "税", PYTHONIOENCODING="ascii") as process:
        out, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, b"")
    assert rb"\u7a0e" in out
