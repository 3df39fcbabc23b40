"""A text that stands under another doc id is linked, or left out by a setting."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.support.archives import Archive
from tests.support.sites import Site, Story, stories, story

ORIGINAL = story(1)
REPRINT = replace(story(2), title="转载：另一个标题", paragraphs=("来源：海岑日报。", *ORIGINAL.paragraphs))
KEEP_ONE = {"ARCHIVE_KEEP_ONE_COPY": "1"}


def archive_of(tmp_path: Path, *found: Story) -> Archive:
    return Archive(Site(tmp_path / "site").add(*found), tmp_path / "archive")


def links(archive: Archive) -> dict[str, str]:
    """Doc id of a copy -> doc id of what it is a copy of."""
    return dict(archive.rows("SELECT doc_id, duplicate_of FROM articles WHERE duplicate_of IS NOT NULL"))


def original_of(doc_id: str, copies: dict[str, str]) -> str:
    """Where the links lead."""
    return original_of(copies[doc_id], copies) if doc_id in copies else doc_id


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    """The original is archived, the reprint is listed since."""
    archive = archive_of(tmp_path, ORIGINAL)
    archive.run()
    archive.site.add(REPRINT)
    return archive


def test_a_reprint_is_kept_and_linked(archive: Archive) -> None:
    assert archive.run().status == 0
    assert links(archive) == {REPRINT.doc_id: ORIGINAL.doc_id}
    assert set(archive.posts()) == {ORIGINAL.doc_id, REPRINT.doc_id}


def test_a_reprint_of_a_reprint_is_linked_to_an_archived_one(archive: Archive) -> None:
    archive.run()
    again = replace(story(3), paragraphs=REPRINT.paragraphs)
    archive.site.add(again)
    archive.run()
    assert links(archive)[again.doc_id] in (ORIGINAL.doc_id, REPRINT.doc_id)


def test_copies_that_come_in_the_same_run_are_linked(tmp_path: Path) -> None:
    archive = archive_of(tmp_path, *(replace(one, paragraphs=ORIGINAL.paragraphs) for one in stories(12)))
    archive.run()
    copies = links(archive)
    assert (len(archive.posts()), len(copies)) == (12, 11)
    assert len({original_of(doc_id, copies) for doc_id in archive.posts()}) == 1


def test_articles_with_other_texts_are_not_linked(tmp_path: Path) -> None:
    archive = archive_of(tmp_path, *stories(40))
    archive.run()
    assert links(archive) == {}


def test_short_flashes_are_not_linked_though_they_are_alike(tmp_path: Path) -> None:
    archive = archive_of(tmp_path, *(replace(one, paragraphs=("快讯：沪指涨1%。",)) for one in stories(3)))
    archive.run()
    assert (links(archive), len(archive.posts())) == ({}, 3)


def test_a_new_revision_is_no_copy_of_itself(archive: Archive) -> None:
    archive.site.stories.pop(REPRINT.doc_id)
    archive.site.add(ORIGINAL.edited("改动很小的第一段。"))
    archive.run()
    assert links(archive) == {}


class TestOneCopy:
    """With ARCHIVE_KEEP_ONE_COPY."""

    def test_a_reprint_is_left_out_and_the_ledger_says_why(self, archive: Archive) -> None:
        run = archive.run(settings=KEEP_ONE)
        assert (run.status, set(archive.posts())) == (0, {ORIGINAL.doc_id})
        query = "SELECT state, reason, next_try_at FROM entries WHERE doc_id = ?"
        assert archive.rows(query, REPRINT.doc_id) == [("refused", f"copy_of_{ORIGINAL.doc_id}", None)]

    def test_it_is_not_asked_for_again(self, archive: Archive) -> None:
        archive.run(settings=KEEP_ONE)
        settings: dict[str, Any] = KEEP_ONE | {"ARCHIVE_LOOK_AGAIN_AFTER": ""}
        assert archive.run(settings=settings).articles == []

    def test_of_copies_that_come_in_the_same_run_one_is_kept(self, tmp_path: Path) -> None:
        archive = archive_of(tmp_path, *(replace(one, paragraphs=ORIGINAL.paragraphs) for one in stories(12)))
        archive.run(settings=KEEP_ONE)
        assert len(archive.posts()) == 1

    def test_a_revision_of_an_archived_copy_is_kept(self, archive: Archive) -> None:
        archive.run()
        archive.site.add(REPRINT.edited("改过的来源。"))
        archive.run(settings=KEEP_ONE)
        assert "改过的来源。" in archive.posts()[REPRINT.doc_id]
