"""A command whose caller closed a stream works, and what it says of its work is not among the data."""

import subprocess
import sys

import pytest

from tests.support.crawling import ROOT, environment

PROGRAM = "import crawler.commands, sys; print('data'); print('said', file=sys.stderr); sys.stdout.flush()"


@pytest.mark.parametrize(
    ("closed", "out", "err"),
    [("2>&-", "data\n", ""), (">&-", "", "said\n"), ("<&- >&- 2>&-", "", ""), ("", "data\n", "said\n")],
)
def test_a_closed_stream_leads_nowhere(closed: str, out: str, err: str) -> None:
    words = ["sh", "-c", f'exec "$@" {closed}', "sh", sys.executable, "-c", PROGRAM]
    done = subprocess.run(words, cwd=ROOT, env=environment(), capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (0, out, err)
