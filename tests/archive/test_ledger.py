"""The ledger by itself: entries, attempts, and what became of each channel and day."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from crawler.archive.ledger import DayCount, Ledger
from crawler.items import ListEntry
from crawler.times import BEIJING, iso, parse_intervals
from tests.support.catalogs import OpenCatalog

NOW = datetime(2024, 3, 5, 4, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ENTRY = ListEntry(
    url="https://finance.sina.com.cn/roll/2024-03-04/doc-inamqhtv5093318.shtml",
    title="一季度轮胎产量同比增长3.4%",
    created_at=datetime(2024, 3, 4, 23, 59, 59, tzinfo=BEIJING),
    modified_at=datetime(2024, 3, 5, 1, tzinfo=BEIJING),
    media="海岑日报",
    keywords=("轮胎", "产量"),
    channels=("1686", "1687"),
)
DOC_ID = "namqhtv5093318"


@pytest.fixture
def ledger(database: str) -> Iterator[Ledger]:
    with OpenCatalog(database) as catalog:
        yield Ledger(catalog.engine, parse_intervals("10m,1h,6h"))


def state(ledger: Ledger) -> tuple[str, str | None, str | None]:
    """State, reason and next attempt of the entry."""
    known = ledger.known([DOC_ID])[DOC_ID]
    return known.state, known.reason, known.next_try_at


def test_a_new_entry_is_due_at_once_and_comes_back_as_it_was_listed(ledger: Ledger) -> None:
    ledger.see([(DOC_ID, ENTRY)], "1686", NOW)
    assert ledger.due(NOW, 10) == [(DOC_ID, ENTRY)]
    assert ledger.entry(DOC_ID) == ENTRY


def test_an_unknown_entry_is_none(ledger: Ledger) -> None:
    assert (ledger.known(["x"]), ledger.entry("x"), ledger.due(NOW, 10)) == ({}, None, [])


def test_nothing_listed_is_nothing_entered(ledger: Ledger) -> None:
    ledger.see([], "1686", NOW)
    assert ledger.coverage(None, None) == []


def test_an_archived_entry_is_not_due_when_it_is_listed_again(ledger: Ledger) -> None:
    ledger.see([(DOC_ID, ENTRY)], "1686", NOW)
    ledger.archived(DOC_ID)
    ledger.see([(DOC_ID, ENTRY)], "1687", NOW + HOUR)
    assert (state(ledger), ledger.due(NOW + DAY, 10)) == (("archived", None, None), [])


def test_the_mtime_follows_the_listing_and_is_kept_where_the_listing_has_none(ledger: Ledger) -> None:
    moved = replace(ENTRY, modified_at=NOW)
    for entry in (ENTRY, moved, replace(ENTRY, modified_at=None)):
        ledger.see([(DOC_ID, entry)], "1686", NOW)
    assert ledger.known([DOC_ID])[DOC_ID].modified_at == iso(NOW)


def test_attempts_grow_further_apart_until_the_entry_is_given_up_with_its_last_reason(ledger: Ledger) -> None:
    ledger.see([(DOC_ID, ENTRY)], "1686", NOW)
    seen = []
    for number in range(4):
        ledger.failed(DOC_ID, f"http_50{number}", NOW)
        seen.append(state(ledger))
    assert seen == [
        ("failed", "http_500", iso(NOW + timedelta(minutes=10))),
        ("failed", "http_501", iso(NOW + HOUR)),
        ("failed", "http_502", iso(NOW + 6 * HOUR)),
        ("given_up", "http_503", None),
    ]


def test_what_was_not_asked_for_stays_due_with_the_reason(ledger: Ledger) -> None:
    ledger.see([(DOC_ID, ENTRY)], "1686", NOW)
    for _ in range(9):
        ledger.postponed(DOC_ID, "blocked", NOW + HOUR)
    assert state(ledger) == ("failed", "blocked", iso(NOW))
    assert ledger.due(NOW, 10) == [(DOC_ID, ENTRY)]
    assert [failure["reason"] for failure in ledger.failures(NOW + HOUR, 10)] == ["blocked"]
    ledger.archived(DOC_ID)
    ledger.postponed(DOC_ID, "blocked", NOW + HOUR)
    assert state(ledger) == ("archived", "blocked", None)


def test_a_success_wipes_the_failures(ledger: Ledger) -> None:
    ledger.see([(DOC_ID, ENTRY)], "1686", NOW)
    ledger.failed(DOC_ID, "http_500", NOW)
    ledger.archived(DOC_ID)
    assert state(ledger) == ("archived", None, None)


def test_a_second_look_in_vain_leaves_the_entry_archived_and_is_repeated(ledger: Ledger) -> None:
    ledger.see([(DOC_ID, ENTRY)], "1686", NOW)
    ledger.archived(DOC_ID)
    ledger.failed(DOC_ID, "http_500", NOW)
    assert state(ledger) == ("archived", "http_500", iso(NOW + timedelta(minutes=10)))
    assert not ledger.coverage(None, None)[0].is_gap


def test_an_archived_entry_whose_mtime_moved_is_due(ledger: Ledger) -> None:
    ledger.see([(DOC_ID, ENTRY)], "1686", NOW)
    ledger.archived(DOC_ID)
    ledger.see([(DOC_ID, replace(ENTRY, modified_at=NOW + HOUR))], "1686", NOW + DAY)
    assert [doc_id for doc_id, _ in ledger.due(NOW + DAY, 10)] == [DOC_ID]
    ledger.archived(DOC_ID)
    ledger.see([(DOC_ID, replace(ENTRY, modified_at=NOW + HOUR))], "1686", NOW + DAY)
    assert ledger.due(NOW + DAY, 10) == []


def test_a_refused_entry_stays_refused_after_its_last_attempt(ledger: Ledger) -> None:
    ledger.see([(DOC_ID, ENTRY)], "1686", NOW)
    for _ in range(5):
        ledger.failed(DOC_ID, "gone", NOW, refused=True)
    assert state(ledger) == ("refused", "gone", None)


def test_a_failure_of_what_was_never_listed_is_nothing(ledger: Ledger) -> None:
    ledger.failed("x", "http_500", NOW)
    assert ledger.known(["x"]) == {}


def test_due_ones_come_oldest_first_and_not_more_than_asked_for(ledger: Ledger) -> None:
    for number in range(5):
        ledger.see([(f"doc{number}", replace(ENTRY, title=str(number)))], None, NOW - number * HOUR)
    assert [doc_id for doc_id, _ in ledger.due(NOW, 3)] == ["doc4", "doc3", "doc2"]
    assert [doc_id for doc_id, _ in ledger.due(NOW - 4 * HOUR, 10)] == ["doc4"]


def test_the_failures_of_a_run_are_those_since_its_start(ledger: Ledger) -> None:
    ledger.see([(name, ENTRY) for name in ("old", "new", "mended")], None, NOW)
    ledger.failed("old", "http_500", NOW - HOUR)
    ledger.failed("new", "http_503", NOW)
    ledger.failed("mended", "http_503", NOW)
    ledger.archived("mended")
    found = ledger.failures(NOW, 10)
    assert found == [{"doc_id": "new", "url": ENTRY.url, "state": "failed", "reason": "http_503"}]


class TestCoverage:
    """A row per channel and day of Beijing."""

    @pytest.fixture
    def ledger(self, ledger: Ledger) -> Ledger:
        """On the 4th: one of each state. On the 5th: one archived, which two channels list."""
        for doc_id in ("archived", "failed", "refused", "given_up", "listed"):
            ledger.see([(doc_id, ENTRY)], "1686", NOW)
        ledger.archived("archived")
        ledger.failed("failed", "http_503", NOW)
        ledger.failed("refused", "gone", NOW, refused=True)
        for _ in range(4):
            ledger.failed("given_up", "http_404", NOW)
        later = replace(ENTRY, created_at=datetime(2024, 3, 5, tzinfo=BEIJING))
        for channel in ("1686", "1687"):
            ledger.see([("shared", later)], channel, NOW)
        ledger.archived("shared")
        return ledger

    def test_each_state_has_its_column_and_each_failure_its_reason(self, ledger: Ledger) -> None:
        reasons = {"gone": 1, "http_404": 1, "http_503": 1}
        assert ledger.coverage(None, None)[0] == DayCount("1686", "2024-03-04", 5, 1, 1, 1, 1, 1, reasons)

    def test_an_article_counts_in_every_channel_that_lists_it(self, ledger: Ledger) -> None:
        rows = ledger.coverage(date(2024, 3, 5), None)
        assert [(row.channel, row.listed, row.archived, row.is_gap) for row in rows] == [
            ("1686", 1, 1, False),
            ("1687", 1, 1, False),
        ]

    def test_a_window_and_a_channel_select(self, ledger: Ledger) -> None:
        assert [row.day for row in ledger.coverage(None, date(2024, 3, 4))] == ["2024-03-04"]
        assert [row.channel for row in ledger.coverage(None, None, "1687")] == ["1687"]
        assert ledger.coverage(date(2024, 3, 6), None) == []

    def test_what_no_list_showed_stands_under_urls(self, ledger: Ledger) -> None:
        ledger.see([("given", replace(ENTRY, created_at=None))], None, NOW)
        assert [(row.channel, row.day) for row in ledger.coverage(None, None) if row.channel == "urls"] == [
            ("urls", "2024-03-05")
        ]

    @pytest.mark.parametrize(
        ("state", "is_gap"),
        [("archived", False), ("refused", False), ("failed", True), ("given_up", True), ("missed", True)],
    )
    def test_a_gap_is_what_may_still_be_had_or_was_given_up(self, state: str, is_gap: bool) -> None:
        counts = {"archived": 0, "failed": 0, "refused": 0, "given_up": 0, "missed": 0} | {state: 1}
        assert DayCount(channel="1686", day="2024-03-04", listed=1, reasons={}, **counts).is_gap == is_gap

    def test_gaps_can_be_made_due_again(self, ledger: Ledger) -> None:
        assert ledger.retry(date(2024, 3, 4), date(2024, 3, 4), NOW) == 3
        assert {doc_id for doc_id, _ in ledger.due(NOW, 10)} == {"failed", "given_up", "listed"}
        assert ledger.retry(date(2024, 3, 5), date(2024, 3, 9), NOW) == 0
