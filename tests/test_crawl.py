"""The whole job, as a person runs it: ``scrapy crawl sina_finance`` on the bundled saved site."""

import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import time
import uuid
from pathlib import Path

import pytest

from tests.conftest import Crawled
from tests.support import crawling
from tests.support.crawling import EXPECTED, FIXTURES, ROOT, SITE, command, environment, posts
from tests.support.forked_scrapy import crawl

TWIN = "2022/08/18/mizmscv6604417.md"
TWIN_DOC_ID = "mizmscv6604417"
ONLY_IN_1687 = "2024/03/03/nanvcsk6290813.md"
LISTED_BY_DEFAULT = {
    path for path in posts(EXPECTED) if not path.startswith(("2004/", "2005/")) and path != ONLY_IN_1687
}


def rows(archive: Path, query: str) -> list[tuple[str, ...]]:
    """What the catalog answers."""
    catalog = sqlite3.connect(archive / "catalog.db")
    try:
        return catalog.execute(query).fetchall()
    finally:
        catalog.close()


def change(archive: Path, statement: str) -> None:
    """Changes the catalog behind the program's back."""
    catalog = sqlite3.connect(archive / "catalog.db")
    catalog.execute(statement)
    catalog.commit()
    catalog.close()


def a_copy(crawled: Crawled, tmp_path: Path) -> Path:
    """The crawled archive, to be changed; times of files are kept."""
    return Path(shutil.copytree(crawled.archive, tmp_path / "archive"))


def test_the_bundled_site_gives_exactly_the_expected_posts(crawled: Crawled) -> None:
    got, expected = posts(crawled.archive), posts(EXPECTED)
    assert sorted(got) == sorted(expected)
    for path, post in expected.items():
        assert got[path].decode() == post.decode(), path


def test_every_run_succeeds_quietly(crawled: Crawled) -> None:
    for run in crawled.runs:
        assert run.returncode == 0, run.stderr
        assert run.stdout == ""
        assert "Traceback" not in run.stderr
        assert "Warning:" not in run.stderr


def test_every_run_says_what_it_did_and_where_the_posts_are(crawled: Crawled) -> None:
    new = [re.search(r"(\d+) new \((.*)\); posts are in (.*)$", run.stderr, re.M) for run in crawled.runs]
    assert all(found and found[3] == f"{crawled.archive}/posts" for found in new)
    assert sum(int(found[1]) for found in new if found) == len(posts(EXPECTED))


def test_no_process_of_a_crawl_looks_up_a_host_connects_or_listens(crawled: Crawled) -> None:
    assert set(crawled.network) == {"watching"}


def test_every_archived_post_is_in_the_catalog(crawled: Crawled) -> None:
    paths = {path for (path,) in rows(crawled.archive, "select path from articles")}
    assert paths == {f"posts/{path}" for path in posts(crawled.archive)}


def test_the_reasons_for_what_is_not_asked_for_are_counted(crawled: Crawled) -> None:
    counted = dict(re.findall(r"'archive/skip/(\w+)': (\d+)", crawled.runs[0].stderr))
    assert {"live", "video", "special", "service", "quotes", "no_url"} <= counted.keys()
    assert counted["no_url"] == "2"


def test_pages_that_are_no_article_are_refused_with_a_reason_and_not_archived(crawled: Crawled) -> None:
    refused = dict(re.findall(r"'archive/refuse/(\w+)': (\d+)", crawled.runs[0].stderr))
    assert refused == {"empty_body": "1", "gone": "1"}
    assert not any("nakqvty1457208" in path or "naiqtwz3304915" in path for path in posts(crawled.archive))


def test_a_page_of_no_known_layout_is_archived_and_counted(crawled: Crawled) -> None:
    assert "'archive/layout/unknown': 1," in crawled.runs[0].stderr
    assert "'archive/clean/related_line': 1," in crawled.runs[0].stderr
    assert "2024/03/06/nampzyw9417730.md" in posts(crawled.archive)


def test_recommendations_and_advertisements_of_the_list_are_never_fetched(crawled: Crawled) -> None:
    answer = json.loads((SITE / "feed.mix.sina.com.cn/api/roll/get@pageid=155&lid=1686&num=50&page=1").read_text())
    beside = [entry["url"] for name in ("top", "cre", "pdps") for entry in answer["result"][name]]
    assert len(beside) == 4
    assert not any((SITE / url.partition("://")[2]).exists() for url in beside)  # so a request for one would be missing
    for run in crawled.runs:
        assert "archive/replay/missing" not in run.stderr


@pytest.mark.slow
def test_a_second_run_writes_nothing_and_says_0_new(crawled: Crawled, tmp_path: Path) -> None:
    archive = a_copy(crawled, tmp_path)
    before = {path: (path.stat().st_mtime_ns, path.stat().st_ino) for path in archive.glob("posts/**/*")}
    run = crawl(archive)
    assert run.returncode == 0
    assert " 0 new " in run.stderr
    assert {path: (path.stat().st_mtime_ns, path.stat().st_ino) for path in archive.glob("posts/**/*")} == before


def test_an_article_under_two_urls_is_archived_once(crawled: Crawled) -> None:
    assert [path for path in posts(crawled.archive) if TWIN_DOC_ID in path] == [TWIN]


def test_an_article_under_two_urls_is_known_under_both(crawled: Crawled) -> None:
    urls = rows(crawled.archive, f"select url from aliases where doc_id = '{TWIN_DOC_ID}'")
    assert {url.partition("://")[2] for (url,) in urls} == {
        "finance.sina.com.cn/jjxw/2022-08-18/doc-imizmscv6604417.shtml",
        "finance.sina.com.cn/roll/2022-08-18/doc-imizmscv6604417.shtml",
    }


@pytest.mark.slow
def test_place_time_zone_locale_and_hash_seed_change_no_byte(crawled: Crawled, tmp_path: Path) -> None:
    elsewhere = {
        "SCRAPY_SETTINGS_MODULE": "crawler.settings",
        "TZ": "America/St_Johns",
        "LC_ALL": "C",
        "PYTHONCOERCECLOCALE": "0",
        "PYTHONUTF8": "0",
        "PYTHONHASHSEED": "4711",
    }
    for arguments in ((), ("-a", f"urls={FIXTURES / 'urls.txt'}")):
        run = crawling.crawl(Path("kept/here"), *arguments, cwd=tmp_path, **elsewhere)
        assert run.returncode == 0, run.stderr
        assert "Traceback" not in run.stderr
    assert posts(tmp_path / "kept/here") == {p: b for p, b in posts(crawled.archive).items() if p != ONLY_IN_1687}


@pytest.mark.slow
def test_a_disk_that_refuses_a_write_costs_that_article_alone_and_the_next_run_brings_it(tmp_path: Path) -> None:
    archive, in_the_way = tmp_path / "archive", tmp_path / "archive/posts/2022"
    in_the_way.parent.mkdir(parents=True)
    in_the_way.write_text("a file where a folder should be")

    run = crawl(archive)
    assert run.returncode != 0
    assert "2 failed" in run.stderr
    assert f"not written: {archive}/posts/{TWIN}" in run.stderr
    recorded = [path for (path,) in rows(archive, "select path from articles")]
    assert recorded
    assert not any(path.startswith("posts/2022/") for path in recorded)
    assert in_the_way.is_file()

    in_the_way.unlink()
    change(archive, "update entries set next_try_at = '2000-01-01T00:00:00Z' where state = 'failed'")  # time passes
    again = crawl(archive)
    assert again.returncode == 0
    assert "2 new" in again.stderr
    expected = posts(EXPECTED)
    assert posts(archive) == {path: expected[path] for path in LISTED_BY_DEFAULT}


@pytest.mark.slow
def test_an_article_that_the_catalog_refuses_counts_as_failed(tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    crawl(archive, "-a", "max_pages=1", site=an_empty_site(tmp_path))  # makes the catalog
    change(archive, "create trigger full before insert on articles begin select raise(abort, 'disk full'); end")
    run = crawl(archive, "-a", "channels=1687")
    assert "3 failed" in run.stderr


def an_empty_site(tmp_path: Path) -> Path:
    site = tmp_path / "site"
    site.mkdir()
    return site


@pytest.mark.slow
def test_a_killed_crawl_leaves_no_half_post_and_no_worker_and_the_next_one_finishes_the_job(tmp_path: Path) -> None:
    archive, mark = tmp_path / "archive", uuid.uuid4().hex
    with subprocess.Popen(
        command(archive), cwd=ROOT, env=environment(CRAWL_MARK=mark), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    ) as process:
        wait_until(lambda: any(archive.glob("posts/**/*.md")) or process.poll() is not None)
        process.send_signal(signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
    expected = posts(EXPECTED)
    for path in archive.glob("posts/**/*.md"):
        assert path.read_bytes() == expected[str(path.relative_to(archive / "posts"))]
    wait_until(lambda: not processes_marked(mark))

    assert crawl(archive).returncode == 0
    assert {path for path in posts(archive) if path.endswith(".md")} == LISTED_BY_DEFAULT


def wait_until(condition: object, seconds: float = 60) -> None:
    """Fails if it does not come true in time."""
    assert callable(condition)
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.02)


def processes_marked(mark: str) -> list[int]:
    """The living processes whose environment holds `mark`."""
    found = []
    for environ in Path("/proc").glob("[0-9]*/environ"):
        try:
            if mark.encode() in environ.read_bytes():
                found.append(int(environ.parent.name))
        except OSError:  # it ended meanwhile, or is another user's
            continue
    return [pid for pid in found if pid != os.getpid()]


@pytest.mark.slow
def test_a_file_of_urls_may_hold_blank_lines_and_comments_and_its_mistakes_are_named_by_line(tmp_path: Path) -> None:
    urls = tmp_path / "urls.txt"
    article = "https://finance.sina.com.cn/roll/2024-03-04/doc-inamqhtv5093318.shtml"
    lines = ["\ufeff# addresses", "", "  no address at all  ", f"  {article}?cre=x  ", "# the end", "ht!tp//x"]
    urls.write_bytes("\r\n".join(lines).encode())
    run = crawl(tmp_path / "archive", "-a", f"urls={urls}", "-a", "_job=6a1b")
    assert run.returncode == 0
    assert re.findall(r"urls, line (\d+): not a URL: (.*)$", run.stderr, re.M) == [
        ("3", "no address at all"),
        ("6", "ht!tp//x"),
    ]
    assert list(posts(tmp_path / "archive")) == ["2024/03/04/namqhtv5093318.md"]
    assert "unknown argument" not in run.stderr


@pytest.mark.slow
def test_a_crawl_that_ends_while_workers_still_start_ends_without_noise(tmp_path: Path) -> None:
    urls = tmp_path / "urls.txt"
    urls.write_text("https://finance.sina.com.cn/roll/2024-03-04/doc-inamqhtv5093318.shtml\n")
    run = crawling.crawl(tmp_path / "archive", "-a", f"urls={urls}", "-s", "ARCHIVE_EXTRACT_WORKERS=5")
    assert run.returncode == 0
    assert "1 new" in run.stderr
    assert "Traceback" not in run.stderr


@pytest.mark.slow
def test_a_page_that_was_not_saved_fails_by_name_and_is_not_archived(tmp_path: Path) -> None:
    urls = tmp_path / "urls.txt"
    urls.write_text("https://finance.sina.com.cn/roll/2024-03-04/doc-inamqhtv0000000.shtml\n")
    run = crawl(tmp_path / "archive", "-a", f"urls={urls}")
    assert (
        "not fetched (not_in_source): https://finance.sina.com.cn/roll/2024-03-04/doc-inamqhtv0000000.shtml"
        in run.stderr
    )
    assert "'archive/replay/missing': 1" in run.stderr
    assert "0 new" in run.stderr
    assert "1 failed" in run.stderr
    assert not posts(tmp_path / "archive")


@pytest.mark.parametrize(
    ("argument", "complaint"),
    [
        ("channels=1686,火星", "unknown channel '火星'; known are: 1686 国内滚动"),
        ("urls=no/such/file.txt", "no/such/file.txt: No such file or directory"),
    ],
    ids=["channel", "urls"],
)
@pytest.mark.slow
def test_a_bad_argument_ends_the_crawl_with_a_plain_reason(tmp_path: Path, argument: str, complaint: str) -> None:
    run = crawl(tmp_path / "archive", "-a", argument)
    assert run.returncode != 0
    assert complaint in run.stderr
    assert not posts(tmp_path / "archive")


@pytest.mark.slow
def test_the_reason_is_the_last_that_is_said(tmp_path: Path) -> None:
    run = crawl(tmp_path / "archive", "-a", "max_pages=0")
    assert "max_pages: a number from 1 on is wanted, not '0'" in run.stderr.rstrip().splitlines()[-1]


@pytest.mark.slow
def test_a_saved_site_that_is_not_there_is_named(tmp_path: Path) -> None:
    run = crawl(tmp_path / "archive", site=tmp_path / "nowhere")
    complaint = f"not started: ARCHIVE_REPLAY_FROM: there is no file or folder {tmp_path / 'nowhere'}"
    assert complaint in run.stderr.splitlines()[-1]
