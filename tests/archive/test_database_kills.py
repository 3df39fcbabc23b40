"""A catalog is opened whole after a kill at any moment, also in the middle of a checkpoint of its WAL."""

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import pytest
import sqlalchemy as sa

from crawler.archive import database as schema
from crawler.archive.database import open_engine
from crawler.archive.tables import articles, runs
from tests.support.crawling import ROOT, environment

KILLS = 24
# Writes and copies its WAL back without end; what it says is that it has begun.
WRITER = """
import itertools, sqlite3, sys
catalog = sqlite3.connect(sys.argv[1], isolation_level=None)
catalog.execute("PRAGMA journal_mode=WAL")
catalog.execute("PRAGMA wal_autocheckpoint=20")
print("writes", flush=True)
for number in itertools.count():
    catalog.execute("BEGIN")
    for row in range(40):
        name = f"{number}-{row}-{sys.argv[2]}"
        catalog.execute("INSERT INTO runs (run, started_at, counts) VALUES (?, '2024', ?)", (name, "x" * 2000))
    catalog.execute("DELETE FROM runs WHERE rowid IN (SELECT rowid FROM runs ORDER BY random() LIMIT 35)")
    catalog.execute("COMMIT")
    catalog.execute("PRAGMA wal_checkpoint(TRUNCATE)" if number % 3 else "PRAGMA wal_checkpoint(PASSIVE)")
"""


@pytest.fixture
def catalog(tmp_path: Path) -> Path:
    path = tmp_path / "catalog.db"
    open_engine(f"sqlite:///{path}").dispose()
    return path


def files(catalog: Path) -> dict[str, str]:
    """What the database and its WAL hold; the index of the WAL is any reader's to make."""
    paths = (path for path in catalog.parent.iterdir() if not path.name.endswith("-shm"))
    return {path.name: sha256(path.read_bytes()).hexdigest() for path in paths}


def test_a_writer_killed_at_any_moment_leaves_a_catalog_that_opens(catalog: Path) -> None:
    moments = random.Random(16)
    with_wal = 0
    for number in range(KILLS):
        words = [sys.executable, "-c", WRITER, str(catalog), str(number)]
        with subprocess.Popen(words, cwd=ROOT, env=environment(), stdout=subprocess.PIPE) as writer:
            assert writer.stdout
            writer.stdout.readline()
            time.sleep(moments.uniform(0, 0.12))
            writer.kill()
        wal = catalog.with_name("catalog.db-wal")
        with_wal += wal.exists() and wal.stat().st_size > 0
        engine = open_engine(f"sqlite:///{catalog}")
        with engine.connect() as connection:
            assert connection.scalar(sa.text("PRAGMA integrity_check")) == "ok"
            assert connection.scalar(sa.select(sa.func.count()).select_from(articles)) == 0
        engine.dispose()
    assert with_wal > KILLS // 4, "the kills came at the wrong moments"


def test_a_catalog_is_opened_beside_a_writer_that_copies_its_wal_back(catalog: Path) -> None:
    words = [sys.executable, "-c", WRITER, str(catalog), "beside"]
    with subprocess.Popen(words, cwd=ROOT, env=environment(), stdout=subprocess.PIPE) as writer:
        assert writer.stdout
        writer.stdout.readline()
        try:
            end, opened = time.monotonic() + 3, 0
            while time.monotonic() < end:
                assert schema._version(catalog) == schema.VERSION
                opened += 1
        finally:
            writer.kill()
    assert opened > 50


CUTS = {"whole": 1.0, "most": 0.9, "half": 0.5, "little": 0.1, "nothing": 0.0}


@pytest.mark.parametrize("share", CUTS.values(), ids=CUTS)
def test_a_checkpoint_cut_off_after_any_page_is_no_damage(catalog: Path, tmp_path: Path, share: float) -> None:
    """As a power cut or a kill leaves it: some pages of the WAL are in the file already, the others not."""
    with closing(sqlite3.connect(catalog, isolation_level=None)) as writer:
        writer.execute("PRAGMA wal_autocheckpoint=0")
        writer.execute("BEGIN")
        for number in range(300):
            writer.execute("INSERT INTO runs (run, started_at, counts) VALUES (?, '2024', ?)", (number, "x" * 900))
        writer.execute("COMMIT")
        (tmp_path / "cut").mkdir()
        cut = tmp_path / "cut" / "catalog.db"
        shutil.copy(catalog.with_name("catalog.db-wal"), cut.with_name("catalog.db-wal"))
        before = catalog.read_bytes()
        writer.execute("PRAGMA wal_checkpoint(FULL)")
    after = catalog.read_bytes()
    page = 4096
    copied = random.Random(int(share * 10)).sample(range(len(after) // page), int(share * (len(after) // page)))
    pages = [bytearray(before.ljust(len(after), b"\0"))[n * page : (n + 1) * page] for n in range(len(after) // page)]
    for number in copied:
        pages[number] = bytearray(after[number * page : (number + 1) * page])
    cut.write_bytes(b"".join(pages))
    engine = open_engine(f"sqlite:///{cut}")
    with engine.connect() as connection:
        assert connection.scalar(sa.text("PRAGMA integrity_check")) == "ok"
        assert connection.scalar(sa.select(sa.func.count()).select_from(runs)) == 300
    engine.dispose()


@pytest.mark.parametrize("is_killed", [True, False], ids=["its writer was killed", "its writer lives"])
def test_a_newer_program_s_catalog_with_its_version_in_the_wal_alone_is_refused_and_not_touched(
    catalog: Path, is_killed: bool
) -> None:
    program = (
        "import sqlite3, sys, time; catalog = sqlite3.connect(sys.argv[1], isolation_level=None);"
        "catalog.execute('PRAGMA wal_autocheckpoint=0');"
        f"catalog.execute('UPDATE schema_version SET version = {schema.VERSION + 1}');"
        "print('written', flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", program, str(catalog)], stdout=subprocess.PIPE) as writer:
        try:
            assert writer.stdout
            writer.stdout.readline()
            if is_killed:
                os.kill(writer.pid, signal.SIGKILL)
                writer.wait()
            before = files(catalog)
            assert before.keys() == {"catalog.db", "catalog.db-wal"}
            for _ in range(2):
                with pytest.raises(RuntimeError, match=f"version {schema.VERSION + 1}, this program knows"):
                    open_engine(f"sqlite:///{catalog}")
            assert files(catalog) == before
        finally:
            writer.kill()
