"""FIFOs, links and folders where files should be: named, never waited for, and nothing is written through them."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.archived import CAPTURING, ONE, capture, kinds
from tests.support.archives import Archive

PLACES = {
    "a post": lambda _archive: ONE,
    "a capture": lambda archive: f"captures/{capture(archive).name}",
    "an index": lambda archive: f"captures/{capture(archive).name}.cdxj",
    "a capture left open": lambda _archive: "captures/late.warc.gz.open",
    "a manifest": lambda _archive: "manifests/2024-03-05.txt",
    "a report": lambda _archive: "reports/x.json",
    "an image": lambda _archive: "images/3f/3f.jpg",
    "half a post": lambda _archive: str(Path(ONE).with_name(f".{Path(ONE).name}.tmp")),
}


def fifo(path: Path) -> None:
    os.mkfifo(path)


def link(path: Path) -> None:
    path.symlink_to("/etc/hostname")


def folder_behind_a_link(path: Path) -> None:
    path.symlink_to("/etc")


@pytest.mark.parametrize("make", [fifo, link, folder_behind_a_link, Path.mkdir])
@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)
def test_it_is_named(archive: Archive, place: Callable[[Archive], str], make: Callable[[Path], None]) -> None:
    where = place(archive)
    path = archive.folder / where
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    make(path)
    named = {where for _, where in kinds(archive)}
    was_needed = where in (ONE, f"captures/{capture(archive).name}", "manifests/2024-03-05.txt")
    if make is not Path.mkdir:
        assert ("not_a_file", where) in kinds(archive)
    elif was_needed:
        assert named, where


def test_the_archive_s_own_folders_may_be_on_another_disk(archive: Archive, tmp_path: Path) -> None:
    for name in ("posts", "captures"):
        (archive.folder / name).rename(tmp_path / name)
        (archive.folder / name).symlink_to(tmp_path / name)
    assert kinds(archive) == []


def test_captures_behind_links_are_read_and_named(archive: Archive, tmp_path: Path) -> None:
    path = capture(archive)
    path.rename(tmp_path / path.name)
    path.symlink_to(tmp_path / path.name)
    assert kinds(archive) == [("not_a_file", f"captures/{path.name}")]


def test_a_run_waits_for_no_fifo_and_overwrites_nothing_behind_a_link(archive: Archive, tmp_path: Path) -> None:
    post, target = archive.folder / ONE, tmp_path / "target"
    target.write_text("precious")
    archive.rows("update articles set content_hash = '', next_check_at = '2024-01-01T00:00:00Z'")
    post.with_name(f".{post.name}.tmp").symlink_to(target)
    for fifo in ("captures/late.warc.gz.open", "captures/x.cdxj", "reports/.x.tmp", "images/x.jpg"):
        (archive.folder / fifo).parent.mkdir(exist_ok=True)
        os.mkfifo(archive.folder / fifo)
    before = post.read_bytes()
    post.unlink()
    run = archive.run(settings=CAPTURING)
    assert (run.status, post.read_bytes(), post.is_symlink()) == (0, before, False)
    assert target.read_text() == "precious"


def test_a_post_that_is_a_fifo_is_a_failure_of_that_article_alone(archive: Archive) -> None:
    post = archive.folder / ONE
    archive.rows("update articles set content_hash = '', next_check_at = '2024-01-01T00:00:00Z'")
    post.unlink()
    os.mkfifo(post)
    run = archive.run(settings=CAPTURING)
    assert run.status == 13
    assert any("a FIFO, where a file should be" in line for line in run.log)
    assert post.is_fifo()
