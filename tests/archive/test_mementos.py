"""What web archives hold, in each kind of database."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from crawler.archive import mementos as module
from crawler.archive.database import open_engine
from crawler.archive.index_queries import IndexQueries, IndexQuery
from crawler.archive.ledger import Ledger
from crawler.archive.mementos import ARCHIVED, REFUSED, HeldMemento, Mementos
from crawler.archive.tables import mementos, revisions
from crawler.items import COMMON_CRAWL, INTERNET_ARCHIVE, ListEntry
from crawler.times import iso
from crawler.webarchive.memento import Memento

NOW = datetime(2026, 1, 5, 4, tzinfo=UTC)
THEN = datetime(2016, 3, 10, 4, tzinfo=UTC)
DAY = timedelta(days=1)
BOTH = (INTERNET_ARCHIVE, COMMON_CRAWL)
AGAIN = (timedelta(hours=1), timedelta(days=1))


@pytest.fixture
def engine(database: str) -> Iterator[sa.Engine]:
    engine = open_engine(database)
    yield engine
    engine.dispose()


def held(number: int, after: int = 0, archive: str = INTERNET_ARCHIVE, page: int = 1, digest: str = "A") -> HeldMemento:
    """A capture of the article `number`, so many days `after` it was published."""
    url = f"https://finance.sina.com.cn/china/2016-03-10/doc-ifxaaaaa{number:07}{f'_{page}' if page > 1 else ''}.shtml"
    memento = Memento(archive, url, THEN + after * DAY, "", None, "", digest * 32, 9)
    return HeldMemento(f"fxaaaaa{number:07}", page, memento)


def text(of: HeldMemento, number: int, after: int, gone: str | None = None) -> dict[str, Any]:
    """A row of ``revisions``."""
    row = {"doc_id": of.doc_id, "number": number, "seen_at": iso(THEN + after * DAY), "seen_by": "sina"}
    return row | {"title": "题", "content_hash": str(number), "gone": gone}


def test_a_capture_is_entered_once_and_keeps_its_state(engine: sa.Engine) -> None:
    catalog = Mementos(engine)
    assert catalog.hold([held(1), held(1), held(2)], NOW) == 2
    catalog.fetched(held(1), REFUSED, "http_404")
    assert catalog.hold([held(1), held(3)], NOW) == 1
    assert list(catalog.due(NOW, BOTH, newest_first=False)) == [held(2).doc_id, held(3).doc_id]


@pytest.mark.parametrize("newest_first", [True, False])
def test_articles_are_due_by_their_first_capture_whatever_is_done_meanwhile(
    engine: sa.Engine, monkeypatch: pytest.MonkeyPatch, newest_first: bool
) -> None:
    monkeypatch.setattr(module, "_CHUNK", 2)
    catalog = Mementos(engine, AGAIN)
    shown = [held(number, after) for number, first in ((1, 4), (2, 1), (3, 3), (4, 2), (5, 2)) for after in (first, 9)]
    catalog.hold(shown, NOW)
    order = []
    for doc_id in catalog.due(NOW, BOTH, newest_first):
        order.append(doc_id)
        capture = catalog.next(doc_id, NOW, BOTH, None)
        assert capture
        catalog.failed(capture, "timeout", NOW)
    expected = [held(number).doc_id for number in (2, 4, 5, 3, 1)]
    assert order == (expected[::-1] if newest_first else expected)


def test_the_captures_of_an_article_come_in_their_order_of_the_archives_that_may_be_asked(engine: sa.Engine) -> None:
    catalog = Mementos(engine)
    shown = [held(1, 3), held(1, 1, COMMON_CRAWL), held(1, 2), held(1, 1, page=2), held(1, 3, COMMON_CRAWL)]
    catalog.hold(shown, NOW)
    order, after = [], None
    while capture := catalog.next(held(1).doc_id, NOW, BOTH, after):
        order.append((capture.memento.archive, capture.memento.at))
        after = capture.memento
    assert order == [(shown[at].memento.archive, shown[at].memento.at) for at in (1, 2, 4, 0)]
    assert catalog.next(held(1).doc_id, NOW, [COMMON_CRAWL], shown[2].memento) == shown[4]


def test_a_failure_is_tried_again_after_the_next_interval_and_then_given_up(engine: sa.Engine) -> None:
    catalog = Mementos(engine, AGAIN)
    catalog.hold([held(1)], NOW)
    for again in (*AGAIN, None):
        catalog.failed(held(1), "wrong_digest", NOW)
        assert not list(catalog.due(NOW, BOTH, newest_first=True))
        assert bool(list(catalog.due(NOW + (again or 9 * DAY), BOTH, newest_first=True))) is (again is not None)
    with engine.connect() as connection:
        row = connection.execute(sa.select(mementos.c.state, mementos.c.reason, mementos.c.attempts)).one()
    assert tuple(row) == ("given_up", "wrong_digest", 3)


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        ([(1, 0, None)], 1),
        ([(1, 0, None), (2, 9, None)], 1),  # seen after both
        ([(1, 0, None), (2, 2, None)], None),  # between the two
        ([(1, 0, None), (2, 2, "gone")], None),
        ([], None),
    ],
)
def test_equal_payloads_show_one_text_where_nothing_else_was_seen_between(
    engine: sa.Engine, texts: list[tuple[int, int, str | None]], expected: int | None
) -> None:
    catalog = Mementos(engine)
    first, again, other = held(1), held(1, 3), held(1, 4, digest="B")
    catalog.hold([first, again, other], NOW)
    catalog.fetched(first, ARCHIVED)
    with engine.begin() as connection:
        for values in texts:
            connection.execute(sa.insert(revisions).values(text(first, *values)))
    assert catalog.shown_already(again) == expected
    assert catalog.shown_already(other) is None
    catalog.hold([held(1, 3, page=2)], NOW)
    assert catalog.shown_already(again) is None


def test_a_page_is_the_nearest_in_time_and_no_farther_than_is_allowed(engine: sa.Engine) -> None:
    catalog = Mementos(engine)
    pages = [held(1, after, page=2) for after in (2, 6, 40)]
    catalog.hold([held(1, 5), *pages, held(1, 5, page=3)], NOW)
    assert catalog.page(held(1, 5), 2, 30 * DAY) == pages[1]
    assert catalog.page(held(1, 90), 2, 30 * DAY) is None


def test_a_gap_says_which_archives_hold_its_articles(engine: sa.Engine) -> None:
    catalog, ledger = Mementos(engine), Ledger(engine, AGAIN)
    urls = {number: held(number).memento.url for number in (1, 2, 3)}
    ledger.see(
        [(held(number).doc_id, ListEntry(url, "题", created_at=THEN)) for number, url in urls.items()], None, NOW
    )
    ledger.archived(held(3).doc_id)
    catalog.hold([held(1), held(1, 1), held(1, 1, COMMON_CRAWL), held(2), held(3)], NOW)
    catalog.fetched(held(2), REFUSED, "http_404")
    day = THEN.date()
    assert catalog.held_by(day, day) == {("2016-03-10", "urls"): {INTERNET_ARCHIVE: 1, COMMON_CRAWL: 1}}
    assert catalog.held_by(day + DAY, None) == {}


def test_a_query_goes_on_where_it_was_interrupted_and_begins_anew_when_it_is_old(engine: sa.Engine) -> None:
    queries = IndexQueries(engine, Mementos(engine))
    query = queries.resume(INTERNET_ARCHIVE, "finance.sina.com.cn/g/", NOW, 30 * DAY)
    assert query == IndexQuery(INTERNET_ARCHIVE, "finance.sina.com.cn/g/")
    query = queries.answered(query, [held(1), held(2)], "key", NOW)
    queries.failed(query, "http_503", NOW)
    assert queries.resume(query.archive, query.query, NOW, 30 * DAY) == query
    assert (query.next, query.count) == ("key", 2)
    assert [row["reason"] for row in queries.failures()] == ["http_503"]
    queries.answered(query, [held(2), held(3)], "", NOW)
    assert queries.failures() == []
    assert queries.resume(query.archive, query.query, NOW + 29 * DAY, 30 * DAY) is None
    assert queries.resume(query.archive, query.query, NOW + 30 * DAY, None) is None
    assert queries.resume(query.archive, query.query, NOW + 30 * DAY, 30 * DAY) == IndexQuery(
        query.archive, query.query
    )
