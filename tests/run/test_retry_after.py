"""Retry-After in both of its forms, and in none."""

from datetime import UTC, datetime, timedelta

import pytest

from crawler.run.retry_after import retry_after

AT = datetime(2024, 3, 5, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "wait"),
    [
        ("0", timedelta()),
        (" 120 ", timedelta(minutes=2)),
        ("Tue, 05 Mar 2024 12:01:00 GMT", timedelta(minutes=1)),
        ("Tuesday, 05-Mar-24 12:01:00 GMT", timedelta(minutes=1)),
        ("Tue Mar  5 12:01:00 2024", timedelta(minutes=1)),
        ("Tue, 05 Mar 2024 11:59:00 GMT", timedelta()),
        ("9" * 5000, timedelta(days=3650)),
        ("Fri, 31 Dec 9999 23:59:59 GMT", timedelta(days=3650)),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("Tue, 99 Mar 2024 12:01:00 GMT", None),
        ("Tue, 05 Mar 99999999999 12:01:00 GMT", None),
        ("٣", None),
    ],
)
def test_seconds_and_dates_are_read_and_nothing_else(value: str, wait: timedelta | None) -> None:
    assert retry_after(value, AT) == wait
