"""`scrapy export` writes a whole file or none, and says what is in it."""

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Crawled
from tests.support.catalogs import open_archive
from tests.support.crawling import ROOT, SCRAPY, environment
from tests.support.exporting import export
from tests.support.feeds import atom, json_feed


def test_jsonl_goes_to_standard_output_or_to_a_file(crawled: Crawled, tmp_path: Path) -> None:
    shown, written = export(crawled.archive), export(crawled.archive, "--output", str(tmp_path / "a/b.jsonl"))
    count = len(list((crawled.archive / "posts").rglob("*.md")))
    assert (shown.returncode, shown.stderr) == (0, f"{count} rows\n")
    assert (written.returncode, written.stdout) == (0, "")
    assert (tmp_path / "a/b.jsonl").read_text(encoding="utf-8") == shown.stdout
    rows = [json.loads(line) for line in shown.stdout.splitlines()]
    assert [row["date"] for row in rows] == sorted(row["date"] for row in rows)
    assert all(row["text"] and not row["is_edited"] for row in rows)
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["b.jsonl"]


@pytest.mark.parametrize(("name", "read"), [("feed.xml", atom), ("feed.json", json_feed)])
def test_a_feed_is_named_by_its_ending_and_has_the_newest(
    crawled: Crawled, tmp_path: Path, name: str, read: Callable[[Path], Any]
) -> None:
    done = export(crawled.archive, "--newest", "3", "--output", str(tmp_path / name))
    assert (done.returncode, done.stderr) == (0, "3 entries\n")
    rows = [json.loads(line) for line in export(crawled.archive).stdout.splitlines()]
    entries = read(tmp_path / name)["entries" if read is atom else "items"]
    assert [entry["title"] for entry in entries] == [row["title"] for row in reversed(rows[-3:])]


def test_a_feed_without_edits_is_one(crawled: Crawled) -> None:
    done = export(crawled.archive, "--format", "atom", "--edits")
    assert (done.returncode, done.stderr) == (0, "nothing in the window: the export has no entries\n")
    assert atom(done.stdout.encode()).entries == []


@pytest.mark.parametrize("kind", ["jsonl", "parquet"])
def test_a_window_without_articles_is_a_file_without_rows(crawled: Crawled, tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"empty.{kind}"
    done = export(
        crawled.archive, "--format", kind, "--since", "1999-01-01", "--until", "1999-12-31", "--output", str(path)
    )
    assert (done.returncode, done.stderr) == (0, "nothing in the window: the export has no rows\n")
    assert path.exists()


def test_a_text_that_cannot_be_had_is_named_and_is_status_1(crawled: Crawled, tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    shutil.copytree(crawled.archive, archive)
    (archive / "posts/2024/03/05/namrkwx3817264.md").unlink()
    done = export(archive, "--output", str(tmp_path / "all.jsonl"))
    assert done.returncode == 1
    assert "without text: revision 1 of posts/2024/03/05/namrkwx3817264.md" in done.stderr
    assert "namrkwx3817264" in (tmp_path / "all.jsonl").read_text(encoding="utf-8")


def test_a_file_that_cannot_be_written_leaves_what_was_there(crawled: Crawled, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    done = export(crawled.archive, "--output", str(tmp_path / "folder"))
    assert done.returncode == 1
    assert done.stderr.startswith("not exported: ")
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]


def test_parquet_without_pyarrow_says_what_to_install_and_leaves_nothing(crawled: Crawled, tmp_path: Path) -> None:
    (tmp_path / "pyarrow.py").write_text("raise ImportError")
    path = tmp_path / "out.parquet"
    words = [*SCRAPY, "export", "-s", f"ARCHIVE_DIR={crawled.archive}", "--format", "parquet", "--output", str(path)]
    ours = environment(PYTHONPATH=f"{tmp_path}:{ROOT}")
    done = subprocess.run(words, cwd=ROOT, env=ours, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (1, "not exported: Parquet needs pyarrow: pip install pyarrow\n")
    assert not path.exists()


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("--format", "parquet"), "--format parquet wants --output FILE"),
        (("--as-of", "2024-13-01"), "--as-of: YYYY-MM-DD or YYYY-MM-DDTHH:MM is wanted, not '2024-13-01'"),
        (("all",), "'all' is too much: options only are taken"),
        (("--edits",), "--edits is for a feed: --format atom or jsonfeed"),
        (("--newest", "3", "--output", "a.parquet"), "--newest is for a feed: --format atom or jsonfeed"),
        (("--format", "atom", "--newest", "0"), "--newest wants a number from 1 on"),
        (("--partition", "month"), "--format parquet wants --output FILE"),
        (
            ("--partition", "month", "--format", "jsonl", "--output", "a"),
            "--partition is for --format parquet, not jsonl",
        ),
        (("--partition", "month", "--format", "csv", "--output", "a"), "invalid choice: 'csv'"),
        (("--partition", "month", "--output", "setup.py"), "--partition wants a folder, and setup.py is a file"),
        (
            ("--partition", "month", "--output", "docs"),
            "docs/architecture.md: not of a data set that",
        ),
        (("--partition", "month", "--since", "2030-01-01", "--output", "a"), "a data set has a row at least"),
        (("--format", "jsonfeed", "--revisions"), "--revisions is for rows; of jsonfeed it is --edits"),
    ],
    ids=[
        "no file",
        "day",
        "argument",
        "edits",
        "newest of rows",
        "newest",
        "months to nowhere",
        "months of lines",
        "months of csv",
        "months in a file",
        "months among others",
        "no month",
        "revisions",
    ],
)
def test_what_is_no_export_is_refused_with_status_2(crawled: Crawled, arguments: tuple[str, ...], why: str) -> None:
    done = export(crawled.archive, *arguments)
    assert done.returncode == 2
    assert why in done.stdout + done.stderr
    assert not (ROOT / "a").exists()


def test_a_data_set_is_written_once_and_then_only_what_changed(crawled: Crawled, tmp_path: Path) -> None:
    folder = tmp_path / "news"
    done = export(crawled.archive, "--partition", "month", "--output", str(folder))
    months, count = len(list((folder / "data").iterdir())), len(list((crawled.archive / "posts").rglob("*.md")))
    assert (done.returncode, done.stderr) == (0, f"{count} rows in {months} months; written: {months + 1} files\n")
    done = export(crawled.archive, "--partition", "month", "--output", str(folder))
    assert done.stderr == f"{count} rows in {months} months; written: nothing, all is as it was\n"
    assert "| 国内滚动 (1686) |" in (folder / "README.md").read_text(encoding="utf-8")


def test_an_empty_archive_is_no_data_set(tmp_path: Path) -> None:
    open_archive(tmp_path / "archive").close()
    done = export(tmp_path / "archive", "--partition", "month", "--output", str(tmp_path / "news"))
    assert done.returncode == 2
    assert "nothing in the window: a data set has a row at least" in done.stdout + done.stderr
    assert not (tmp_path / "news").exists()
