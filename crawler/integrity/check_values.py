"""The values of the catalog: an address, a time, a day, a list or a number where its column says so.

What a column holds its name and type say, so that a new one is looked at, too.
"""

import re
from collections.abc import Callable, Iterator
from functools import cache

import sqlalchemy as sa

from crawler.archive.bad_values import parsed_day, parsed_object, parsed_texts, parsed_time
from crawler.archive.tables import articles, entries, metadata
from crawler.integrity.problem import Problem
from crawler.sina.page_address import address_to_ask
from crawler.sina.urls import NotAnArticle

KIND = "bad_value"
_FETCH_SIZE = 500  # rows in memory
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")  # texts of this form sort by time
_TIMES = {"date", "at", "start", "end", "until", "missing_since"}  # besides what ends with _at
_DAYS = {"day", "first_day", "last_day", "spent_on"}
_LISTS = {"keywords", "stocks", "channels"}
_OBJECTS = {"counts", "facts", "line"}
_LARGEST = 2**53  # of what is counted


def _is_address(value: object) -> bool:
    try:
        return isinstance(value, str) and bool(address_to_ask(value))
    except NotAnArticle:
        return False


def _is_time(value: object) -> bool:
    return isinstance(value, str) and bool(_TIME.fullmatch(value)) and parsed_time(value) is not None


def _is_list(value: object) -> bool:
    return parsed_texts(value) is not None


def _is_day(value: object) -> bool:
    return parsed_day(value) is not None


def _is_object(value: object) -> bool:
    return parsed_object(value) is not None


def _is_count(value: object) -> bool:
    return isinstance(value, int) and 0 <= value < _LARGEST


_Check = Callable[[object], bool]
_BY_NAME: dict[str, _Check] = {
    **dict.fromkeys(_TIMES, _is_time),
    **dict.fromkeys(_DAYS, _is_day),
    **dict.fromkeys(_LISTS, _is_list),
    **dict.fromkeys(_OBJECTS, _is_object),
}


def check_values(engine: sa.Engine) -> Iterator[Problem]:
    """Each row that has a value which is none, named ``<table>:<key>``, and the columns."""
    with engine.connect().execution_options(yield_per=_FETCH_SIZE) as connection:
        for table in metadata.sorted_tables:
            for row in connection.execute(sa.select(table)).mappings():
                if bad := bad_columns(table, row):
                    what = ", ".join(f"{name} is {row[name]!r:.80}" for name in bad)
                    yield Problem(KIND, name_of(table, row), what)


def name_of(table: sa.Table, row: sa.RowMapping) -> str:
    """Of a row, as problems have it."""
    return ":".join([table.name, *(str(row[column.name]) for column in table.primary_key)])


def bad_columns(table: sa.Table, row: sa.RowMapping) -> list[str]:
    """The columns of a row whose values are none."""
    lacking = [name for name, _, may_lack in _checks(table) if may_lack and row[name] is None]
    return [name for name, is_good, _ in _checks(table) if name not in lacking and not is_good(row[name])]


@cache
def _checks(table: sa.Table) -> list[tuple[str, _Check, bool]]:
    """Column, check, and whether it may hold nothing."""
    checks = ((column, _check(column)) for column in table.columns)
    return [(column.name, check, column.nullable is True) for column, check in checks if check]


def _check(column: sa.Column[object]) -> _Check | None:
    if isinstance(column.type, sa.Integer):
        return _is_count
    if column.name == "url" and column.table in (articles, entries):
        return _is_address
    return _is_time if column.name.endswith("_at") else _BY_NAME.get(column.name)
