"""The index is in step with whatever writes the catalog, and finds what the articles say now."""

import shutil
from collections.abc import Iterator
from datetime import timedelta
from itertools import islice
from pathlib import Path

import pytest
import sqlalchemy as sa

from crawler.archive import database
from crawler.archive.database import open_engine
from crawler.search.find import find
from crawler.search.query import Query
from crawler.search.text_index import NoIndex, TextIndex
from crawler.times import parse_time
from tests.support.archives import Archive
from tests.support.catalogs import OpenCatalog
from tests.support.sites import NOON, Site, story

ONE = story(1, NOON, title="老旧小区改造提速", paragraphs=("今年新开工改造城镇老旧小区五万个。",))
TWO = story(2, NOON, title="轮胎产量增长", paragraphs=("小区旧改之外，轮胎产量同比增长。",))
LATER = timedelta(days=1)
UNINDEXED = {"EXTENSIONS": {"crawler.extensions.index_texts.IndexTexts": None}}
DAYS = ("2000-01-01", "2099-12-31")


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    archive = Archive(Site(tmp_path / "site").add(ONE, TWO), tmp_path / "archive")
    assert archive.run().status == 0
    return archive


@pytest.fixture
def engine(archive: Archive) -> Iterator[sa.Engine]:
    with OpenCatalog(f"sqlite:///{archive.folder / 'catalog.db'}") as catalog:
        yield catalog.engine


def matches(archive: Archive, engine: sa.Engine, typed: str, *window: str) -> list[str]:
    since, until = (
        (parse_time("day", day, end) for day, end in zip(window, (False, True), strict=True))
        if window
        else (None, None)
    )
    return [hit.doc_id for hit in find(engine, archive.folder, Query.parse(typed), since, until)]


def catch_up(archive: Archive, engine: sa.Engine) -> int:
    return sum(TextIndex(engine, archive.folder).catch_up())


def test_a_run_indexes_what_it_archives(archive: Archive, engine: sa.Engine) -> None:
    assert TextIndex(engine, archive.folder).behind() == 0
    assert matches(archive, engine, "老旧小区") == [ONE.doc_id]
    assert matches(archive, engine, "城镇老旧小区") == [ONE.doc_id]
    assert set(matches(archive, engine, "小区")) == {ONE.doc_id, TWO.doc_id}
    assert matches(archive, engine, "旧小") == [ONE.doc_id]
    assert matches(archive, engine, "原文链接") == []


def test_words_that_do_not_stand_together_are_no_phrase(archive: Archive, engine: sa.Engine) -> None:
    assert matches(archive, engine, "区旧改") == [TWO.doc_id]
    assert matches(archive, engine, "区改造轮") == []


def test_an_edited_article_is_found_by_its_new_text_only(archive: Archive, engine: sa.Engine) -> None:
    archive.site.add(ONE.edited("本月安排专项资金。"))
    archive.run(after=LATER)
    assert matches(archive, engine, "专项资金") == [ONE.doc_id]
    assert matches(archive, engine, "五万个") == []
    assert matches(archive, engine, "老旧小区") == [ONE.doc_id]  # its title has it


def test_an_article_that_is_gone_is_still_found_and_says_so(archive: Archive, engine: sa.Engine) -> None:
    archive.site.put(ONE.url, None)
    archive.run(after=LATER)
    archive.run(after=timedelta(hours=2))
    (hit,) = find(engine, archive.folder, Query.parse("老旧小区"))
    assert hit.gone


def test_the_newest_come_first_however_they_were_archived(archive: Archive, engine: sa.Engine) -> None:
    hour = timedelta(hours=1)
    old, new = (story(n, NOON + by, title="小区", paragraphs=("老旧小区。",)) for n, by in ((8, -hour), (9, hour)))
    archive.site.add(new, old)
    archive.run(after=LATER)
    assert matches(archive, engine, "老旧") == [new.doc_id, ONE.doc_id, old.doc_id]
    assert next(find(engine, archive.folder, Query.parse("老旧"))).doc_id == new.doc_id


def test_articles_of_one_second_are_all_found(archive: Archive, engine: sa.Engine) -> None:
    archive.site.add(*(story(n, NOON, title=f"小区{n}") for n in range(10, 15)))
    archive.run(after=LATER)
    assert len(matches(archive, engine, "小区")) == 7


def test_what_is_indexed_together_is_one_part_of_the_index_in_whatever_order_it_comes(
    archive: Archive, engine: sa.Engine
) -> None:
    def parts() -> int:
        ((count,),) = archive.rows("SELECT count(DISTINCT segid) FROM words_idx")
        assert isinstance(count, int)
        return count

    before = parts()
    archive.site.add(*(story(n, NOON - n * timedelta(hours=1)) for n in range(10, 15)))
    archive.run(after=LATER, settings=UNINDEXED)
    assert catch_up(archive, engine) == 5
    assert parts() == before + 1


def test_a_window_of_days_is_of_the_post_s_date_in_beijing(archive: Archive, engine: sa.Engine) -> None:
    midnight = NOON.replace(hour=0)
    archive.site.add(story(8, midnight, title="小区"), story(9, midnight - timedelta(seconds=1), title="小区"))
    archive.run(after=LATER)
    day = matches(archive, engine, "小区", "2024-03-04", "2024-03-04")
    assert len(day) == 3
    assert story(9).doc_id not in day
    assert matches(archive, engine, "小区", "2024-03-05", "2024-03-09") == []


def test_a_post_edited_by_hand_is_found_by_what_was_archived(archive: Archive, engine: sa.Engine) -> None:
    path = archive.post_file(ONE.doc_id)
    path.write_text(path.read_text(encoding="utf-8").replace("五万个", "许多"), encoding="utf-8")
    assert matches(archive, engine, "五万个") == [ONE.doc_id]


def test_an_article_whose_post_is_lost_is_found_by_what_was_archived(archive: Archive, engine: sa.Engine) -> None:
    archive.post_file(ONE.doc_id).unlink()
    (hit,) = find(engine, archive.folder, Query.parse("五万个"))
    assert (hit.title, hit.snippet.text) == (ONE.title, "")


def test_the_index_stays_behind_until_it_catches_up(archive: Archive, engine: sa.Engine) -> None:
    archive.site.add(ONE.edited("本月安排专项资金。"), story(7, title="新开工"))
    archive.run(after=LATER, settings=UNINDEXED)
    assert matches(archive, engine, "专项资金") == []
    assert catch_up(archive, engine) == 2
    assert matches(archive, engine, "专项资金") == [ONE.doc_id]
    assert catch_up(archive, engine) == 0


def test_what_cannot_be_read_is_found_by_its_title(archive: Archive, engine: sa.Engine) -> None:
    archive.site.add(story(7, title="独此一题"))
    archive.run(after=LATER, settings=UNINDEXED)
    archive.post_file(story(7).doc_id).unlink()
    assert catch_up(archive, engine) == 1
    assert matches(archive, engine, "独此一题") == [story(7).doc_id]


def test_an_archive_from_before_there_was_an_index_is_indexed_whole(
    archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "MIGRATIONS", database.MIGRATIONS[:2])  # to what has one; the other steps are done
    monkeypatch.setattr(database, "VERSION", 3)
    copy = tmp_path / "old"
    shutil.copytree(archive.folder, copy)
    old = Archive(archive.site, copy)
    for name in ("TABLE texts", "TABLE words", "TABLE unindexed", "TRIGGER article_added", "TRIGGER article_changed"):
        old.rows(f"DROP {name}")
    old.rows("UPDATE schema_version SET version = 1")
    engine = open_engine(f"sqlite:///{copy / 'catalog.db'}")
    try:
        assert old.rows("SELECT sql FROM sqlite_master ORDER BY name") == archive.rows(
            "SELECT sql FROM sqlite_master ORDER BY name"
        )
        assert matches(old, engine, "老旧小区") == []
        assert catch_up(old, engine) == 2
        assert matches(old, engine, "老旧小区") == [ONE.doc_id]
    finally:
        engine.dispose()


def test_an_index_of_other_words_than_todays_is_made_anew_once(archive: Archive, engine: sa.Engine) -> None:
    quoting = story(7, title="收官之年", paragraphs=("今年是“十四五”规划的收官之年。",))
    archive.site.add(quoting)
    archive.run(after=LATER)
    assert matches(archive, engine, "十四五规划") == [quoting.doc_id]
    with engine.begin() as connection:  # as it was before a phrase was found over quotation marks
        connection.exec_driver_sql("INSERT INTO words (words) VALUES ('delete-all')")
        connection.exec_driver_sql("PRAGMA user_version = 0")
    index = TextIndex(engine, archive.folder)
    assert (index.behind(), matches(archive, engine, "十四五规划")) == (3, [])
    assert (catch_up(archive, engine), catch_up(archive, engine), index.behind()) == (3, 0, 0)
    assert matches(archive, engine, "十四五规划") == [quoting.doc_id]
    assert matches(archive, engine, "老旧小区") == [ONE.doc_id]
    assert archive.rows("SELECT count(*) FROM texts") == [(3,)]


def test_a_search_reads_no_more_than_it_shows(
    archive: Archive, engine: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive.site.add(*(story(n, NOON, title="小区") for n in range(100, 140)))
    archive.run(after=LATER)
    read = []
    monkeypatch.setattr("crawler.search.find.newest_post", lambda _root, path, _kept: read.append(path))
    assert len(list(islice(find(engine, archive.folder, Query.parse("小区")), 3))) == len(read) == 3


def test_another_database_than_sqlite_has_none(tmp_path: Path) -> None:
    engine = sa.create_mock_engine("postgresql://", print)
    with pytest.raises(NoIndex, match="needs an SQLite catalog; this one is postgresql"):
        TextIndex(engine, tmp_path)  # type: ignore[arg-type]  # it has a dialect, and that is all that is asked
