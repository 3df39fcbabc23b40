"""What ``--since`` and ``--until`` say, or that nothing can be between them."""

from argparse import ArgumentTypeError
from datetime import date

import pytest
from scrapy.exceptions import UsageError

from crawler.run.window_options import check_days, day_option, moments
from crawler.times import iso_or_none


@pytest.mark.parametrize("text", ["last week", "2024-02-30", "2024-03-05T10:30", "20240305", ""])
def test_what_is_no_day_is_refused(text: str) -> None:
    assert day_option("2024-03-05") == date(2024, 3, 5)
    with pytest.raises(ArgumentTypeError, match="YYYY-MM-DD, today or yesterday is wanted, not"):
        day_option(text)


@pytest.mark.parametrize("text", ["9999-12-31", "0001-01-01"])
def test_a_day_that_no_archive_of_sina_holds_is_named(text: str) -> None:
    with pytest.raises(ArgumentTypeError, match=f"^a time from 1998 to 2099 is wanted, not '{text}'"):
        day_option(text)
    with pytest.raises(UsageError, match=f"^--until: a time from 1998 to 2099 is wanted, not '{text}'"):
        moments(None, text)


def test_a_day_may_be_the_first_and_the_last() -> None:
    check_days(date(2024, 3, 5), date(2024, 3, 5))
    check_days(None, date(2024, 3, 5))
    with pytest.raises(UsageError, match=r"^--since 2024-03-06 is later than --until 2024-03-05"):
        check_days(date(2024, 3, 6), date(2024, 3, 5))


def test_moments_are_in_order_too() -> None:
    bounds = moments("2024-03-05", "2024-03-05")
    assert list(map(iso_or_none, bounds)) == ["2024-03-04T16:00:00Z", "2024-03-05T16:00:00Z"]
    assert moments(None, None) == (None, None)
    with pytest.raises(UsageError, match=r"^--since 2024-03-05T12:00 is later than --until 2024-03-05T11:00"):
        moments("2024-03-05T12:00", "2024-03-05T11:00")
    with pytest.raises(UsageError, match=r"^--until: YYYY-MM-DD or"):
        moments(None, "tomorrow")
