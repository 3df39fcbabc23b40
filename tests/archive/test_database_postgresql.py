"""The ladder of the catalog's versions in PostgreSQL, where several programs may climb it at once."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from crawler.archive import database as schema
from crawler.archive.database import open_engine
from tests.support.servers import postgres_database


@pytest.fixture
def database(postgres: str) -> Iterator[str]:
    with postgres_database(postgres) as url:
        yield url


def read(database: str, query: str) -> list[tuple[object, ...]]:
    engine = sa.create_engine(database)
    with engine.connect() as connection:
        found = [tuple(row) for row in connection.execute(sa.text(query))]
    engine.dispose()
    return found


def columns(database: str, table: str) -> list[object]:
    query = f"SELECT column_name FROM information_schema.columns WHERE table_name = '{table}' ORDER BY ordinal_position"
    return [name for (name,) in read(database, query)]


def test_programs_that_start_together_make_the_tables_once(database: str) -> None:
    with ThreadPoolExecutor(8) as pool:
        for engine in list(pool.map(open_engine, [database] * 8)):
            engine.dispose()
    assert read(database, "SELECT version FROM schema_version") == [(schema.VERSION,)]


def test_programs_that_start_together_take_each_step_once(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    open_engine(database).dispose()
    taken = []

    def step(connection: sa.Connection) -> None:
        taken.append("step")
        connection.execute(sa.text("ALTER TABLE runs ADD COLUMN host TEXT"))

    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, step))
    monkeypatch.setattr(schema, "VERSION", schema.VERSION + 1)
    with ThreadPoolExecutor(4) as pool:
        for engine in list(pool.map(open_engine, [database] * 4)):
            engine.dispose()
    assert taken == ["step"]
    assert columns(database, "runs")[-1] == "host"


def test_a_step_that_breaks_leaves_the_catalog_as_it_was(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    open_engine(database).dispose()
    before = columns(database, "runs"), read(database, "SELECT version FROM schema_version")

    def broken(connection: sa.Connection) -> None:
        connection.execute(sa.text("ALTER TABLE runs ADD COLUMN host TEXT"))
        raise ZeroDivisionError

    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, broken))
    monkeypatch.setattr(schema, "VERSION", schema.VERSION + 1)
    with pytest.raises(ZeroDivisionError):
        open_engine(database)
    assert (columns(database, "runs"), read(database, "SELECT version FROM schema_version")) == before


def test_a_password_is_not_shown_when_a_newer_catalog_is_refused(database: str) -> None:
    engine = open_engine(database)
    with engine.begin() as connection:
        connection.execute(sa.update(schema.versions).values(version=99))
    engine.dispose()
    secret = sa.make_url(database).set(password="geheim")  # nobody's
    with pytest.raises(RuntimeError, match="version 99") as refused:
        open_engine(secret.render_as_string(hide_password=False))
    assert "geheim" not in str(refused.value)
