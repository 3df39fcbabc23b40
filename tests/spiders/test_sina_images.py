"""The images of posts that are there are fetched, or the run says that they were not."""

from pathlib import Path

import pytest

from tests.pipelines.test_keep_images import BLUE, HOST, RED, shows
from tests.support.archives import Archive, Run
from tests.support.sites import Site


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    """Of three articles with an image each, archived without them."""
    site = Site(tmp_path / "site").add(*(shows(number, f"{HOST}{number}.jpg") for number in (1, 2, 3)))
    for number in (1, 2, 3):
        site.put(f"{HOST}{number}.jpg", RED)
    archive = Archive(site, tmp_path / "archive")
    assert archive.run().status == 0
    return archive


def fetch(archive: Archive) -> Run:
    """``scrapy crawl sina_images``."""
    run = archive.crawl(spider="sina_images")
    assert not any("Traceback" in line for line in run.log)
    return run


def test_all_of_them_are_kept_and_then_there_is_nothing_to_do(archive: Archive) -> None:
    assert [fetch(archive).status for _ in range(2)] == [0, 0]
    assert len(list((archive.folder / "images").rglob("*.jpg"))) == 1


def test_a_run_that_gets_none_fails_and_says_why(archive: Archive) -> None:
    for number in (1, 2, 3):
        archive.site.put(f"{HOST}{number}.jpg", None)
    run = fetch(archive)
    assert run.status == 11
    assert run.report
    assert run.report["outcome"] == "too_many_failures"
    assert run.report["reason"] == "3 of 3 images could not be had: http_404 3"
    assert run.log[-1].endswith("too_many_failures (exit status 11): 3 of 3 images could not be had: http_404 3")
    (line,) = [line for line in run.log if f"{HOST}1.jpg" in line and "not kept" in line]
    assert "image not kept (http_404)" in line


def test_a_few_that_are_dead_are_named_only(archive: Archive) -> None:
    archive.site.put(f"{HOST}1.jpg", None).put(f"{HOST}2.jpg", BLUE)
    run = fetch(archive)
    assert run.status == 0
    assert any("image not kept (http_404)" in line for line in run.log)


def test_posts_that_are_lost_are_named_with_what_brings_them_back(archive: Archive) -> None:
    for path in (archive.folder / "posts").rglob("*.md"):
        path.unlink()
    run = fetch(archive)
    assert run.status == 11
    assert run.report
    assert run.report["reason"] == "3 of 3 images could not be had: no_post 3"
    assert sum("its post is not to be read (FileNotFoundError); `scrapy rebuild`" in line for line in run.log) == 3
