"""Look-ups by one connection show what is committed, hold nothing up, and outlive a failure."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy import event

from crawler.archive.database import open_engine
from crawler.archive.reads import Reads
from crawler.archive.tables import promised

HASHES = sa.select(promised.c.file_hash)


@pytest.fixture(params=["file", "memory"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[sa.Engine]:
    engine = open_engine(f"sqlite:///{tmp_path}/catalog.db" if request.param == "file" else "sqlite://")
    yield engine
    engine.dispose()


@pytest.fixture
def reads(engine: sa.Engine) -> Iterator[Reads]:
    reads = Reads(engine)
    yield reads
    reads.close()


def look_up(reads: Reads) -> list[str]:
    with reads.connect() as connection:
        return list(connection.scalars(HASHES))


def write(engine: sa.Engine, file_hash: str) -> None:
    with engine.begin() as connection:
        connection.execute(sa.insert(promised), {"path": "a.md", "file_hash": file_hash})


def test_each_look_up_shows_what_is_committed_by_then(engine: sa.Engine, reads: Reads) -> None:
    assert look_up(reads) == []
    write(engine, "one")
    assert look_up(reads) == ["one"]
    write(engine, "two")
    assert sorted(look_up(reads)) == ["one", "two"]


def test_look_ups_of_a_file_take_one_connection(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path}/catalog.db")
    taken: list[object] = []
    event.listen(engine, "checkout", lambda *connection: taken.append(connection))
    reads = Reads(engine)
    for _ in range(3):
        look_up(reads)
    assert len(taken) == 1
    reads.close()
    engine.dispose()


def test_a_look_up_leaves_the_whole_of_the_wal_to_a_checkpoint(tmp_path: Path) -> None:
    """Else the file would grow as long as the crawl lasts."""
    engine = open_engine(f"sqlite:///{tmp_path}/catalog.db")
    reads = Reads(engine)
    write(engine, "one")
    look_up(reads)
    write(engine, "two")
    with engine.connect() as connection:
        is_busy, in_wal, moved = connection.execute(sa.text("PRAGMA wal_checkpoint(TRUNCATE)")).one()
    assert (is_busy, in_wal, moved) == (0, 0, 0)
    reads.close()
    engine.dispose()


def test_a_look_up_that_fails_does_not_spoil_the_next(engine: sa.Engine, reads: Reads) -> None:
    with pytest.raises(sa.exc.OperationalError), reads.connect() as connection:
        connection.execute(sa.text("SELECT * FROM nowhere"))
    write(engine, "one")
    assert look_up(reads) == ["one"]
    reads.close()
    assert look_up(reads) == ["one"]
