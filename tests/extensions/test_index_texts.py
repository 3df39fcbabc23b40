"""A run's end indexes what it archived; what goes wrong there is said and takes nothing with it."""

from datetime import timedelta
from pathlib import Path

import pytest
from scrapy.exceptions import NotConfigured

from crawler.extensions import index_texts
from crawler.extensions.index_texts import IndexTexts
from crawler.search import text_index
from tests.conftest import make_crawler
from tests.support.archives import Archive
from tests.support.sites import Site, stories


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(Site(tmp_path / "site").add(*stories(3)), tmp_path / "archive")


def test_what_a_run_archives_is_indexed_at_its_end(archive: Archive) -> None:
    assert archive.run().status == 0
    assert archive.rows("SELECT count(*) FROM texts") == [(3,)]
    assert archive.rows("SELECT * FROM unindexed") == []


def test_a_large_run_leaves_some_to_the_next(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    archive.run(settings={"EXTENSIONS": {"crawler.extensions.index_texts.IndexTexts": None}})
    monkeypatch.setattr(index_texts, "_MOST", 1)
    monkeypatch.setattr(text_index, "_NEXT", text_index._NEXT.limit(1))
    extension = IndexTexts.from_crawler(make_crawler(archive.folder))
    for left in (2, 1, 0):
        extension.engine_stopped()
        assert archive.rows("SELECT count(*) FROM unindexed") == [(left,)]


def test_a_catalog_that_cannot_be_written_is_said_and_the_run_ends_as_it_would(
    archive: Archive, caplog: pytest.LogCaptureFixture
) -> None:
    archive.run()
    archive.rows("INSERT INTO unindexed SELECT doc_id FROM articles")
    archive.rows("ALTER TABLE words RENAME TO other")
    IndexTexts.from_crawler(make_crawler(archive.folder)).engine_stopped()
    assert "texts not indexed" in caplog.text
    assert archive.rows("SELECT count(*) FROM unindexed") == [(3,)]
    archive.site.add(*stories(1, first=50))
    assert archive.run(after=timedelta(hours=1)).status == 0


def test_a_catalog_that_is_no_sqlite_database_has_no_index(tmp_path: Path) -> None:
    with pytest.raises(NotConfigured):
        IndexTexts.from_crawler(make_crawler(tmp_path, ARCHIVE_DATABASE_URL="postgresql://nowhere/archive"))
