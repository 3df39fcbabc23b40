"""The catalog's tables, the ladder of their versions, and that no query of a run reads a whole table."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
import sqlalchemy as sa
from scrapy.settings import Settings

from crawler.archive import database as schema
from crawler.archive.database import open_engine
from crawler.archive.tables import runs
from crawler.rebuild.rebuild import Rebuild
from crawler.rebuild.selection import Selection
from tests.support.archives import Archive
from tests.support.runner import recorded_queries
from tests.support.sites import Site, stories, story

GROWING = {"articles", "aliases", "revisions", "bands", "entries", "listed", "runs", "slices"}


def url(path: Path) -> str:
    return f"sqlite:///{path}"


def rows(path: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as catalog:
        return catalog.execute(query).fetchall()


def set_version(path: Path, version: int) -> None:
    with closing(sqlite3.connect(path)) as catalog, catalog:
        catalog.execute("UPDATE schema_version SET version = ?", (version,))


@pytest.fixture
def catalog(tmp_path: Path) -> Path:
    """A catalog of today's version with one run in it."""
    path = tmp_path / "catalog.db"
    engine = open_engine(url(path))
    with engine.begin() as connection:
        connection.execute(sa.insert(runs).values(run="first", started_at="2024-03-04T04:00:00Z"))
    engine.dispose()
    return path


def test_a_new_catalog_has_today_s_version_and_its_folder_is_made(tmp_path: Path) -> None:
    path = tmp_path / "a/b/catalog.db"
    open_engine(url(path)).dispose()
    assert rows(path, "SELECT version FROM schema_version") == [(schema.VERSION,)]


def test_opening_it_again_changes_nothing(catalog: Path) -> None:
    before = catalog.read_bytes()
    open_engine(url(catalog)).dispose()
    assert catalog.read_bytes() == before


def test_readers_do_not_wait_for_the_writer(catalog: Path) -> None:
    assert rows(catalog, "PRAGMA journal_mode") == [("wal",)]


@pytest.mark.parametrize("journal", ["wal", "delete"])
def test_a_catalog_of_a_newer_program_is_refused_and_not_touched(catalog: Path, journal: str) -> None:
    rows(catalog, f"PRAGMA journal_mode={journal}")
    set_version(catalog, schema.VERSION + 1)
    before = sha256(catalog.read_bytes()).hexdigest()
    with pytest.raises(RuntimeError, match=f"version {schema.VERSION + 1}, this program knows {schema.VERSION}"):
        open_engine(url(catalog))
    assert sha256(catalog.read_bytes()).hexdigest() == before
    assert sorted(path.name for path in catalog.parent.iterdir()) == ["catalog.db"]


def test_a_catalog_that_knew_nothing_of_web_archives_learns_of_them(catalog: Path) -> None:
    with closing(sqlite3.connect(catalog)) as connection, connection:
        connection.execute("INSERT INTO revisions (doc_id, number, seen_at, title, content_hash)"
                           " VALUES ('a', 1, '2026-01-01T00:00:00Z', '题', 'h')")  # fmt: skip
        for column in ("seen_by", "learned_at", "facts"):
            connection.execute(f"ALTER TABLE revisions DROP COLUMN {column}")
        connection.execute("ALTER TABLE articles DROP COLUMN last_seen_at")
        connection.execute("ALTER TABLE readings DROP COLUMN excess")
        for table in ("unlisted", "sightings", "mementos", "index_queries"):
            connection.execute(f"DROP TABLE {table}")
    set_version(catalog, 9)
    open_engine(url(catalog)).dispose()
    assert rows(catalog, "SELECT seen_by, learned_at, facts FROM revisions") == [("sina", None, None)]
    assert rows(catalog, "SELECT count(*) FROM mementos") == [(0,)]


def test_a_catalog_of_version_10_remembers_waits_promises_and_totals(catalog: Path) -> None:
    with closing(sqlite3.connect(catalog)) as connection, connection:
        connection.execute("INSERT INTO readings (channel, complete_at, times_read, spent, short)"
                           " VALUES ('1686', '2026-01-01T00:00:00Z', 1, 0, 0)")  # fmt: skip
        connection.execute("ALTER TABLE readings DROP COLUMN excess")
        for table in ("promised", "waits"):
            connection.execute(f"DROP TABLE {table}")
    set_version(catalog, 10)
    open_engine(url(catalog)).dispose()
    assert rows(catalog, "SELECT excess FROM readings") == [(None,)]
    assert rows(catalog, "SELECT (SELECT count(*) FROM promised), (SELECT count(*) FROM waits)") == [(0, 0)]


def test_what_is_no_file_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "catalog.db")
    with pytest.raises(RuntimeError, match="a FIFO, where the catalog should be"):
        open_engine(url(tmp_path / "catalog.db"))


class TestTheLadder:
    """Step n brings a catalog of version n to version n + 1."""

    @pytest.fixture(autouse=True)
    def steps(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
        """Two steps more than there are: each adds a column."""
        taken: list[str] = []

        def first(connection: sa.Connection) -> None:
            taken.append("first")
            connection.execute(sa.text("ALTER TABLE runs ADD COLUMN host TEXT"))
            connection.execute(sa.text("UPDATE runs SET host = 'here'"))

        def second(connection: sa.Connection) -> None:
            taken.append("second")
            connection.execute(sa.text("ALTER TABLE runs ADD COLUMN user TEXT"))
            connection.execute(sa.text("UPDATE runs SET user = host || '!'"))

        steps = (*schema.MIGRATIONS, first, second)
        self.today = schema.VERSION
        monkeypatch.setattr(schema, "MIGRATIONS", steps)
        monkeypatch.setattr(schema, "VERSION", len(steps) + 1)
        yield taken

    @pytest.fixture
    def catalog(self, catalog: Path, steps: list[str]) -> Path:
        """Made before the steps were."""
        set_version(catalog, self.today)
        return catalog

    def test_an_old_catalog_takes_every_step_in_order_and_keeps_what_it_holds(
        self, catalog: Path, steps: list[str]
    ) -> None:
        open_engine(url(catalog)).dispose()
        assert steps == ["first", "second"]
        assert rows(catalog, "SELECT run, host, user FROM runs") == [("first", "here", "here!")]
        assert rows(catalog, "SELECT version FROM schema_version") == [(self.today + 2,)]

    def test_each_step_is_taken_once(self, catalog: Path, steps: list[str]) -> None:
        for _ in range(2):
            open_engine(url(catalog)).dispose()
        assert steps == ["first", "second"]

    def test_a_catalog_in_the_middle_takes_the_rest(self, catalog: Path, steps: list[str]) -> None:
        with closing(sqlite3.connect(catalog)) as connection, connection:
            connection.execute("ALTER TABLE runs ADD COLUMN host TEXT")
        set_version(catalog, self.today + 1)
        open_engine(url(catalog)).dispose()
        assert steps == ["second"]

    def test_a_new_catalog_takes_none(self, tmp_path: Path, steps: list[str]) -> None:
        open_engine(url(tmp_path / "new.db")).dispose()
        assert steps == []

    def test_a_step_that_breaks_leaves_the_catalog_as_it_was(
        self, catalog: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def broken(connection: sa.Connection) -> None:
            connection.execute(sa.text("ALTER TABLE runs ADD COLUMN user TEXT"))
            raise ZeroDivisionError

        monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS[:-1], broken))
        with pytest.raises(ZeroDivisionError):
            open_engine(url(catalog))
        assert [name for _, name, *_ in rows(catalog, "PRAGMA table_info(runs)")] == [
            column.name for column in runs.columns
        ]
        assert rows(catalog, "SELECT version FROM schema_version") == [(self.today,)]


# Once, where the index has other words than a text has now, or none yet.
MADE_ANEW = "INSERT OR IGNORE INTO unindexed SELECT doc_id FROM articles"


def test_no_query_of_a_run_reads_a_whole_table(tmp_path: Path) -> None:
    archive = Archive(Site(tmp_path / "site", etags=True).add(*stories(60)), tmp_path / "archive")
    queries = []
    urls = tmp_path / "urls.txt"
    urls.write_text("\n".join(one.url for one in stories(3, first=900)))
    archive.site.add(*stories(3, first=900, channels=()))
    for prepare, arguments in (
        (lambda: None, {}),
        (lambda: archive.site.add(*stories(60, first=100)), {}),
        (lambda: archive.site.add(story(1).edited("第二稿。")).put(story(2).url, None), {}),
        (lambda: archive.site.put(story(3).url, "<html>"), {}),
        (lambda: None, {"urls": str(urls)}),
        (
            lambda: archive.site.window(story(1).created, story(5).created),
            {"since": "2024-03-04", "until": "2024-03-04"},
        ),
    ):
        prepare()
        queries += archive.run(timedelta(hours=7), queries=True, **arguments).queries
    plans: dict[str, list[str]] = {}
    with closing(sqlite3.connect(archive.folder / "catalog.db")) as catalog:
        for statement, parameters in queries:
            if statement.startswith(("SELECT", "UPDATE", "DELETE", "INSERT")) and statement not in plans:
                plan = catalog.execute(f"EXPLAIN QUERY PLAN {statement}", parameters).fetchall()
                plans[statement] = [detail for *_, detail in plan]
    scans = {statement: plan for statement, plan in plans.items() if any(_is_scan(step) for step in plan)}
    assert scans.keys() <= {MADE_ANEW}
    assert len(plans) > 20


def test_no_change_that_a_rebuild_makes_to_an_article_reads_a_whole_table(tmp_path: Path) -> None:
    archive = Archive(Site(tmp_path / "site").add(*stories(3)), tmp_path / "archive")
    archive.run(settings={"ARCHIVE_CAPTURE_ENABLED": "1"})
    settings = Settings()
    settings.setmodule("crawler.settings")
    settings.set("ARCHIVE_DIR", str(archive.folder))
    with recorded_queries() as queries:
        assert Rebuild(settings, 1, Selection(everything=True)).run().count("unchanged") == 3
    changes = {statement: values for statement, values in queries if statement.startswith(("UPDATE", "DELETE"))}
    assert any("bands" in statement for statement in changes)
    with closing(sqlite3.connect(archive.folder / "catalog.db")) as catalog:
        for statement, values in changes.items():
            plan = catalog.execute(f"EXPLAIN QUERY PLAN {statement}", values).fetchall()
            assert not [detail for *_, detail in plan if _is_scan(detail)], statement


def _is_scan(step: str) -> bool:
    words = step.split()
    return words[0] == "SCAN" and words[1] in GROWING
