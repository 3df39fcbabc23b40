"""Commands on a folder that is no archive, as after a slip in ARCHIVE_DIR, say so and make nothing."""

import shutil
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from tests.conftest import Crawled
from tests.support.crawling import ROOT
from tests.support.forked_scrapy import scrapy

READING = ["coverage", "coverage --json", "coverage --revisions", "coverage --html status.html", "export",
           "export --output all.jsonl", "search 税", "savepage --list"]  # fmt: skip
MENDING = ["verify", "verify --json", "verify --repair", "rebuild", "rebuild --dry-run", "rebuild --since 2024-03-01"]


def call(words: str, archive: Path, cwd: Path = ROOT) -> CompletedProcess[str]:
    """A command, in the folder `cwd`."""
    return scrapy(*words.split(), "-s", f"ARCHIVE_DIR={archive}", cwd=cwd)


@pytest.mark.parametrize("words", [*READING, *MENDING])
def test_it_is_said_in_one_line_with_the_path_and_nothing_is_made(tmp_path: Path, words: str) -> None:
    done = call(words, tmp_path / "archiv/e", cwd=tmp_path)
    said = "set ARCHIVE_DIR to where it is, or begin one with `scrapy crawl sina_finance`"
    assert done.stderr == f"there is no archive in {tmp_path / 'archiv/e'}: {said}\n"
    assert (done.returncode, done.stdout) == (1, "")
    assert list(tmp_path.iterdir()) == []


def test_the_spider_for_images_says_it_in_its_log(tmp_path: Path) -> None:
    done = call("crawl sina_images", tmp_path / "archiv", cwd=tmp_path)
    assert done.returncode == 1
    assert f"ERROR: not started: there is no archive in {tmp_path / 'archiv'}: set" in done.stderr.splitlines()[-1]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("words", ["coverage", "export", "search 税", "savepage --list", "crawl sina_images"])
def test_one_that_has_lost_its_catalog_is_told_to_be_rebuilt(crawled: Crawled, tmp_path: Path, words: str) -> None:
    shutil.copytree(crawled.archive / "posts", tmp_path / "archive/posts")
    done = call(words, tmp_path / "archive")
    assert done.returncode == 1
    said = f"the archive in {tmp_path}/archive has lost its catalog {tmp_path}/archive/catalog.db: `scrapy rebuild`"
    assert said in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr
    assert [path.name for path in (tmp_path / "archive").iterdir()] == ["posts"]


@pytest.mark.parametrize("words", [*READING[:1], *READING[4:], "verify", "rebuild"])
def test_a_catalog_that_cannot_be_opened_is_said_without_a_traceback(tmp_path: Path, words: str) -> None:
    (tmp_path / "catalog.db").write_bytes(b"no database" * 1000)
    done = call(words, tmp_path)
    assert done.returncode == 1
    assert "file is not a database" in done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert (tmp_path / "catalog.db").read_bytes() == b"no database" * 1000


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ("coverage --channel abc", "unknown channel 'abc'; known are: 1686 国内滚动, 1687"),
        ("coverage --channel 1686,1687", "one channel is wanted, not '1686,1687'"),
        ("coverage --since 2024-13-01", "argument --since: YYYY-MM-DD, today or yesterday is wanted, not '2024-13-01'"),
        *((f"{words} --since 2024-03-05 --until 2024-03-04", "--since 2024-03-05 is later than --until 2024-03-04")
          for words in ("coverage", "coverage --fill", "export", "search 税", "rebuild", "rebuild --dry-run")),
        ("export -s ARCHIVE_IMAGES=lokal", "ARCHIVE_IMAGES: remote or local is wanted, not 'lokal'"),
        ("verify -s ARCHIVE_LOOK_AGAIN_AFTER=1w", "ARCHIVE_LOOK_AGAIN_AFTER: not a distance in time: '1w'"),
        ("coverage --fill -s ARCHIVE_BACKFIL_ORDER=oldest", "ARCHIVE_BACKFIL_ORDER (did you mean ARCHIVE_BACKFILL_O"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_with_status_2_before_anything_is_made(
    tmp_path: Path, words: str, complaint: str
) -> None:
    done = call(words, tmp_path / "archive")
    assert (done.returncode, done.stdout) == (2, "")
    assert complaint in done.stderr.splitlines()[-1]
    assert list(tmp_path.iterdir()) == []


def test_a_channel_may_be_given_by_its_name(crawled: Crawled) -> None:
    by_number, by_name = (call(f"coverage --channel {name}", crawled.archive) for name in ("1687", "宏观经济"))
    assert by_number.stdout == by_name.stdout != ""
