"""What a person sees of a run."""

import logging
import os
import pty
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from scrapy.crawler import Crawler

from crawler.extensions.progress import Progress
from tests.conftest import Crawled
from tests.support.crawling import ROOT, command, environment

STATS = {
    "archive/listing/pages": 3,
    "archive/listing/entries": 26,
    "archive/listing/html": 1,
    "archive/fetch/pages": 21,
    "archive/fetch/http_404": 2,
    "archive/layout/unknown": 1,
    "archive/refuse/gone": 1,
    "archive/require_fields/no_date": 1,
    "archive/skip/live": 4,
    "archive/skip/archived": 3,
    "archive/drop_duplicates/in_run": 1,
    "archive/extract_body/timeout": 1,
    "archive/extract_body/kept_isolated_body": 5,
    "archive/extract_body/searched": 1,
    "archive/write_markdown/failed": 1,
    "archive/write_markdown/written": 12,
    "archive/record_article/archived": 12,
    "archive/record_article/revised": 2,
    "downloader/request_count": 24,
}


def test_every_article_is_counted_in_one_column(crawler: Crawler) -> None:
    assert crawler.stats
    crawler.stats.set_stats(dict(STATS))
    assert Progress.from_crawler(crawler).counts() == {
        "listed": 26,
        "fetched": 21,
        "archived": 12,
        "revised": 2,
        "skipped": 8,
        "refused": 2,
        "failed": 5,
    }


def test_pages_and_lists_that_failed_alike_add_up(crawler: Crawler) -> None:
    assert crawler.stats
    crawler.stats.set_stats({"archive/fetch/http_503": 2, "archive/listing/http_503": 1})
    assert Progress.from_crawler(crawler).counts()["failed"] == 3


def test_an_empty_run_has_only_zeros(crawler: Crawler) -> None:
    assert set(Progress.from_crawler(crawler).counts().values()) == {0}


def test_without_a_terminal_the_end_is_one_plain_log_line(crawler: Crawler, caplog: pytest.LogCaptureFixture) -> None:
    assert crawler.stats
    crawler.stats.set_stats(dict(STATS))
    progress = Progress.from_crawler(crawler)
    progress.spider_opened()
    with caplog.at_level(logging.INFO):
        progress.spider_closed("finished")
    assert caplog.messages == [
        "finished: 12 new (26 listed, 21 fetched, 12 archived, 2 revised, 8 skipped, 2 refused, 5 failed); "
        f"posts are in {crawler.settings['ARCHIVE_DIR']}/posts"
    ]


def watched(archive: Path, *arguments: str) -> list[str]:
    """The lines that a crawl of the bundled site shows in a terminal of 80 columns, without colours."""
    screen, terminal = pty.openpty()
    usual = environment(COLUMNS="80", LINES="40", TERM="xterm")
    words = command(archive, *arguments)
    with subprocess.Popen(words, cwd=ROOT, env=usual, stdout=subprocess.DEVNULL, stderr=terminal) as process:
        os.close(terminal)
        shown = everything(screen)
    assert process.returncode == 0
    return re.split(r"[\r\n]+", re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", shown))


def test_in_a_terminal_there_is_a_live_line_and_at_the_end_a_table(crawled: Crawled, tmp_path: Path) -> None:
    lines = watched(Path(shutil.copytree(crawled.archive, tmp_path / "archive")))
    shown = "\n".join(lines)
    live = [line for line in lines if "pages/s" in line]
    assert live
    assert max(map(len, live)) <= 80
    assert "posts are in" in "".join(lines[-4:]), "the table is the last that is seen"
    assert "Dumping Scrapy stats" not in shown
    assert "Enabled" not in shown
    assert not [line for line in lines if "WARNING" in line and "no article" not in line]
    assert "sina_finance: ok, 0 new" in shown
    assert "posts are in" in shown
    for row in ("listed", "fetched", "archived", "skipped", "refused", "failed"):
        assert row in shown
    assert "Traceback" not in shown


def test_the_stats_are_shown_where_they_are_wanted(tmp_path: Path) -> None:
    assert any("Dumping Scrapy stats" in line for line in watched(tmp_path, "-a", "max_pages=1", "-s", "STATS_DUMP=1"))


def test_of_images_the_table_counts_those(crawler: Crawler) -> None:
    assert crawler.stats
    crawler.stats.set_stats({f"archive/keep_images/{name}": 2 for name in ("known", "kept", "other_host", "http_404")})
    progress = Progress("sina_images", crawler.stats, "archive", terminal=False)
    assert progress.counts() == {"known": 2, "kept": 2, "other_host": 2, "failed": 2}


def everything(screen: int) -> str:
    """All that is written to the terminal until it is closed."""
    parts = []
    try:
        while part := os.read(screen, 65536):
            parts.append(part)
    except OSError:  # Linux says so at the end
        pass
    os.close(screen)
    return b"".join(parts).decode(errors="replace")
