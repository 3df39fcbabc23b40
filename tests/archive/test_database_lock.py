"""The lock of an archive whose catalog is in PostgreSQL, and what it says of who has it."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from scrapy.settings import Settings

from crawler.archive import database_lock as module
from crawler.archive.database_lock import database_lock
from crawler.archive.lock import ArchiveLocked
from crawler.archive.writer_lock import writer_lock
from tests.support.servers import postgres_database


@pytest.fixture
def database(postgres: str) -> Iterator[str]:
    with postgres_database(postgres) as url:
        yield url


def settings(archive: Path, database: str, redis: str = "") -> Settings:
    """Redis is not asked for a lock."""
    given = {"ARCHIVE_DIR": str(archive), "ARCHIVE_DATABASE_URL": database, "ARCHIVE_REDIS_URL": redis}
    return Settings(given | {"ARCHIVE_LOCK_WAIT": 0, "ARCHIVE_SPOOL_DIR": str(archive)})


def test_workers_hold_it_together(database: str) -> None:
    with database_lock(database, 0, shared=True), database_lock(database, 0, shared=True):
        pass


@pytest.mark.parametrize(("first", "second"), [(True, False), (False, True), (False, False)])
def test_one_who_wants_it_alone_and_others_refuse_each_other_by_name(database: str, first: bool, second: bool) -> None:
    held, wanted = database_lock(database, 0, shared=first), database_lock(database, 0, shared=second)
    with held, pytest.raises(ArchiveLocked) as told, wanted:
        pass
    assert re.search(r"locked by process \d+ on \S+ since \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$", str(told.value))
    with database_lock(database, 0, shared=second):
        pass


def test_workers_with_other_code_refuse_each_other(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with database_lock(database, 0, shared=True):
        monkeypatch.setattr(module, "code_version", lambda: "0123456789ab")
        other = database_lock(database, 0, shared=True)
        with pytest.raises(ArchiveLocked, match=r"which runs other code \([0-9a-f]{12}; this is 0123456789ab\)"), other:
            pass
    with database_lock(database, 0, shared=True):
        pass


def test_a_password_is_not_shown(database: str) -> None:
    secret = database.replace("archive@", "archive:geheim@")
    held, wanted = database_lock(database, 0, shared=False), database_lock(secret, 0, shared=False)
    with held, pytest.raises(ArchiveLocked) as told, wanted:
        pass
    assert "geheim" not in str(told.value)


class TestTheWriterLock:
    """On one machine the folder is locked as well, so that a run with another catalog is kept out, too."""

    @pytest.mark.parametrize("place", ["archive", "s3://bucket/archive"])
    def test_workers_share_it(self, place: str, tmp_path: Path, database: str) -> None:
        worker = settings(tmp_path / "archive", database, "redis://")
        worker["ARCHIVE_DIR"] = place if "://" in place else str(tmp_path / place)
        alone = writer_lock(worker, alone=True)
        with writer_lock(worker), writer_lock(worker), pytest.raises(ArchiveLocked), alone:
            pass

    def test_a_run_with_a_catalog_of_its_own_and_workers_refuse_each_other(self, tmp_path: Path, database: str) -> None:
        worker, own = settings(tmp_path, database, "redis://"), settings(tmp_path, "")
        for first, second in ((worker, own), (own, worker)):
            with writer_lock(first), pytest.raises(ArchiveLocked, match=str(tmp_path)), writer_lock(second):
                pass

    def test_an_object_store_with_a_catalog_in_a_file_is_locked_beside_the_file(self, tmp_path: Path) -> None:
        remote = settings(tmp_path, f"sqlite:///{tmp_path / 'catalog.db'}")
        remote["ARCHIVE_DIR"] = "s3://bucket/archive"
        with writer_lock(remote), pytest.raises(ArchiveLocked), writer_lock(remote):
            pass
