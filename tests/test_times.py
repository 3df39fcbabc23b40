"""Times as text: one form, in UTC, that sorts by time."""

from datetime import UTC, date, datetime, timedelta

import pytest

from crawler import times
from crawler.times import (
    BEIJING,
    LATEST,
    beijing_day,
    from_iso,
    iso,
    iso_or_none,
    now,
    parse_day,
    parse_intervals,
    parse_time,
)

MOMENT = datetime(2021, 7, 9, 14, 20, 37, tzinfo=BEIJING)


def test_a_time_becomes_text_in_utc() -> None:
    assert iso(MOMENT) == "2021-07-09T06:20:37Z"


def test_the_text_becomes_the_same_time() -> None:
    assert from_iso(iso(MOMENT)) == MOMENT


def test_no_time_is_no_text() -> None:
    assert iso_or_none(None) is None
    assert from_iso(None) is None


def test_texts_sort_as_their_times_do() -> None:
    moments = [MOMENT + timedelta(hours=37 * number) for number in range(500)]
    assert sorted(map(iso, moments)) == list(map(iso, moments))


def test_now_is_aware_and_has_whole_seconds() -> None:
    assert (now().tzinfo, now().microsecond) == (UTC, 0)
    assert abs(now() - datetime.now(UTC)) < timedelta(seconds=3)


@pytest.mark.parametrize(("hour", "day"), [(15, "2021-07-09"), (16, "2021-07-10")])
def test_a_day_is_that_of_beijing(hour: int, day: str) -> None:
    assert str(beijing_day(datetime(2021, 7, 9, hour, tzinfo=UTC))) == day


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("1h,6h,1d", [60, 360, 1440]), (" 30m , 7d ", [30, 10080]), ("", []), (",", [])],
)
def test_distances_are_minutes_hours_and_days(text: str, minutes: list[int]) -> None:
    assert parse_intervals(text) == tuple(timedelta(minutes=count) for count in minutes)


@pytest.mark.parametrize("text", ["1", "h", "1w", "-1h", "1.5h", "1h 6h", "1H", "１h;", "999999d"])
def test_any_other_distance_is_an_error_that_names_it(text: str) -> None:
    with pytest.raises(ValueError, match="not a distance in time"):
        parse_intervals(text)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2024-03-05", "2024-03-04T16:00:00Z", "2024-03-05T16:00:00Z"),
        ("2024-03-05T10:30", "2024-03-05T02:30:00Z", "2024-03-05T02:30:00Z"),
        ("2024-02-29", "2024-02-28T16:00:00Z", "2024-02-29T16:00:00Z"),
        ("2024-3-5", "2024-03-04T16:00:00Z", "2024-03-05T16:00:00Z"),
        ("2024/3/5", "2024-03-04T16:00:00Z", "2024-03-05T16:00:00Z"),
        ("2024年3月5日", "2024-03-04T16:00:00Z", "2024-03-05T16:00:00Z"),
        ("2024-03-05 10:30", "2024-03-05T02:30:00Z", "2024-03-05T02:30:00Z"),
    ],
)
def test_an_argument_is_a_day_or_a_minute_in_beijing_and_a_day_ends_with_its_last_moment(
    text: str, start: str, end: str
) -> None:
    assert iso(parse_time("since", text)) == start
    assert iso(parse_time("until", text, end=True)) == end


@pytest.mark.parametrize("text", ["2024-02-30", "20240305", "soon", "2024-03-05 10.30", "2024-03-05T10:30:00Z", ""])
def test_any_other_argument_is_an_error_that_names_it(text: str) -> None:
    with pytest.raises(ValueError, match="since: YYYY-MM-DD"):
        parse_time("since", text)


def test_yesterday_is_that_of_beijing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(times, "clock", lambda: datetime(2024, 3, 4, 17, tzinfo=UTC))
    assert (parse_day("yesterday"), parse_day("今天")) == (date(2024, 3, 4), date(2024, 3, 5))


@pytest.mark.parametrize("text", ["9999-12-31", "0001-01-01", "1997-12-31", "2100-01-01", "2100-01-01T00:00"])
def test_a_time_that_no_archive_of_sina_holds_is_an_error_too(text: str) -> None:
    with pytest.raises(ValueError, match=f"^until: a time from 1998 to 2099 is wanted, not '{text}'"):
        parse_time("until", text, end=True)
    assert parse_time("until", "2099-12-31", end=True) == LATEST
