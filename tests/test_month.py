"""Ten days of the simulated year of bench/year.py; the whole of it takes minutes."""

import subprocess
import sys

from tests.support.crawling import ROOT, environment


def test_after_ten_days_nothing_is_missing_but_what_was_planted() -> None:
    command = [sys.executable, "-m", "bench.year", "--days", "10"]
    done = subprocess.run(command, cwd=ROOT, env=environment(), capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert "nothing is missing but what was planted" in done.stdout
    planted = done.stdout.split("planted:")[1].split("done:")[0]
    for what in (
        "edits",
        "deletions",
        "late arrivals",
        "pages that never come",
        "days without a list",
        "short answers",
    ):
        assert what in planted
