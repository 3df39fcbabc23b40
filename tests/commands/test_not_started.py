"""A crawl that cannot start says why in one line, the log's last, and fetches and makes nothing."""

from pathlib import Path
from subprocess import CompletedProcess

import pytest

from tests.support.crawling import SITE
from tests.support.forked_scrapy import scrapy


def crawl(folder: Path, *words: str, spider: str = "sina_finance", **changes: str) -> CompletedProcess[str]:
    """Into an archive that is not there yet."""
    settings = ("-s", f"ARCHIVE_DIR={folder / 'archive'}", "-s", f"ARCHIVE_REPLAY_FROM={SITE}")
    return scrapy("crawl", spider, *settings, *words, **changes)


def last_line(done: CompletedProcess[str]) -> str:
    assert "Traceback" not in done.stderr
    return done.stderr.splitlines()[-1].partition("ERROR: ")[2]


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ("-a chanels=1687", "unknown argument 'chanels' (did you mean channels?); known are: channels, since, until"),
        ("-a channels=abc", "unknown channel 'abc'; known are: 1686 国内滚动"),
        ("-a since=2024-03-05 -a until=2024-03-04", "since 2024-03-05 is not before until 2024-03-04"),
        ("-a since=2099-01-01", "since 2099-01-01 is not before until now"),
        ("-a since=2024-03-05 -a until=9999-12-31", "until: a time from 1998 to 2099 is wanted, not '9999-12-31'"),
        ("-a since=0001-01-01", "since: a time from 1998 to 2099 is wanted, not '0001-01-01'"),
        ("-a urls=list.txt -a since=2024-03-05 -a max_pages=2", "urls is given together with since, max_pages: a run"),
        ("-a until=2024-03-04", "until is given without since"),
        ("-a max_pages=0", "max_pages: a number from 1 on is wanted, not '0'"),
        ("-s ARCHIVE_BACKFILL_ORDER=random", "ARCHIVE_BACKFILL_ORDER: newest or oldest is wanted, not 'random'"),
        ("-s ARCHIVE_REPLAY_FROM=nowhere", "ARCHIVE_REPLAY_FROM: there is no file or folder nowhere"),
        ("-s ARCHIVE_IMGES=local", "there is no setting ARCHIVE_IMGES (did you mean ARCHIVE_IMAGES?)"),
    ],
)
def test_a_bad_argument_or_setting_is_status_2(tmp_path: Path, words: str, complaint: str) -> None:
    done = crawl(tmp_path, *words.split())
    assert done.returncode == 2
    assert last_line(done).startswith(f"not started: {complaint}")
    assert list(tmp_path.iterdir()) == []


def test_a_setting_of_the_environment_is_checked_too(tmp_path: Path) -> None:
    done = crawl(tmp_path, ARCHIVE_IMAGES="lokal", ARCHIVE_IMGES="local")
    assert last_line(done) == "not started: ARCHIVE_IMAGES: remote or local is wanted, not 'lokal'"


def test_a_variable_that_sets_nothing_is_warned_of(tmp_path: Path) -> None:
    done = crawl(tmp_path, "-a", "max_pages=1", ARCHIVE_IMGES="local")
    assert done.returncode == 0
    assert "WARNING: the environment's ARCHIVE_IMGES is no setting, and is ignored (did you mean ARC" in done.stderr


@pytest.mark.parametrize(
    ("spider", "words", "complaint"),
    [
        ("sina_finanse", "", "there is no spider 'sina_finanse' (did you mean sina_finance?); known are: sina_finance"),
        ("sina_images", "-a channels=1687", "unknown argument 'channels'; this spider takes none"),
    ],
)
def test_so_are_spiders(tmp_path: Path, spider: str, words: str, complaint: str) -> None:
    done = crawl(tmp_path, *words.split(), spider=spider)
    assert done.returncode == 2
    assert last_line(done).startswith(f"not started: {complaint}")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", ["", "# only a comment\n", "no address\nhttps://example.com/a.html\n"])
def test_a_file_of_urls_without_a_good_line_is_named(tmp_path: Path, content: str) -> None:
    urls = tmp_path / "urls.txt"
    urls.write_text(content)
    done = crawl(tmp_path, "-a", f"urls={urls}")
    assert done.returncode == 2
    assert last_line(done).startswith(f"not started: urls: {urls} has no line that is an article's URL")
    assert not (tmp_path / "archive/catalog.db").exists()


def test_a_file_of_urls_may_come_through_a_pipe(tmp_path: Path) -> None:
    """So it is read once only."""
    url = "https://finance.sina.com.cn/roll/2024-03-04/doc-inamqhtv5093318.shtml"
    settings = ("-s", f"ARCHIVE_DIR={tmp_path}", "-s", f"ARCHIVE_REPLAY_FROM={SITE}")
    done = scrapy("crawl", "sina_finance", *settings, "-a", "urls=/dev/stdin", stdin=url)
    assert (done.returncode, "1 archived" in done.stderr) == (0, True)


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (
            "-s ARCHIVE_DATABASE_URL=postgresql+psycopg://a@127.0.0.1:1/a",
            "the catalog postgresql+psycopg://a@127.0.0.1:1/a: OperationalError: ",
        ),
        ("-s ARCHIVE_REPLAY_AT=noon", "ARCHIVE_REPLAY_AT: YYYY-MM-DD or YYYY-MM-DDTHH:MM is wanted, not 'noon'"),
        ("-a urls=nowhere.txt", "nowhere.txt: No such file or directory"),
    ],
)
def test_what_is_seen_only_by_what_starts_is_one_line_too(tmp_path: Path, words: str, complaint: str) -> None:
    done = crawl(tmp_path, *words.split())
    assert done.returncode in (1, 2)
    assert last_line(done).startswith(f"not started: {complaint}")


def test_a_file_in_the_place_of_the_archive_is_named(tmp_path: Path) -> None:
    (tmp_path / "archive").write_text("mine")
    done = crawl(tmp_path)
    assert done.returncode == 2
    assert last_line(done).startswith("not started: ")
    assert str(tmp_path / "archive") in last_line(done)
    assert (tmp_path / "archive").read_text() == "mine"
