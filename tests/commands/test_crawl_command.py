"""``scrapy crawl`` as a scheduler runs it: its exit status says whether it did its job, its last line why not."""

import os
import re
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.archives import Archive, Run
from tests.support.crawling import ROOT, environment
from tests.support.forked_scrapy import scrapy
from tests.support.sites import CHANNEL, Site, answer, listing_url, stories, story

LISTING = listing_url(CHANNEL, 1)
UNKNOWN = (
    "<html><body><h1>新模板</h1><i>{time:%Y-%m-%d %H:%M}</i>"
    "<div><p>一段够长的正文，在没有见过的模板里。</p></div></body></html>"
)


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    """Of a site with ten articles, nothing archived yet."""
    return Archive(Site(tmp_path / "site").add(*stories(10)), tmp_path / "archive")


def refuse(archive: Archive, urls: list[str], status: int = 503) -> None:
    archive.site.status |= dict.fromkeys(urls, status)


def lose_layouts(archive: Archive) -> None:
    for one in stories(5):
        archive.site.put(one.url, UNKNOWN.format(time=one.created))


def block_posts(archive: Archive) -> None:
    (archive.folder / "posts/2024").mkdir(parents=True)
    (archive.folder / "posts/2024/03").write_text("a file where a folder should be")


CASES: list[Any] = [
    pytest.param(lambda archive: None, 0, "ok", "the run did its job", id="all is well"),
    pytest.param(lambda archive: archive.site.put(LISTING, "<html>busy</html>"), 10, "listing_failed", "html 1",
                 id="the listing is HTML"),
    pytest.param(lambda archive: archive.site.put(LISTING, answer([])), 10, "listing_failed", "empty 1",
                 id="the listing is empty"),
    pytest.param(lambda archive: archive.site.put(LISTING, '{"result": {"status": {"code": 11, "msg": "busy"}}}'), 10,
                 "listing_failed", "error_status 1", id="the listing says that it failed"),
    pytest.param(lambda archive: refuse(archive, [LISTING]), 10, "listing_failed", "http_503 1",
                 id="the listing does not come"),
    pytest.param(lambda archive: refuse(archive, [one.url for one in stories(5)]), 11, "too_many_failures",
                 "5 of 10 pages failed: http_503 5", id="too many pages fail"),
    pytest.param(lose_layouts, 12, "unknown_layouts", "5 of 10 pages have no known layout, e.g. https://finance",
                 id="too many layouts are unknown"),
    pytest.param(block_posts, 13, "writes_failed", "10", id="the posts can not be written"),
]  # fmt: skip


@pytest.mark.parametrize(("prepare", "status", "outcome", "reason"), CASES)
def test_exit_status_report_and_last_line_agree(
    archive: Archive, prepare: Callable[[Archive], object], status: int, outcome: str, reason: str
) -> None:
    prepare(archive)
    run = archive.crawl()
    assert run.status == status, run.log
    assert run.report
    assert (run.report["exit_status"], run.report["outcome"]) == (status, outcome)
    assert reason in run.report["reason"]
    assert run.log[-1].endswith(f"{outcome} (exit status {status}): {run.report['reason']}")


def test_an_idle_run_is_ok(archive: Archive) -> None:
    archive.run()
    archive.at = archive.at.now(archive.at.tzinfo)
    run = archive.crawl(ARCHIVE_LOOK_AGAIN_AFTER="")
    assert (run.status, run.report and run.report["counts"].get("record_article/archived")) == (0, None)


def test_a_few_failures_are_ok_and_named(archive: Archive) -> None:
    refuse(archive, [story(1).url])
    run = archive.crawl()
    assert run.status == 0
    assert run.report
    assert [failure["url"] for failure in run.report["failures"]] == [story(1).url]


def test_an_output_that_is_refused_where_it_is_to_be_stored_leaves_the_articles_and_another_status(
    archive: Archive,
) -> None:
    archive.site.add(*stories(2))
    run = archive.crawl("-o", "ftp://127.0.0.1:1/%(name)s-%(time)s.json")
    assert (run.status, len(archive.posts())) == (13, 10), run.log
    assert "(exit status 13): 1 files that --output names are not stored" in run.log[-1]


def test_wrong_use_is_scrapys_own_status(archive: Archive) -> None:
    assert archive.crawl("-a", "since=tomorrow").status == 2
    assert archive.crawl("another_spider").status == 2


class TestStopping:
    """SIGTERM and Ctrl-C: the pages in flight are finished, the rest is for the next run."""

    @pytest.mark.parametrize("whom", [os.kill, os.killpg], ids=["the crawl", "its group"])
    @pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
    def test_it_finishes_what_is_in_flight_and_says_that_it_was_interrupted(
        self, archive: Archive, number: signal.Signals, whom: Callable[[int, int], None]
    ) -> None:
        archive.site.add(*stories(40)).delay = 0.2
        archive.site.save()
        run = stopped(archive, number, whom)
        assert run.status == 14, run.log
        assert run.report
        assert run.report["outcome"] == "interrupted"
        assert "interrupted (exit status 14): the run was told to stop" in run.log[-1]
        fetched = [url for url in run.requests if "/api/roll/" not in url]
        assert 0 < len(fetched) < 40
        assert len(archive.posts()) == len(fetched)
        assert not leftovers(archive)

    def test_the_next_run_fetches_the_rest_and_nothing_twice(self, archive: Archive) -> None:
        archive.site.add(*stories(40)).delay = 0.2
        archive.site.save()
        before = stopped(archive, signal.SIGTERM).articles
        archive.site.delay = 0
        after = archive.crawl(ARCHIVE_LOOK_AGAIN_AFTER="").articles
        assert sorted(before + after) == sorted(one.url for one in stories(40))
        assert len(archive.posts()) == 40

    def test_killed_on_a_list_page_the_same_command_lists_the_rest(self, archive: Archive) -> None:
        archive.site.add(*stories(130))
        archive.site.save()
        hold = archive.site.folder / "hold"
        process = subprocess.Popen(
            archive.command(CONCURRENT_REQUESTS=2), cwd=ROOT, env=environment(), stderr=subprocess.DEVNULL
        )
        wait_for(lambda: archive.posted() >= 20, process)
        hold.touch()
        process.kill()
        process.wait(60)
        assert archive.posted() < 130
        assert archive.crawl(ARCHIVE_LOOK_AGAIN_AFTER="").status == 0
        assert len(archive.posts()) == 130


class TestJobdir:
    """It is refused, with what to do instead, before anything is fetched or made."""

    @pytest.mark.parametrize("spider", ["sina_finance", "sina_images"])
    def test_it_is_refused_in_one_sentence(self, archive: Archive, tmp_path: Path, spider: str) -> None:
        archive.site.save()
        done = scrapy(*archive.words(spider=spider, JOBDIR=tmp_path / "job"))
        assert done.returncode == 2
        assert f"not started: JOBDIR={tmp_path / 'job'} would lose articles" in done.stderr.splitlines()[-1]
        assert "run the command again without it" in done.stderr.splitlines()[-1]
        assert not (tmp_path / "job").exists()
        assert not archive.folder.exists()

    @pytest.mark.parametrize("words", ["coverage --fill", "probe", "savepage ARTICLE"])
    def test_so_do_the_other_commands_that_run_a_spider(self, archive: Archive, tmp_path: Path, words: str) -> None:
        article = "https://finance.sina.com.cn/china/2024-03-04/doc-inaaaaaa0000001.shtml"
        given = ["-s", f"JOBDIR={tmp_path / 'job'}", "-s", f"ARCHIVE_DIR={archive.folder}"]
        done = scrapy(*words.replace("ARTICLE", article).split(), *given)
        assert done.returncode == 2
        assert f"JOBDIR={tmp_path / 'job'} would lose articles" in done.stdout + done.stderr
        assert not (tmp_path / "job").exists()
        assert not archive.folder.exists()

    def test_an_empty_one_is_none(self, archive: Archive) -> None:
        assert archive.crawl(JOBDIR="").status == 0


def wait_for(happens: Callable[[], bool], process: subprocess.Popen[Any]) -> None:
    """Raises if it does not within a minute, or if the process ends before."""
    deadline = time.monotonic() + 60
    while not happens():
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.02)


def stopped(
    archive: Archive, number: signal.Signals, whom: Callable[[int, int], None] = os.kill, **settings: Any
) -> Run:
    """A crawl that is told to stop when it has asked for a few articles."""
    command = archive.command(**settings, CONCURRENT_REQUESTS=2)
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment(), stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    log = archive.site.folder / "requests.log"
    wait_for(lambda: log.exists() and len(log.read_text().splitlines()) > 6, process)
    whom(process.pid, number)
    _, output = process.communicate(timeout=60)
    return archive.after(process.returncode, output)


def leftovers(archive: Archive) -> list[Path]:
    """Temporary files."""
    return [path for path in archive.folder.rglob("*") if path.name.endswith(".tmp")]


class TestOneWriter:
    """Two runs on one archive don't fight."""

    @pytest.fixture
    def running(self, archive: Archive) -> Any:
        """A run that takes a while."""
        archive.site.delay = 0.4
        archive.site.save()
        command = archive.command(CONCURRENT_REQUESTS=1)
        process = subprocess.Popen(command, cwd=ROOT, env=environment(), stderr=subprocess.DEVNULL)
        while not (archive.folder / ".lock.json").exists():
            assert process.poll() is None
            time.sleep(0.02)
        yield process
        process.wait(60)

    def test_the_second_says_who_holds_the_lock_and_has_its_own_status(
        self, archive: Archive, running: subprocess.Popen[bytes]
    ) -> None:
        done = self.second(archive)
        assert done.returncode == 15
        said = rf"not started: {re.escape(str(archive.folder))} is locked by process {running.pid} on \S+ since \S+Z\n"
        assert re.search(said, done.stdout + done.stderr)
        assert running.wait(60) == 0
        assert len(archive.posts()) == 10

    def test_or_it_waits_by_a_setting(self, archive: Archive, running: subprocess.Popen[bytes]) -> None:
        assert self.second(archive, ARCHIVE_LOCK_WAIT=50).returncode == 0
        assert running.wait(60) == 0

    def second(self, archive: Archive, **settings: Any) -> subprocess.CompletedProcess[str]:
        return scrapy(*archive.words(**settings, ARCHIVE_LOOK_AGAIN_AFTER=""))

    def test_the_lock_of_a_killed_run_is_taken_over(self, archive: Archive, running: subprocess.Popen[bytes]) -> None:
        running.kill()
        running.wait()
        archive.site.delay = 0
        assert archive.crawl().status == 0
        assert len(archive.posts()) == 10


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes anywhere")
def test_a_read_only_directory_fails_loudly(archive: Archive) -> None:
    archive.run()
    archive.folder.chmod(0o555)
    try:
        assert archive.crawl().status not in (0, 14)
    finally:
        archive.folder.chmod(0o755)


def test_a_disk_that_is_full_fails_loudly_and_loses_nothing(archive: Archive) -> None:
    """No file may grow far above what the catalog has already: it can't take more after a while."""
    archive.crawl()
    archive.site.add(*stories(60))
    archive.site.save()
    most = (archive.folder / "catalog.db").stat().st_size // 1024 + 60
    limited = ["bash", "-c", f'ulimit -f {most}; exec "$0" "$@"', *archive.command()]
    soon = environment() | {"ARCHIVE_TRY_AGAIN_AFTER": "0m,0m,0m"}
    done = subprocess.run(limited, cwd=ROOT, env=soon, capture_output=True, text=True, timeout=60)
    assert done.returncode == 13, done.stderr[-3000:]
    assert archive.crawl(ARCHIVE_TRY_AGAIN_AFTER="0m,0m,0m").status == 0
    assert len(archive.posts()) == 60
    assert archive.rows("SELECT DISTINCT state FROM entries") == [("archived",)]
    assert not leftovers(archive)
