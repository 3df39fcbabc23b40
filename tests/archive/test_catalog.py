"""What the archive holds: every article by doc id, and every URL it was seen under."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone

import pytest
import sqlalchemy as sa

from crawler.archive.tables import articles, versions
from crawler.items import ListEntry
from crawler.times import iso
from tests.support.articles import make_article
from tests.support.catalogs import OpenCatalog

NOON = datetime(2024, 3, 5, 4, 0, tzinfo=UTC)
ALIAS = "http://finance.sina.com.cn/roll/2024-03-04/doc-inamqhtv5093318.shtml"
ARCHIVED = make_article(path="posts/2024/03/04/namqhtv5093318.md", content_hash="0" * 64, aliases=(ALIAS,))


@pytest.fixture
def catalog(database: str) -> Iterator[OpenCatalog]:
    with OpenCatalog(database) as catalog:
        yield catalog


def row(catalog: OpenCatalog) -> dict[str, object]:
    """The one article, by the names of its columns."""
    with catalog.engine.connect() as connection:
        return dict(connection.execute(sa.select(articles)).mappings().one())


def test_a_new_catalog_is_empty(catalog: OpenCatalog) -> None:
    assert catalog.count() == 0
    assert catalog.known(["namqhtv5093318"]) == set()
    assert catalog.known([]) == set()
    assert catalog.doc_id_of(ALIAS) is None


def test_a_recorded_article_is_known_by_doc_id_and_every_url(catalog: OpenCatalog) -> None:
    catalog.enter([ARCHIVED], NOON)
    assert catalog.known([ARCHIVED.doc_id, "other"]) == {ARCHIVED.doc_id}
    assert catalog.doc_id_of(ARCHIVED.url) == catalog.doc_id_of(ALIAS) == ARCHIVED.doc_id
    assert catalog.count() == 1


def test_another_opening_finds_it(catalog: OpenCatalog, database: str) -> None:
    catalog.enter([ARCHIVED], NOON)
    other = OpenCatalog(database)
    assert other.known([ARCHIVED.doc_id]) == {ARCHIVED.doc_id}
    other.close()


def test_recording_again_changes_nothing_but_adds_aliases(catalog: OpenCatalog) -> None:
    catalog.enter([ARCHIVED], NOON)
    before = row(catalog)
    catalog.enter(
        [make_article(title="另一题", path="x", content_hash="1", aliases=("https://k.sina.com.cn/x",))], NOON
    )
    assert row(catalog) == before
    assert catalog.doc_id_of("https://k.sina.com.cn/x") == ARCHIVED.doc_id


def test_the_row_holds_what_page_and_list_say(catalog: OpenCatalog) -> None:
    moment = datetime(2024, 3, 4, 16, 35, 8, tzinfo=timezone(timedelta(hours=8)))
    entry = ListEntry(
        "https://x", "x", created_at=moment, modified_at=moment, media="甲报", keywords=("乙",), channels=("1686",)
    )
    article = make_article(
        entry=entry,
        path="p.md",
        content_hash="0",
        stocks=("sh600519",),
        images=("https://n.sinaimg.cn/1.jpg",),
        editor="丙",
    )
    catalog.enter([article], NOON)
    got = row(catalog)
    assert got["date"] == got["modified_at"] == "2024-03-04T08:35:08Z"
    assert (got["media"], got["keywords"], got["channels"]) == ("甲报", '["乙"]', '["1686"]')
    assert (got["stocks"], got["image"], got["editor"]) == ('["sh600519"]', "https://n.sinaimg.cn/1.jpg", "丙")


def test_a_record_that_fails_leaves_no_part_of_it(catalog: OpenCatalog) -> None:
    with pytest.raises(sa.exc.IntegrityError):
        catalog.enter([make_article(title=None, path="p.md", aliases=(ALIAS,))], NOON)
    assert catalog.count() == 0
    assert catalog.doc_id_of(ALIAS) is None


def test_readers_do_not_wait_for_a_writer(catalog: OpenCatalog, database: str) -> None:
    catalog.enter([ARCHIVED], NOON)
    with OpenCatalog(database) as other, other.engine.begin() as writer:
        writer.execute(sa.update(articles).values(title="另一题"))
        assert row(catalog)["title"] == ARCHIVED.title


def test_a_catalog_of_a_newer_program_is_refused_and_left_alone(catalog: OpenCatalog, database: str) -> None:
    with catalog.engine.begin() as connection:
        connection.execute(sa.update(versions).values(version=99))
    with pytest.raises(RuntimeError, match="version 99"):
        OpenCatalog(database)


def test_times_are_written_in_utc() -> None:
    assert iso(datetime(2021, 7, 9, 14, 20, 37, tzinfo=timezone(timedelta(hours=8)))) == "2021-07-09T06:20:37Z"
    assert iso(datetime(2021, 7, 9, tzinfo=UTC)) == "2021-07-09T00:00:00Z"
