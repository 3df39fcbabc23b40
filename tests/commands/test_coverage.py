"""`scrapy coverage`: the status page is written whole or not at all, and completeness is said in words and figures."""

import json
from pathlib import Path
from subprocess import CompletedProcess
from urllib.parse import unquote

from lxml import html

from tests.conftest import Crawled
from tests.support.forked_scrapy import scrapy


def coverage(archive: Path, *arguments: str) -> CompletedProcess[str]:
    return scrapy("coverage", "-s", f"ARCHIVE_DIR={archive}", *arguments)


def test_the_page_is_written_and_the_status_is_that_of_coverage(crawled: Crawled, tmp_path: Path) -> None:
    path = tmp_path / "a/status.html"
    done = coverage(crawled.archive, "--html", str(path))
    assert (done.stdout, done.stderr) == (f"written: {path}\n", "")
    assert done.returncode == coverage(crawled.archive).returncode
    assert "新浪财经存档" in path.read_text(encoding="utf-8")
    assert [one.name for one in path.parent.iterdir()] == ["status.html"]


def test_its_links_lead_to_posts_and_reports_wherever_it_stands(crawled: Crawled, tmp_path: Path) -> None:
    for path in (tmp_path / "a b/status.html", crawled.archive / "status.html"):
        coverage(crawled.archive, "--html", str(path))
        links = html.fromstring(path.read_text(encoding="utf-8")).xpath("//main//a/@href")
        files = [path.parent / unquote(link) for link in links if not link.startswith(("https://", "http://", "#"))]
        assert {file.parent.name for file in files} > {"reports"}
        assert all(file.is_file() for file in files)
    path.unlink()


def test_a_page_that_cannot_be_written_is_said(crawled: Crawled, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = coverage(crawled.archive, "--html", str(tmp_path / "file/status.html"))
    assert done.returncode == 1
    assert done.stdout.startswith("not written: ")
    assert "Traceback" not in done.stderr


def test_completeness_is_said_per_channel_and_month(crawled: Crawled) -> None:
    done = coverage(crawled.archive, "--completeness", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    rows = {(row["channel"], row["month"]): row for row in json.loads(done.stdout)}
    row = rows["1686", "2024-03"]
    assert row["known"] > row["seen"]["roll"]
    assert row["shared"]["roll+columns"] > 0
    assert (row["kind"], row["reason"], row["unseen"]) == ("cannot_say", "dependent", None)
    table = coverage(crawled.archive, "--completeness").stdout
    assert "can't be said: dependent" in table
    assert all(month in table for _, month in rows)


def test_the_days_of_one_second_witness_are_shown_by_its_name(crawled: Crawled) -> None:
    done = coverage(crawled.archive, "--channel", "column:56598", "--json")
    days = json.loads(done.stdout)["days"]
    assert {day["channel"] for day in days} == {"column:56598"}
    assert "column" in {day["complete_by"] for day in days}
