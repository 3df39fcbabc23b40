"""``python -m tests.support.make_expected``: writes tests/fixtures/expected anew; the diff is what a reviewer reads."""

import shutil
import sys
import tempfile
from pathlib import Path

from tests.support.crawling import EXPECTED, RUNS, crawl, posts


def main() -> int:
    """1, and nothing changed, if a crawl fails."""
    with tempfile.TemporaryDirectory() as folder:
        archive = Path(folder) / "archive"
        for arguments in RUNS:
            run = crawl(archive, *arguments)
            if run.returncode:
                sys.stderr.write(run.stderr)
                return 1
        shutil.rmtree(EXPECTED, ignore_errors=True)
        shutil.copytree(archive / "posts", EXPECTED / "posts")
    sys.stdout.write(f"{len(posts(EXPECTED))} posts in {EXPECTED}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
