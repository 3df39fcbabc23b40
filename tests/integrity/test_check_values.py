"""A value in the catalog that is none stops no run and no command; verify names it, and --repair mends it."""

from datetime import timedelta
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

from crawler.export.rows import RowFilter, rows
from crawler.integrity.check_values import check_values
from crawler.integrity.repair import Repair
from crawler.search.find import Hit, find
from crawler.search.query import Query
from crawler.search.text_index import TextIndex
from crawler.status.figures import collect
from tests.commands.test_rebuild import rebuild
from tests.support.archives import Archive
from tests.support.catalogs import open_archive
from tests.support.forked_scrapy import scrapy
from tests.support.sites import Site, stories, story

CAPTURING: dict[str, Any] = {"ARCHIVE_CAPTURE_ENABLED": "1"}
HOST = "finance.sina.com.cn"
PATH = "/china/2024-03-04/doc-inaaaaaa9999999.shtml"
YEAR_5 = "5-01-01T00:00:00Z"  # as an older version entered a meta time of the year 5
POISONED = [
    ("articles", "date", YEAR_5), ("articles", "date", "0005-01-01T00:00:00Z"),
    ("articles", "date", "9999-12-31T23:59:59Z"),
    ("articles", "date", ""), ("articles", "date", 7), ("articles", "published_at", YEAR_5),
    ("articles", "archived_at", YEAR_5), ("articles", "keywords", "["), ("articles", "channels", "5"),
    ("articles", "url", f"https://{HOST}:bad{PATH}"), ("articles", "modified_at", "x"),
    ("articles", "next_check_at", "x"),
    ("entries", "created_at", YEAR_5), ("entries", "modified_at", YEAR_5), ("entries", "day", "5-01-01"),
    ("entries", "keywords", "{}"), ("entries", "channels", "[1]"), ("entries", "listed_at", "x"),
]  # fmt: skip


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    """Of eight articles, none of which was archived yet."""
    return Archive(Site(tmp_path / "site").add(*stories(8)), tmp_path / "archive")


def command(archive: Archive, *words: str) -> CompletedProcess[str]:
    """``scrapy`` on this archive."""
    return scrapy(words[0], "-s", f"ARCHIVE_DIR={archive.folder}", *words[1:])


@pytest.mark.parametrize(("table", "column", "value"), POISONED)
def test_a_bad_value_in_the_catalog_stops_no_run_is_named_and_mended(
    archive: Archive, table: str, column: str, value: object
) -> None:
    archive.run(settings=CAPTURING)
    told = story(3)
    archive.rows("update entries set next_try_at = listed_at where doc_id = ?", told.doc_id)
    archive.rows("update articles set next_check_at = archived_at where doc_id = ?", told.doc_id)
    archive.rows(f"update {table} set {column} = ? where doc_id = ?", value, told.doc_id)
    archive.site.add(story(20))
    run = archive.run(settings=CAPTURING)
    assert (run.status, len(archive.posts())) == (0, 9)
    with open_archive(archive.folder) as opened:
        problems = list(check_values(opened.engine))
        assert [problem.where for problem in problems] in ([f"{table}:{told.doc_id}"], [])
        assert Repair(opened, archive.at).mend(problems) == problems
        assert list(check_values(opened.engine)) == []
        assert sorted(hit.doc_id for hit in hits(opened)) == sorted(archive.posts())
    assert archive.run(timedelta(hours=2), settings=CAPTURING).status == 0


def hits(opened: Any) -> list[Hit]:
    """All articles, by a word that each has."""
    list(TextIndex(opened.engine, opened.root).catch_up())
    return list(find(opened.engine, opened.root, Query.parse("号报道")))


@pytest.mark.parametrize(("table", "column", "value"), POISONED[:6] + POISONED[-6:-3])
def test_a_bad_value_in_the_catalog_stops_no_command(
    archive: Archive, table: str, column: str, value: object, tmp_path: Path
) -> None:
    archive.run(settings=CAPTURING)
    archive.rows(f"update {table} set {column} = ? where doc_id = ?", value, story(3).doc_id)
    with open_archive(archive.folder) as opened:
        assert len(hits(opened)) >= 7
        assert len(list(rows(opened.engine, opened.root, RowFilter()))) == 8
        assert collect(opened.engine, opened.root, archive.at, None, None).newest
        opened.ledger.coverage(None, None)
    assert rebuild(archive.folder, everything=True).is_whole
    assert len(archive.posts()) == 8


def test_a_due_entry_without_address_is_named_once_and_never_due_again(archive: Archive) -> None:
    archive.run()
    bad = f"https://{HOST}:bad{PATH}"
    archive.rows(
        "insert into entries (doc_id, url, title, day, state, attempts, listed_at, next_try_at)"
        " values ('naaaaaa9999999', ?, 'x', '2024-03-04', 'listed', 0, '2024-03-04T00:00:00Z', '2024-03-04T00:00:00Z')",
        bad,
    )  # fmt: skip
    archive.site.add(story(20))
    run = archive.run()
    assert (run.status, len(archive.posts())) == (0, 9)
    assert run.stats["archive/skip/bad_url"] == 1
    assert sum("not due again" in line for line in run.log) == 1
    assert not any("not due again" in line for line in archive.run().log)
    assert "bad_value entries:naaaaaa9999999: url is" in command(archive, "verify").stdout
    assert "mended: bad_value entries:naaaaaa9999999" in command(archive, "verify", "--repair").stdout
    assert archive.rows("select url from entries where doc_id = 'naaaaaa9999999'") == [(bad.replace(":bad", ""),)]
