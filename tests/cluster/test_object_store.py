"""Workers whose archive is in an object store."""

import signal
from pathlib import Path

import fsspec
import pytest

from crawler.archive.database import open_engine
from tests.cluster.conftest import PER_DAY
from tests.support.forked_scrapy import scrapy
from tests.support.workers import Workers


@pytest.fixture
def crew(crew: Workers) -> Workers:
    """Workers on the first day alone."""
    crew.arguments = ("-a", "since=2024-03-01", "-a", "until=2024-03-01")
    return crew


def fetched(bucket: str, folder: Path) -> Path:
    """A copy of all that is in a bucket."""
    fsspec.filesystem("s3", skip_instance_cache=True).get(f"{bucket}/archive/", f"{folder}/", recursive=True)
    return folder


def test_posts_captures_reports_and_manifest_are_there_and_a_copy_is_a_whole_archive(
    crew: Workers, bucket: str, tmp_path: Path
) -> None:
    settings = {"ARCHIVE_DIR": f"{bucket}/archive", "ARCHIVE_CAPTURE_ENABLED": 1}
    for number in range(2):
        crew.start(**settings, ARCHIVE_SPOOL_DIR=tmp_path / f"spool-{number}")
    assert crew.wait() == [0, 0], crew.logs()
    copy = fetched(bucket, tmp_path / "copy")
    counts = {name: len([*(copy / name).rglob("*.*")]) for name in ("captures", "reports", "manifests")}
    assert len([*copy.rglob("posts/*/*/*/*.md")]) == PER_DAY
    assert (counts["reports"], counts["manifests"]) == (2, 1)
    assert counts["captures"] >= 1
    assert not [path for path in tmp_path.rglob("spool-*/*") if path.is_file()]
    checked = scrapy("verify", ARCHIVE_DIR=str(copy), ARCHIVE_DATABASE_URL=crew.database)
    assert (checked.returncode, checked.stdout.splitlines()[-1]) == (0, "nothing is wrong"), checked.stdout


def test_the_captures_of_a_worker_that_was_killed_are_put_there_by_the_next_one(
    crew: Workers, bucket: str, tmp_path: Path
) -> None:
    settings = {"ARCHIVE_DIR": f"{bucket}/archive", "ARCHIVE_CAPTURE_ENABLED": 1, "ARCHIVE_LEASE": 3}
    settings["ARCHIVE_SPOOL_DIR"] = spool = tmp_path / "spool"
    first = crew.start(**settings)
    crew.until(lambda: list(spool.glob("*.open")))
    crew.kill(first)
    crew.start(**settings)
    assert crew.wait() == [-signal.SIGKILL, 0], crew.logs()
    assert list(spool.iterdir()) == []
    copy = fetched(bucket, tmp_path / "copy")
    assert len([*copy.glob("captures/*.warc.gz")]) == 2
    checked = scrapy("verify", ARCHIVE_DIR=str(copy), ARCHIVE_DATABASE_URL=crew.database)
    assert checked.returncode == 0, checked.stdout


@pytest.mark.parametrize("command", [("rebuild",), ("verify",), ("savepage", "--list")], ids=" ".join)
def test_a_command_that_needs_a_folder_says_so(command: tuple[str, ...], crew: Workers) -> None:
    open_engine(crew.database).dispose()  # as after a first crawl
    run = scrapy(*command, ARCHIVE_DIR="s3://bucket/archive", ARCHIVE_DATABASE_URL=crew.database)
    assert run.returncode == 2
    assert "this works on an archive in a folder: copy s3://bucket/archive into one" in run.stdout + run.stderr


def test_coverage_works_all_the_same(crew: Workers) -> None:
    open_engine(crew.database).dispose()
    run = scrapy("coverage", "--json", ARCHIVE_DIR="s3://bucket/archive", ARCHIVE_DATABASE_URL=crew.database)
    assert (run.returncode, run.stderr) == (0, "")


def test_without_a_database_nothing_is_started(crew: Workers) -> None:
    run = scrapy("crawl", "sina_finance", ARCHIVE_DIR="s3://bucket/archive")
    assert run.returncode == 2
    assert "set ARCHIVE_DATABASE_URL" in run.stdout + run.stderr


def test_workers_on_sqlite_are_refused(crew: Workers, redis: str, tmp_path: Path) -> None:
    run = scrapy("crawl", "sina_finance", ARCHIVE_DIR=str(tmp_path / "a"), ARCHIVE_REDIS_URL=redis)
    assert run.returncode == 1
    assert "ARCHIVE_REDIS_URL needs a catalog in PostgreSQL: set ARCHIVE_DATABASE_URL" in run.stderr
