"""What is in an export: each article as it is, as it was known at a moment, and each of its revisions."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from crawler.export.rows import RowFilter, rows
from crawler.times import parse_time
from tests.support.archives import Archive
from tests.support.articles import make_article
from tests.support.catalogs import OpenCatalog
from tests.support.sites import NOON, Site, story

ONE = story(1, NOON, title="甲", paragraphs=("第一稿，有<一>个{字}*星*。", "第二段。"))
TWO = story(2, NOON + timedelta(hours=1), title="乙")
THREE = story(3, NOON - timedelta(days=2), title="丙")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MARCH_5, MARCH_6, MARCH_7, MARCH_8 = (NOON + n * DAY for n in range(1, 5))  # the archive's first run is on the 5th


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    """The first is archived on the 5th of March, edited on the 6th, gone on the 7th, and back, edited, on the 8th."""
    archive = Archive(Site(tmp_path / "site").add(ONE, THREE), tmp_path / "archive")
    archive.run()
    second = ONE.edited("第二稿。")
    archive.site.add(second, TWO)
    archive.run(after=DAY)
    archive.site.put(ONE.url, None)
    archive.run(after=DAY)
    archive.run(after=2 * HOUR)
    archive.site.restore(ONE.url).add(second.edited("第三稿。", after=3 * DAY))
    archive.run(after=DAY - 2 * HOUR)
    return archive


def exported(archive: Archive, **row_filter: Any) -> list[dict[str, Any]]:
    with OpenCatalog(f"sqlite:///{archive.folder / 'catalog.db'}") as catalog:
        return list(rows(catalog.engine, archive.folder, RowFilter(**row_filter)))


def short(exported_rows: list[dict[str, Any]]) -> Iterator[tuple[Any, ...]]:
    for row in exported_rows:
        yield row["title"], row["revision"], (row["text"] or "").partition("\n")[0], row["gone"]


def test_one_row_an_article_in_order_of_time_with_the_newest_text(archive: Archive) -> None:
    exported_rows = exported(archive)
    assert [(row["title"], row["revision"]) for row in exported_rows] == [("丙", 1), ("甲", 4), ("乙", 1)]
    (edited,) = (row for row in exported_rows if row["title"] == "甲")
    assert edited["text"] == "第三稿。\n第二段。"
    assert edited["markdown"] == "第三稿。\n\n第二段。"
    assert (edited["characters"], edited["is_edited"], edited["gone"]) == (9, False, None)
    assert (edited["media"], edited["channels"], edited["url"]) == (ONE.media, ["1686"], ONE.url)


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [
        (NOON, []),
        (MARCH_5 + timedelta(hours=1), [(1, "第一稿，有<一>个{字}*星*。", None)]),
        (MARCH_6 + timedelta(hours=1), [(2, "第二稿。", None)]),
        (MARCH_7 + 3 * HOUR, [(2, "第二稿。", "http_404")]),
        (MARCH_8 + timedelta(hours=1), [(4, "第三稿。", None)]),
    ],
    ids=["before", "first", "edited", "gone", "back"],
)
def test_as_it_was_known_there_is_no_later_text_or_tombstone(archive: Archive, as_of: Any, expected: list[Any]) -> None:
    short_rows = short(exported(archive, as_of=as_of))
    assert [row[1:] for row in short_rows if row[0] == "甲"] == expected


def test_as_it_was_known_there_is_no_later_article(archive: Archive) -> None:
    assert [row["title"] for row in exported(archive, as_of=MARCH_5 + timedelta(hours=1))] == ["丙", "甲"]
    assert [row["title"] for row in exported(archive, as_of=MARCH_6 + timedelta(hours=1))] == ["丙", "甲", "乙"]


def test_what_the_page_of_a_text_said_beside_it_is_kept_with_it(archive: Archive) -> None:
    then = {row["title"]: row for row in exported(archive, as_of=MARCH_5 + timedelta(hours=1))}
    assert (then["甲"]["media"], then["甲"]["url"], then["甲"]["layout"]) == (ONE.media, ONE.url, "article-2017")
    archive.rows("update revisions set facts = null")  # as an older program left them
    then = {row["title"]: row for row in exported(archive, as_of=MARCH_5 + timedelta(hours=1))}
    assert (then["甲"]["media"], then["甲"]["url"], then["甲"]["keywords"]) == (None, None, None)
    assert then["丙"]["media"] == THREE.media


def test_the_stocks_of_each_text_are_those_that_it_names(archive: Archive) -> None:
    archive.site.add(TWO.edited("远帆控股(00700)与海岑酒业（600519.SH）合作。"))
    archive.run(after=DAY)
    first, second = (row for row in exported(archive, every=True) if row["doc_id"] == TWO.doc_id)
    assert (first["named_stocks"], first["stocks"]) == ([], [])
    assert (second["named_stocks"], second["stocks"]) == (["hk00700", "sh600519"], [])
    tombstone = next(row for row in exported(archive, every=True) if row["gone"])
    assert tombstone["named_stocks"] is None


def test_every_revision_and_tombstone_has_its_row(archive: Archive) -> None:
    exported_rows = exported(archive, every=True)
    assert [row for row in short(exported_rows) if row[0] == "甲"] == [
        ("甲", 1, "第一稿，有<一>个{字}*星*。", None),
        ("甲", 2, "第二稿。", None),
        ("甲", 3, "", "http_404"),
        ("甲", 4, "第三稿。", None),
    ]
    tombstone = next(row for row in exported_rows if row["gone"])
    assert (tombstone["text"], tombstone["content_hash"], tombstone["gone_at"]) == (None, None, tombstone["seen_at"])
    assert tombstone["gone_at"].date() == MARCH_7.date()


def test_a_window_is_of_the_day_of_publication_in_beijing(archive: Archive) -> None:
    march_4 = {"since": parse_time("", "2024-03-04"), "until": parse_time("", "2024-03-04", end=True)}
    assert [row["title"] for row in exported(archive, **march_4)] == ["甲", "乙"]
    assert exported(archive, since=parse_time("", "2025-01-01")) == []


def test_a_post_that_was_edited_by_hand_says_so(archive: Archive) -> None:
    path = archive.post_file(TWO.doc_id)
    path.write_text(path.read_text(encoding="utf-8").replace("\n---\n\n", "\n---\n\n手写。\n\n"), encoding="utf-8")
    (row,) = (row for row in exported(archive) if row["title"] == "乙")
    assert (row["is_edited"], row["text"].partition("\n")[0]) == (True, "手写。")


def test_a_revision_that_an_edited_post_stands_for_shows_no_text_that_is_not_its_own(archive: Archive) -> None:
    path = archive.post_file(TWO.doc_id)
    path.write_text(path.read_text(encoding="utf-8").replace("\n---\n\n", "\n---\n\n手写。\n\n"), encoding="utf-8")
    archive.site.add(TWO.edited("新稿。"))
    archive.run(after=DAY)
    first, second = (row for row in exported(archive, every=True) if row["doc_id"] == TWO.doc_id)
    assert (first["text"], first["is_edited"]) == (None, None)
    assert (second["text"].partition("\n")[0], second["is_edited"]) == ("新稿。", False)


def test_a_post_that_is_lost_leaves_a_row_without_text(archive: Archive) -> None:
    archive.post_file(TWO.doc_id).unlink()
    (row,) = (row for row in exported(archive) if row["title"] == "乙")
    assert (row["markdown"], row["text"], row["characters"]) == (None, None, None)
    assert row["content_hash"]


def test_a_post_that_a_crawl_replaces_meanwhile_is_the_one_that_was_there(archive: Archive) -> None:
    with OpenCatalog(f"sqlite:///{archive.folder / 'catalog.db'}") as catalog:
        unread_rows = rows(catalog.engine, archive.folder, RowFilter())
        next(unread_rows)
        archive.site.add(TWO.edited("新稿。"))
        archive.run(after=DAY)
        (row,) = (row for row in unread_rows if row["title"] == "乙")
    assert row["revision"] == 1
    assert "新稿" not in row["text"]
    assert row["is_edited"] is False


@pytest.mark.parametrize("every", [False, True], ids=["articles", "revisions"])
def test_it_is_the_same_in_either_database(database: str, tmp_path: Path, every: bool) -> None:
    post = "---\ntitle: '甲'\n---\n\n正文。\n"
    article = make_article(content_hash="x", file_hash="y", extractor="e", path="posts/a.md", unwritten_post=post)
    with OpenCatalog(database) as catalog:
        catalog.enter([article], NOON)
        assert list(rows(catalog.engine, tmp_path, RowFilter(as_of=NOON, every=every))) == []
        (row,) = rows(catalog.engine, tmp_path, RowFilter(as_of=MARCH_5, every=every))
    assert (row["text"], row["seen_at"], row["is_edited"]) == ("正文。", NOON, False)
