"""A search for a stock finds the articles that name it or mark it up, and none that only has its number."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import sqlalchemy as sa

from crawler.search.find import Hit, find
from crawler.search.query import Query
from tests.support.archives import Archive
from tests.support.catalogs import OpenCatalog
from tests.support.sites import NOON, Site, story

NAMED = story(1, paragraphs=("海岑酒业(600519)今日宣布提价。",))
MARKED = story(2, paragraphs=('<span id="stock_sh600519"><a href="#">海岑酒业</a></span>今日宣布分红，税率不变。',))
AMOUNT = story(3, paragraphs=("全市工业增加值为600519万元，税收增长。",))
OTHER = story(4, paragraphs=("远帆控股(0700.HK)回购，$AAPL 收跌。",))
TITLED = story(5, title="海岑酒业（600519.SH）：拟派发现金红利")


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    folder = tmp_path_factory.mktemp("stocks")
    archive = Archive(Site(folder / "site").add(NAMED, MARKED, AMOUNT, OTHER, TITLED), folder / "archive")
    assert archive.run().status == 0
    return archive


@pytest.fixture
def engine(archive: Archive) -> Iterator[sa.Engine]:
    with OpenCatalog(f"sqlite:///{archive.folder / 'catalog.db'}") as catalog:
        yield catalog.engine


def hits(archive: Archive, engine: sa.Engine, words: str, stock: str) -> list[Hit]:
    return list(find(engine, archive.folder, Query.parse(words, stock)))


@pytest.mark.parametrize("written", ["sh600519", "600519", "600519.SH"])
def test_named_and_marked_up_the_newest_first(archive: Archive, engine: sa.Engine, written: str) -> None:
    doc_ids = [hit.doc_id for hit in hits(archive, engine, "", written)]
    assert doc_ids == [TITLED.doc_id, MARKED.doc_id, NAMED.doc_id]


def test_words_have_to_be_there_too(archive: Archive, engine: sa.Engine) -> None:
    assert [hit.doc_id for hit in hits(archive, engine, "税", "600519")] == [MARKED.doc_id]
    assert {hit.doc_id for hit in hits(archive, engine, "税", "")} == {MARKED.doc_id, AMOUNT.doc_id}


@pytest.mark.parametrize("written", ["00700", "700.HK", "AAPL"])
def test_shorter_numbers_and_tickers(archive: Archive, engine: sa.Engine, written: str) -> None:
    assert [hit.doc_id for hit in hits(archive, engine, "", written)] == [OTHER.doc_id]


def test_the_snippet_shows_where_it_is_named(archive: Archive, engine: sa.Engine) -> None:
    hit = hits(archive, engine, "", "sh600519")[-1]
    assert [hit.snippet.text[start:end] for start, end in hit.snippet.marks] == ["600519"]


def test_a_window_holds(archive: Archive, engine: sa.Engine) -> None:
    query = Query.parse("", "600519")
    assert [hit.doc_id for hit in find(engine, archive.folder, query, NOON + timedelta(minutes=4))] == [TITLED.doc_id]
    assert [hit.doc_id for hit in find(engine, archive.folder, query, None, NOON + timedelta(minutes=2))] == [
        NAMED.doc_id
    ]
