"""``--since`` and ``--until`` of the commands: days, or moments, of which none is later than the other."""

from argparse import ArgumentTypeError
from datetime import date, datetime

from scrapy.exceptions import UsageError

from crawler.times import CREDIBLE, is_credible_day, parse_day, parse_time


def day_option(text: str) -> date:
    """For argparse: a day as people write it."""
    try:
        day = parse_day(text)
    except ValueError as error:
        raise ArgumentTypeError(str(error)) from None
    if not is_credible_day(day):
        raise ArgumentTypeError(f"{CREDIBLE} is wanted, not {text!r}")
    return day


def check_days(since: date | None, until: date | None) -> None:
    """Raises UsageError where the first day is after the last."""
    if since and until and since > until:
        raise _nothing_between(since, until)


def moments(since: str | None, until: str | None) -> tuple[datetime | None, datetime | None]:
    """From the first moment to that after the last one. Raises UsageError for times between which nothing can be."""
    start, end = moment("--since", since), moment("--until", until, end=True)
    if start and end and start >= end:
        raise _nothing_between(since, until)
    return start, end


def moment(name: str, text: str | None, end: bool = False) -> datetime | None:
    """Of an option that may not be given; a day as an `end` means its last moment. Raises UsageError for no time."""
    try:
        return parse_time(name, text, end) if text else None
    except ValueError as error:
        raise UsageError(str(error), print_help=False) from error


def _nothing_between(since: object, until: object) -> UsageError:
    return UsageError(f"--since {since} is later than --until {until}: nothing can be between them", print_help=False)
