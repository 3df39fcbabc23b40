"""`scrapy coverage --html` writes the status page whole or not at all."""

import subprocess
import sys
from pathlib import Path

from tests.conftest import Crawled
from tests.support.crawling import ROOT, environment


def coverage(archive: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "scrapy", "coverage", "-s", f"ARCHIVE_DIR={archive}", *arguments],
        cwd=ROOT, env=environment(), capture_output=True, text=True, timeout=60,
    )  # fmt: skip


def test_the_page_is_written_and_the_status_is_that_of_coverage(crawled: Crawled, tmp_path: Path) -> None:
    path = tmp_path / "a/status.html"
    done = coverage(crawled.archive, "--html", str(path))
    assert (done.stdout, done.stderr) == (f"written: {path}\n", "")
    assert done.returncode == coverage(crawled.archive).returncode
    assert "新浪财经存档" in path.read_text(encoding="utf-8")
    assert [one.name for one in path.parent.iterdir()] == ["status.html"]


def test_a_page_that_cannot_be_written_is_said(crawled: Crawled, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = coverage(crawled.archive, "--html", str(tmp_path / "file/status.html"))
    assert done.returncode == 1
    assert done.stdout.startswith("not written: ")
    assert "Traceback" not in done.stderr
