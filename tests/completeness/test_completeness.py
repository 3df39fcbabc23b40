"""What the catalog says of who saw which articles."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from crawler.archive.database import open_engine
from crawler.archive.ledger import Ledger
from crawler.archive.tables import mementos
from crawler.completeness.completeness import Completeness, completeness
from crawler.items import ListEntry

NOW = datetime(2024, 3, 5, 4, tzinfo=UTC)


@pytest.fixture
def engine(database: str) -> Iterator[sa.Engine]:
    engine = open_engine(database)
    yield engine
    engine.dispose()


def url_of(number: int, section: str = "china/gncj", day: str = "2024-03-05") -> str:
    return f"https://finance.sina.com.cn/{section}/{day}/doc-inaaaaaa{number:07d}.shtml"


def show(engine: sa.Engine, channel: str | None, numbers: range, **address: str) -> None:
    """A list shows these articles."""
    shown = [(f"naaaaaa{number:07d}", ListEntry(url_of(number, **address), "题")) for number in numbers]
    Ledger(engine).see(shown, channel, NOW)


def hold(engine: sa.Engine, archive: str, numbers: range, state: str = "held", **address: str) -> None:
    """A web archive holds mementos of these articles, two of each."""
    rows = [
        {"archive": archive, "url": url_of(number, **address), "at": f"2024-03-0{copy}T00:00:00Z",
         "doc_id": f"naaaaaa{number:07d}", "digest": "x", "state": state}
        for number in numbers for copy in (6, 7)
    ]  # fmt: skip
    with engine.begin() as connection:
        connection.execute(sa.insert(mementos), rows)


def only(found: list[Completeness]) -> Completeness:
    (row,) = found
    return row


def test_an_article_counts_once_however_often_a_witness_saw_it(engine: sa.Engine) -> None:
    show(engine, "1686", range(60))
    show(engine, "1687", range(10))
    show(engine, "column:56598", range(50, 65))
    show(engine, "column:56683", range(50, 65))
    show(engine, "7x24", range(2))
    show(engine, "list:finance/gncj", range(1))
    hold(engine, "internet_archive", range(30, 80))
    row = only(completeness(engine))
    assert (row.channel, row.month, row.known) == ("1686", "2024-03", 80)
    assert row.seen == {"roll": 60, "columns": 15, "7x24": 2, "old_lists": 1, "internet_archive": 50}
    assert (row.shared["roll+columns"], row.shared["columns+internet_archive"]) == (10, 15)
    assert row.estimate.kind == "if_independent"
    assert row.as_json()["compared"] == ["7x24+columns+old_lists+roll", "internet_archive"]


def test_what_is_no_article_is_no_sighting(engine: sa.Engine) -> None:
    show(engine, "1686", range(3))
    Ledger(engine).failed("naaaaaa0000000", "empty_body", NOW, refused=True)
    Ledger(engine).failed("naaaaaa0000001", "http_503", NOW)
    hold(engine, "internet_archive", range(5, 7), state="refused")
    show(engine, None, range(8, 9))
    row = only(completeness(engine))
    assert (row.known, row.seen) == (2, {"roll": 2})


def test_what_only_a_web_archive_holds_is_counted_by_its_address(engine: sa.Engine) -> None:
    hold(engine, "common_crawl", range(3), day="2012-05-17")
    hold(engine, "internet_archive", range(1, 4), day="2012-05-17")
    row = only(completeness(engine))
    assert (row.channel, row.month, row.known) == ("1686", "2012-05", 4)
    assert row.shared == {"internet_archive+common_crawl": 2}


def test_months_and_a_channel_are_chosen(engine: sa.Engine) -> None:
    show(engine, "1686", range(3))
    show(engine, "1686", range(3, 5), day="2024-04-30")
    show(engine, "1686", range(5, 6), section="roll")
    assert [(row.channel, row.month) for row in completeness(engine)] == [
        ("/roll", "2024-03"), ("1686", "2024-03"), ("1686", "2024-04"),
    ]  # fmt: skip
    assert [row.month for row in completeness(engine, since=date(2024, 4, 2))] == ["2024-04"]
    assert [row.month for row in completeness(engine, until=date(2024, 3, 2), channel="1686")] == ["2024-03"]


def test_an_empty_archive_has_nothing_to_say(engine: sa.Engine) -> None:
    assert completeness(engine) == []


def test_what_somebody_gave_is_no_witness(engine: sa.Engine) -> None:
    show(engine, "1686", range(60))
    hold(engine, "internet_archive", range(30, 80))
    before = completeness(engine)
    hold(engine, "alice.example", range(60, 90), "archived")
    assert completeness(engine) == before
