"""The values of the catalog: an address, a time, a day or a list where its column says so."""

from collections.abc import Callable, Iterable, Iterator

import sqlalchemy as sa

from crawler.archive.bad_values import parsed_day, parsed_texts, parsed_time
from crawler.archive.tables import articles, entries
from crawler.integrity.problem import Problem
from crawler.sina.urls import NotAnArticle, address_to_ask

KIND = "bad_value"
_FETCH_SIZE = 500  # rows in memory


def _is_address(value: object) -> bool:
    try:
        return isinstance(value, str) and bool(address_to_ask(value))
    except NotAnArticle:
        return False


def _is_time(value: object) -> bool:
    return value is None or parsed_time(value) is not None


def _is_list(value: object) -> bool:
    return parsed_texts(value) is not None


def _is_day(value: object) -> bool:
    return parsed_day(value) is not None


def _checks(
    times: Iterable[str], lists: Iterable[str], days: Iterable[str] = ()
) -> dict[str, Callable[[object], bool]]:
    checks: dict[str, Callable[[object], bool]] = {"url": _is_address}
    checks.update(dict.fromkeys(times, _is_time))
    checks.update(dict.fromkeys(lists, _is_list))
    checks.update(dict.fromkeys(days, _is_day))
    return checks


_CHECKS = {
    articles: _checks(
        times=("date", "published_at", "modified_at", "archived_at", "next_check_at"),
        lists=("keywords", "stocks", "channels"),
    ),
    entries: _checks(
        times=("created_at", "modified_at", "listed_at", "tried_at", "next_try_at"),
        lists=("keywords", "channels"),
        days=("day",),
    ),
}


def check_values(engine: sa.Engine) -> Iterator[Problem]:
    """Each row that has a value which is none, named ``<table>:<doc id>``, and the columns."""
    with engine.connect().execution_options(yield_per=_FETCH_SIZE) as connection:
        for table in _CHECKS:
            for row in connection.execute(sa.select(table)).mappings():
                if bad := bad_columns(table, row):
                    what = ", ".join(f"{name} is {row[name]!r:.80}" for name in bad)
                    yield Problem(KIND, f"{table.name}:{row['doc_id']}", what)


def bad_columns(table: sa.Table, row: sa.RowMapping) -> list[str]:
    """The columns of a row of articles or entries whose values are none."""
    return [name for name, is_good in _CHECKS[table].items() if not is_good(row[name])]
