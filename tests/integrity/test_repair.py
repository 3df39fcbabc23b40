"""What can be mended without the network is mended, and no post is ever changed."""

import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.integrity.problem import Problem
from crawler.integrity.repair import Repair
from tests.support.archived import CAPTURING, ONE, THREE, TWO, capture, kinds, problems, stand_on
from tests.support.archives import Archive
from tests.support.catalogs import open_archive
from tests.support.crawling import posts

DOC_ID = Path(ONE).stem


def repair(archive: Archive) -> list[Problem]:
    """Mends an archive; returns the problems that are mended."""
    with open_archive(archive.folder, ARCHIVE_LOOK_AGAIN_AFTER="1h,365d") as opened:
        present = problems(archive)
        return Repair(opened, datetime.now(UTC).replace(microsecond=0)).mend(present)


def leave_a_half_write(archive: Archive) -> None:
    (archive.folder / "posts/.x.md.tmp").write_bytes(b"---")


def leave_captures_open(archive: Archive) -> None:
    path = capture(archive, 1)
    path.with_name(f"{path.name}.open").write_bytes(path.read_bytes() + b"\x1f\x8b half a record")
    path.unlink()


def forget_a_post(archive: Archive) -> None:
    for table in ("articles", "revisions", "aliases", "bands", "entries", "listed"):
        archive.rows(f"delete from {table} where doc_id = ?", DOC_ID)


def lose_a_post_that_the_catalog_keeps(archive: Archive) -> None:
    path = archive.folder / ONE
    archive.rows("update revisions set post = ? where doc_id = ?", path.read_text(encoding="utf-8"), DOC_ID)
    path.unlink()


def lose_the_catalog(archive: Archive) -> None:
    for path in archive.folder.glob("catalog.db*"):
        path.unlink()


def lose_the_manifest(archive: Archive) -> None:
    (archive.folder / "manifests/2024-03-05.txt").unlink()


DAMAGES = (
    leave_a_half_write, leave_captures_open, forget_a_post, lose_a_post_that_the_catalog_keeps, lose_the_catalog,
    lose_the_manifest,
)  # fmt: skip


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__.replace("_", " "))
def test_what_is_mended_is_not_wrong_any_more(archive: Archive, damage: Callable[[Archive], None]) -> None:
    before = posts(archive.folder)
    damage(archive)
    present = problems(archive)
    assert present
    assert set(repair(archive)) | {problem for problem in present if problem.kind == "missing"} == set(present)
    assert kinds(archive) == []
    assert posts(archive.folder) == before


def test_all_at_once(archive: Archive) -> None:
    for damage in (leave_a_half_write, leave_captures_open, forget_a_post, lose_the_manifest):
        damage(archive)
    repair(archive)
    assert kinds(archive) == []


def test_a_whole_archive_is_left_alone(archive: Archive) -> None:
    manifest = archive.folder / "manifests/2024-03-05.txt"
    before = manifest.stat().st_mtime_ns
    assert repair(archive) == []
    assert manifest.stat().st_mtime_ns == before


def test_what_is_changed_or_stands_twice_is_for_a_person_to_decide(archive: Archive) -> None:
    (archive.folder / ONE).write_text("changed", encoding="utf-8")
    twice = TWO.replace("/03/04/", "/03/05/")
    (archive.folder / twice).parent.mkdir()
    (archive.folder / twice).write_bytes((archive.folder / TWO).read_bytes())
    before, files = kinds(archive), posts(archive.folder)
    assert repair(archive) == []
    assert (kinds(archive), posts(archive.folder)) == (before, files)


@pytest.mark.parametrize(
    ("old", "new"),
    [("\n\n[原文链接]", "\n\n[别的]"), (f"doc-i{DOC_ID}", "doc-inbbbbbb0000001"),
     ("finance.sina.com.cn", "example.com"),
     ("comments: false\n", ""), ("---\n", "")],
    ids=["no source", "another article's source", "another site's", "a wrong schema", "no front matter"],
)  # fmt: skip
def test_a_post_that_does_not_say_which_article_it_is_is_not_entered(archive: Archive, old: str, new: str) -> None:
    forget_a_post(archive)
    path = archive.folder / ONE
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    assert repair(archive) == []
    assert ("unknown", ONE) in kinds(archive)


def test_a_lost_post_without_a_text_is_brought_by_the_next_crawl(archive: Archive) -> None:
    before = (archive.folder / ONE).read_bytes()
    (archive.folder / ONE).unlink()
    assert repair(archive) == []
    archive.at = datetime.now(UTC)
    assert archive.run(settings=CAPTURING).status == 0
    assert (archive.folder / ONE).read_bytes() == before
    assert kinds(archive) == []


def test_a_post_that_stands_on_a_cut_capture_is_made_of_a_whole_one_by_the_next_crawl(archive: Archive) -> None:
    doc_id = stand_on(archive, ONE, b"<p>te", Content_Length="99")
    named = ("truncated_capture", f"{doc_id}:1")
    assert named in kinds(archive)
    assert named not in [(problem.kind, problem.where) for problem in repair(archive)]
    archive.at = datetime.now(UTC)
    archive.run(settings=CAPTURING)
    assert archive.rows("select max(number) from revisions where doc_id = ?", doc_id) == [(2,)]
    assert kinds(archive) == []


def test_a_catalog_made_of_the_posts_counts_them_and_the_next_crawl_fetches_none_again(archive: Archive) -> None:
    lose_the_catalog(archive)
    repair(archive)
    assert archive.rows("select day, state, count(*) from entries group by day, state") == [
        ("2024-03-04", "archived", 3)
    ]
    archive.at = datetime.now(UTC)
    run = archive.run()
    assert run.status == 0
    assert not [url for url in run.articles if "/doc-i" in url]
    assert kinds(archive) == []


def test_the_text_of_an_adopted_post_is_known_so_that_the_same_page_is_no_revision(archive: Archive) -> None:
    columns = "url, title, date, path, content_hash, file_hash, revision"
    before = archive.rows(f"select {columns} from articles order by doc_id")
    lose_the_catalog(archive)
    repair(archive)
    assert archive.rows(f"select {columns} from articles order by doc_id") == before


def test_an_adopted_post_has_the_capture_of_its_page_so_that_it_can_be_rebuilt(archive: Archive) -> None:
    columns = "doc_id, number, capture_file, capture_offset, capture_length"
    before = archive.rows(f"select {columns} from revisions order by doc_id")
    assert before[0][2]
    lose_the_catalog(archive)
    repair(archive)
    assert archive.rows(f"select {columns} from revisions order by doc_id") == before


def test_an_adopted_post_is_taken_to_be_as_old_as_its_file(archive: Archive) -> None:
    written = datetime(2024, 3, 4, 9, tzinfo=UTC)
    for path in (ONE, TWO, THREE):
        os.utime(archive.folder / path, (written.timestamp(),) * 2)
    lose_the_catalog(archive)
    repair(archive)
    assert set(archive.rows("select archived_at, modified_at from articles")) == {("2024-03-04T09:00:00Z",) * 2}
    assert set(archive.rows("select next_check_at from articles")) == {(None,)}


def test_a_changed_post_that_is_adopted_still_differs_from_its_manifest(archive: Archive) -> None:
    path = archive.folder / ONE
    path.write_bytes(path.read_bytes().replace(b"---\n\n", b"---\n\nx", 1))
    lose_the_catalog(archive)
    repair(archive)
    assert kinds(archive) == [("tampered", ONE)]
