"""An archive turned from remote images to local ones and back, verified, and rebuilt from its captures."""

import shutil
from pathlib import Path

import pytest

from tests.pipelines.test_keep_images import BLUE, HOST, LOCAL, RED, file_of, kept, only_post, shows
from tests.support.archives import Archive
from tests.support.forked_scrapy import scrapy
from tests.support.sites import Site

CAPTURED = LOCAL | {"ARCHIVE_CAPTURE_ENABLED": "1"}


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    site = Site(tmp_path / "site").add(shows(1, f"{HOST}red.jpg", f"{HOST}blue.png"))
    return Archive(site.put(f"{HOST}red.jpg", RED).put(f"{HOST}blue.png", BLUE), tmp_path / "archive")


def call(archive: Archive, *words: str, images: str = "local") -> tuple[int, str]:
    """A command of the archive's; its status and output."""
    settings = ("-s", f"ARCHIVE_DIR={archive.folder}", "-s", f"ARCHIVE_REPLAY_FROM={archive.site.folder}")
    done = scrapy(*words, *settings, ARCHIVE_IMAGES=images)
    return done.returncode, done.stdout + done.stderr


def test_an_archive_without_images_gets_those_of_its_posts_and_a_rebuild_shows_them(archive: Archive) -> None:
    archive.run(settings={"ARCHIVE_CAPTURE_ENABLED": "1"})
    remote = only_post(archive)
    status, output = call(archive, "crawl", "sina_images", images="remote")
    assert status == 0, output
    assert kept(archive) == {file_of(RED): RED, file_of(BLUE, "png"): BLUE}
    assert only_post(archive) == remote
    call(archive, "rebuild", "--all", "--workers", "1")
    local = only_post(archive)
    assert local == remote.replace(f"{HOST}red.jpg", f"/images/{file_of(RED)}").replace(
        f"{HOST}blue.png", f"/images/{file_of(BLUE, 'png')}"
    )
    call(archive, "rebuild", "--all", "--workers", "1", images="remote")
    assert only_post(archive) == remote
    assert call(archive, "verify")[0] == 0


def test_posts_images_and_catalog_come_back_from_the_captures_alone(archive: Archive) -> None:
    archive.run(settings=CAPTURED)
    post, images = only_post(archive), kept(archive)
    for folder in ("posts", "images"):
        shutil.rmtree(archive.folder / folder)
    for path in archive.folder.glob("catalog.db*"):
        path.unlink()
    status, output = call(archive, "rebuild", "--workers", "1")
    assert status == 0, output
    assert (only_post(archive), kept(archive)) == (post, images)


def test_a_lost_image_alone_comes_back_too(archive: Archive) -> None:
    archive.run(settings=CAPTURED)
    (archive.folder / "images" / file_of(RED)).unlink()
    call(archive, "rebuild", "--workers", "1")
    assert kept(archive)[file_of(RED)] == RED


def test_verify_names_images_that_are_changed_lost_and_unknown(archive: Archive) -> None:
    archive.run(settings=CAPTURED)
    assert call(archive, "verify")[0] == 0
    root = archive.folder / "images"
    (root / file_of(RED)).write_bytes(BLUE)
    (root / file_of(BLUE, "png")).unlink()
    (root / "mine.txt").write_text("?")
    status, output = call(archive, "verify")
    assert status == 1
    for kind, name in (("changed", file_of(RED)), ("missing", file_of(BLUE, "png")), ("unknown", "mine.txt")):
        assert any(kind in line and f"images/{name}" in line for line in output.splitlines()), (kind, output)
