"""Whatever value stands in any column of any table: no run and no command breaks, and verify names it once.

The columns are found by walking the tables, so that a new one is tried, too.
"""

import random
import shutil
from collections.abc import Iterator
from datetime import timedelta
from itertools import zip_longest
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from crawler.archive.revision_list import list_revisions
from crawler.archive.tables import metadata
from crawler.export.rows import RowFilter, rows
from crawler.integrity.check_values import _checks, check_values
from crawler.integrity.repair import Repair
from crawler.integrity.verification import verify
from crawler.search.find import find
from crawler.search.query import Query
from crawler.status.figures import collect
from tests.support.world.author import moment_of, write
from tests.support.world.disk import Accident
from tests.support.world.machine import Machine
from tests.support.world.plan import DAY, HOUR, Plan, Step
from tests.support.world.server import Server
from tests.support.world.shortcuts import shortcuts

TABLES = [table for table in metadata.sorted_tables if table.name != "schema_version"]
PLAN = Plan(
    1,
    steps=(
        *(Step(number, "publish", number, 7) for number in range(4)),
        Step(4 * HOUR, "delete", 3),
        *(Step(DAY + number, "publish", number, 7) for number in range(4, 6)),
    ),
)
AT = moment_of(DAY + 5 * HOUR)  # of the run in the poisoned archive
TEXTS = ("", "x", "0005-01-01T00:00:00Z", "9999-99-99", "[{")
NUMBERS = (-9, 2**62, 0)


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """Its archive has been crawled four times, and has a row in each table."""
    with shortcuts():
        machine = Machine(tmp_path_factory.mktemp("poisoned") / "archive", Server(PLAN, write(PLAN)))
        for hours in (1, 5, 7, 9):
            machine.crawl(moment_of(hours * HOUR), {}, Accident(), 1)
        machine.crawl(moment_of(10 * HOUR), {"since": "2024-03-04", "until": "2024-03-04"}, Accident(), 1)
        with machine.archive() as archive, archive.engine.begin() as connection:
            for table in TABLES:
                if connection.scalar(sa.select(sa.func.count()).select_from(table)) == 0:
                    connection.execute(sa.insert(table).values(dict.fromkeys(_needed(table), 1)))
        yield machine


def _needed(table: sa.Table) -> list[str]:
    return [column.name for column in table.columns if not column.nullable]


@pytest.fixture
def poisoned(machine: Machine, tmp_path: Path) -> Machine:
    """A copy of it, to be poisoned."""
    shutil.copytree(machine.folder, tmp_path / "archive")
    return Machine(tmp_path / "archive", machine.server)


def columns() -> list[tuple[sa.Column[Any], ...]]:
    """The first column of each table, the second of each, and so on: a failure names them all."""
    groups = zip_longest(*(table.columns for table in TABLES))
    return [tuple(column for column in group if column is not None) for group in groups]


def poison(machine: Machine, group: tuple[sa.Column[Any], ...], chance: random.Random) -> dict[str, object]:
    """One row of each column's table has a bad value there; what was put where."""
    put: dict[str, object] = {}
    with machine.archive() as archive, archive.engine.begin() as connection:
        for column in group:
            is_number = isinstance(column.type, sa.Integer | sa.Boolean)
            value = chance.choice(NUMBERS if is_number else TEXTS)
            first = sa.text(f"rowid = (SELECT min(rowid) FROM {column.table.name})")
            connection.execute(sa.text(f"UPDATE {column.table.name} SET \"{column.name}\" = :value WHERE {first}"),
                               {"value": value})  # fmt: skip
            put[f"{column.table.name}.{column.name}"] = value
    return put


@pytest.mark.parametrize("group", columns(), ids=lambda group: group[0].name)
def test_no_value_of_any_column_breaks_a_run_or_a_command(poisoned: Machine, group: tuple[sa.Column[Any], ...]) -> None:
    put = poison(poisoned, group, random.Random(group[0].name))
    for minutes, arguments in enumerate(({}, {"since": "2024-03-03"})):
        run = poisoned.crawl(AT + timedelta(minutes=minutes), dict(arguments), Accident(), 1)
        wrong = [line for line in run.log if "broken" in line or "caught" in line]
        assert (run.status not in (None, 1), wrong) == (True, []), put
    with poisoned.archive() as archive:
        verify(poisoned.folder, archive.engine, 1, True)
        archive.ledger.coverage(None, None)
        archive.slices.failures()
        archive.runs.last_success()
        list_revisions(archive.engine, None, None)
        list(rows(archive.engine, poisoned.folder, RowFilter(every=True)))
        list(rows(archive.engine, poisoned.folder, RowFilter(as_of=AT)))
        list(find(archive.engine, poisoned.folder, Query.parse("新闻")))
        collect(archive.engine, poisoned.folder, AT, None, None)


@pytest.mark.parametrize("table", TABLES, ids=str)
def test_each_bad_value_is_named_once(poisoned: Machine, table: sa.Table) -> None:
    with poisoned.archive() as archive:
        before = set(check_values(archive.engine))
    for name, *_ in _checks(table):
        if name in table.primary_key.columns:
            continue
        is_number = isinstance(table.c[name].type, sa.Integer)
        poison_with = NUMBERS[0] if is_number else "9999-99-99"
        with poisoned.archive() as archive:
            with archive.engine.begin() as connection:
                connection.execute(sa.update(table).values({name: poison_with}))
            named = [problem for problem in check_values(archive.engine) if problem not in before]
            assert any(problem.where.startswith(f"{table.name}:") and f"{name} is" in problem.what for problem in named)
            assert len({problem.where for problem in named}) == len(named)


def test_rows_that_runs_make_again_are_mended_by_going(poisoned: Machine) -> None:
    with poisoned.archive() as archive:
        with archive.engine.begin() as connection:
            connection.execute(sa.text("UPDATE readings SET newest_at = 'x', short = -9"))
            connection.execute(sa.text("UPDATE slices SET at = 'x'"))
        problems = [part for part in check_values(archive.engine) if part.where.startswith(("readings:", "slices:"))]
        assert len(problems) >= 2
        assert Repair(archive, AT).mend(problems) == problems
        assert not [part for part in check_values(archive.engine) if part.where.startswith(("readings:", "slices:"))]
