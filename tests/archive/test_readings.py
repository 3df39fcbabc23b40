"""The readings of a list: what of it is known, what reading on may cost, and what a reading proves."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from crawler.archive.database import open_engine
from crawler.archive.ledger import Ledger
from crawler.archive.readings import Reading, Readings, Remembered
from crawler.archive.slices import SHORT_ANSWER, Slices
from crawler.items import ListEntry

NOW = datetime(2024, 3, 5, 4, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ENTRY = ListEntry(url="https://finance.sina.com.cn/roll/2024-03-04/doc-inamqhtv5093318.shtml", title="一")
READ = Reading("1686", NOW, "nothing_new", is_complete=True)


@pytest.fixture
def engine(database: str) -> Iterator[sa.Engine]:
    engine = open_engine(database)
    yield engine
    engine.dispose()


@pytest.fixture
def readings(engine: sa.Engine) -> Readings:
    return Readings(engine)


@pytest.fixture
def ledger(engine: sa.Engine) -> Ledger:
    return Ledger(engine)


class TestWhatIsKnown:
    """An entry is new in a channel until the channel's list was read down to where it was known."""

    def test_nothing_is_before_the_first_complete_reading(self, ledger: Ledger, readings: Readings) -> None:
        ledger.see([("doc", ENTRY)], "1686", NOW)
        ledger.archived("doc")
        assert readings.known(["doc"], "1686") == set()

    def test_after_it_all_that_was_listed_is_and_what_comes_later_is_not(
        self, ledger: Ledger, readings: Readings
    ) -> None:
        ledger.see([("doc", ENTRY)], "1686", NOW)
        readings.end(READ)
        ledger.see([("doc", ENTRY), ("later", ENTRY)], "1686", NOW + HOUR)
        assert readings.known(["doc", "later", "never"], "1686") == {"doc"}

    def test_each_channel_has_its_own(self, ledger: Ledger, readings: Readings) -> None:
        ledger.see([("doc", ENTRY)], "1687", NOW)
        readings.end(replace(READ, channel="1687"))
        assert (readings.known(["doc"], "1686"), readings.known(["doc"], "1687")) == (set(), {"doc"})

    @pytest.mark.parametrize("later", [-DAY, timedelta(0), DAY], ids=["the clock goes back", "at once", "a day later"])
    def test_what_is_listed_while_a_long_reading_goes_on_is_known_after_it(
        self, ledger: Ledger, readings: Readings, later: timedelta
    ) -> None:
        ledger.see([("doc", ENTRY)], "1686", NOW + later)
        readings.end(READ)
        ledger.see([("new", ENTRY)], "1686", NOW + later)
        assert readings.known(["doc", "new"], "1686") == {"doc"}

    def test_a_reading_that_is_not_complete_changes_nothing(self, ledger: Ledger, readings: Readings) -> None:
        ledger.see([("doc", ENTRY)], "1686", NOW)
        readings.end(replace(READ, how="max_pages", is_complete=False))
        assert (readings.known(["doc"], "1686"), readings.of("1686")) == (set(), Remembered())


class TestReadingOn:
    """Twelve pages a day and channel, and no more."""

    def taken(self, readings: Readings, at: datetime) -> int:
        return sum(readings.may_read_on("1686", at) for _ in range(20))

    def test_a_dozen_a_day_of_beijing(self, readings: Readings) -> None:
        readings.end(READ)
        assert [self.taken(readings, NOW + after) for after in (0 * DAY, HOUR, DAY)] == [12, 0, 12]

    def test_when_and_how_far_is_remembered(self, readings: Readings) -> None:
        readings.end(replace(READ, is_deep=True, total=60, newest=NOW))
        readings.end(replace(READ, begun=NOW + HOUR, total=61, newest=NOW - HOUR))
        assert readings.of("1686") == Remembered(2, 61, NOW, NOW)


class TestAListThatEndsTooEarly:
    """It is read again; the third time in a row, what it does not show is entered as a gap."""

    def test_the_third_time_the_gap_is_named_and_the_reading_taken_for_complete(
        self, readings: Readings, engine: sa.Engine
    ) -> None:
        readings.end(replace(READ, newest=NOW))
        short = Reading("1686", NOW + DAY, SHORT_ANSWER, is_complete=False, count=100, total=900, lowest=NOW + HOUR)
        seen = []
        for _ in range(3):
            readings.end(short)
            seen.append((readings.of("1686").times_read, len(Slices(engine).failures())))
        assert seen == [(1, 0), (1, 0), (2, 1)]
        (gap,) = Slices(engine).failures()
        assert [gap[name] for name in ("start", "end", "reason", "found", "total")] == [
            "2024-03-05T04:00:00Z",
            "2024-03-05T05:00:00Z",
            "short_answer",
            100,
            900,
        ]

    def test_a_good_reading_between_them_begins_the_count_anew(self, readings: Readings) -> None:
        short = replace(READ, how=SHORT_ANSWER, is_complete=False)
        for reading in (READ, short, short, READ, short, short):
            readings.end(reading)
        assert readings.of("1686").times_read == 2


class TestProofs:
    """Per day: until when it was proved complete, and by what."""

    def proved(self, ledger: Ledger) -> list[tuple[str, str | None, str | None]]:
        return [(row.day, row.complete_at, row.complete_by) for row in ledger.coverage(None, None)]

    @pytest.fixture
    def ledger(self, ledger: Ledger) -> Ledger:
        """An entry on each of three days."""
        for day in (3, 4, 5):
            entry = replace(ENTRY, created_at=datetime(2024, 3, day, 2, tzinfo=UTC))
            ledger.see([(f"doc{day}", entry)], "1686", NOW)
        return ledger

    def test_a_reading_proves_the_days_that_it_passed(self, ledger: Ledger, readings: Readings) -> None:
        readings.end(replace(READ, first_day=date(2024, 3, 4)))
        readings.end(replace(READ, begun=NOW + HOUR, first_day=date(2024, 3, 5)))
        assert self.proved(ledger) == [
            ("2024-03-03", None, None),
            ("2024-03-04", "2024-03-05T04:00:00Z", "list"),
            ("2024-03-05", "2024-03-05T05:00:00Z", "list"),
        ]

    def test_a_newer_proof_takes_the_place_of_one_of_fewer_days(
        self, ledger: Ledger, readings: Readings, engine: sa.Engine
    ) -> None:
        for hours in range(5):
            readings.end(replace(READ, begun=NOW + hours * HOUR, first_day=date(2024, 3, 4)))
        with engine.connect() as connection:
            assert connection.scalar(sa.text("SELECT count(*) FROM proofs")) == 1
        assert self.proved(ledger)[1] == ("2024-03-04", "2024-03-05T08:00:00Z", "list")


def test_an_older_catalog_keeps_what_was_new_in_it(tmp_path: Path) -> None:
    path = tmp_path / "catalog.db"
    open_engine(f"sqlite:///{path}").dispose()
    with closing(sqlite3.connect(path)) as catalog, catalog:
        catalog.executescript(
            "ALTER TABLE revisions DROP COLUMN seen_by; ALTER TABLE revisions DROP COLUMN learned_at;"
            "ALTER TABLE revisions DROP COLUMN facts;"
            "UPDATE schema_version SET version = 7; DROP TABLE proofs; DROP TABLE readings; DROP TABLE listed;"
            "ALTER TABLE articles DROP COLUMN last_seen_at; DROP TABLE revisions;"
            "CREATE TABLE revisions (doc_id TEXT, number INTEGER, PRIMARY KEY (doc_id, number));"
            "CREATE TABLE readings (channel TEXT PRIMARY KEY, complete_at TEXT NOT NULL);"
            "CREATE TABLE listed (channel TEXT, doc_id TEXT, at TEXT NOT NULL, PRIMARY KEY (channel, doc_id));"
            "INSERT INTO readings VALUES ('1686', '2024-03-05T04:00:00Z');"
            "INSERT INTO listed VALUES ('1686', 'old', '2024-03-05T03:00:00Z'),"
            " ('1686', 'new', '2024-03-05T05:00:00Z'), ('1687', 'unread', '2024-03-05T03:00:00Z');"
        )
    engine = open_engine(f"sqlite:///{path}")
    readings = Readings(engine)
    assert readings.of("1686") == Remembered(times_read=1)
    assert readings.known(["old", "new"], "1686") == {"old"}
    assert readings.known(["unread"], "1687") == set()
    readings.end(READ)
    assert readings.known(["old", "new"], "1686") == {"old", "new"}
    engine.dispose()
