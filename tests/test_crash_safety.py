"""A crawl that is killed at any moment loses nothing that the next run does not bring.

Eight kills, or as many as ARCHIVE_KILLS says; the moments are random and always the same.
"""

import os
import random
import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from crawler.archive.posts import revision_text
from tests.support.archives import Archive
from tests.support.catalogs import OpenCatalog
from tests.support.crawling import ROOT, environment
from tests.support.sites import Site, stories

KILLS = int(os.environ.get("ARCHIVE_KILLS", "8"))
OLD, NEW, EDITED, GONE = 20, 40, 12, 3
TIMES = {
    "at", "archived_at", "next_check_at", "listed_at", "tried_at", "next_try_at", "seen_at", "last_seen_at",
    "complete_at", "missing_since",
}  # fmt: skip
# How often lists were read and articles looked at, which a kill may add to.
COUNTS = {"times_read", "deep_at", "spent_on", "spent", "checks"}
CAPTURES = {"capture_file", "capture_offset", "capture_length"}
TABLES = ("articles", "aliases", "revisions", "bands", "entries", "listed", "readings")


@dataclass(frozen=True)
class State:
    """All that an archive holds, but for times and for where its captures are."""

    posts: dict[str, str]
    revisions: dict[tuple[str, int], str | None]
    catalog: dict[str, list[tuple[Any, ...]]]


def state_of(archive: Archive) -> State:
    catalog = {}
    for table in TABLES:
        columns = [name for _, name, *_ in archive.rows(f"PRAGMA table_info({table})")]
        kept = ", ".join(name for name in columns if name not in TIMES | COUNTS | CAPTURES)
        catalog[table] = sorted(archive.rows(f"SELECT {kept} FROM {table}"), key=repr)
    with OpenCatalog(f"sqlite:///{archive.folder / 'catalog.db'}") as opened:
        keys = archive.rows("SELECT doc_id, number FROM revisions")
        texts = {key: revision_text(opened.engine, archive.folder, *key) for key in keys}
    return State(archive.posts(), texts, catalog)


@dataclass(frozen=True)
class Undisturbed:
    """The archive before, and what a run made of it in how many seconds from its first request."""

    before: Archive
    after: State
    seconds: float


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Undisturbed:
    """Twenty articles are archived; twelve are edited, three are deleted and forty are new."""
    folder = tmp_path_factory.mktemp("crash")
    before = Archive(Site(folder / "site").add(*stories(OLD)), folder / "before")
    before.crawl()
    before.site.add(*(one.edited(f"改过的一段，{one.doc_id}。") for one in stories(GONE, first=EDITED + 1)))
    for one in stories(GONE, first=EDITED + 1):
        before.site.put(one.url, None)
    before.crawl()  # a tombstone needs Sina's word twice, an interval apart
    long_ago = "2024-03-05T00:00:00Z"
    before.rows("UPDATE articles SET missing_since = ?1, next_check_at = ?1 WHERE missing_since IS NOT NULL", long_ago)
    before.site.add(*(one.edited(f"改过的一段，{one.doc_id}。") for one in stories(EDITED)))
    before.site.add(*stories(NEW, first=100))
    before.site.save()
    archive = a_copy(before, folder / "after")
    process, log = start(archive)
    begun = first_request(process, log)
    assert process.wait(60) == 0
    return Undisturbed(before, state_of(archive), time.monotonic() - begun)


def a_copy(archive: Archive, folder: Path) -> Archive:
    shutil.copytree(archive.folder, folder)
    return Archive(archive.site, folder)


def start(archive: Archive) -> tuple[subprocess.Popen[bytes], Path]:
    log = archive.site.folder / "requests.log"
    log.unlink(missing_ok=True)
    command = archive.command(ARCHIVE_CAPTURE_ENABLED="1", ARCHIVE_EXTRACT_WORKERS=2)
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    return subprocess.Popen(command, cwd=ROOT, env=environment(), **quiet), log  # type: ignore[call-overload,no-any-return]


def first_request(process: subprocess.Popen[bytes], log: Path) -> float:
    """The time of the first request."""
    while not log.exists() and process.poll() is None:
        time.sleep(0.005)
    return time.monotonic()


def test_the_undisturbed_run_did_all_there_is_to_do(undisturbed: Undisturbed) -> None:
    assert len(undisturbed.after.posts) == OLD + NEW
    assert len(undisturbed.after.revisions) == OLD + NEW + EDITED + GONE
    texts = undisturbed.after.revisions.values()
    assert sum(text is None for text in texts) == GONE
    assert {row[6] for row in undisturbed.after.catalog["entries"]} >= {"archived"}


@pytest.mark.parametrize("number", range(KILLS))
def test_killed_and_run_again_it_is_as_if_nothing_had_happened(
    undisturbed: Undisturbed, tmp_path: Path, number: int
) -> None:
    chance = random.Random(number)
    archive = a_copy(undisturbed.before, tmp_path / "archive")
    for _ in range(chance.choice([1, 1, 2])):
        process, log = start(archive)
        first_request(process, log)
        time.sleep(chance.uniform(0, undisturbed.seconds))
        process.kill()
        process.wait()
    process, _ = start(archive)
    assert process.wait(60) == 0
    after = state_of(archive)
    assert after.posts == undisturbed.after.posts
    assert after.revisions == undisturbed.after.revisions
    assert after.catalog == undisturbed.after.catalog
    assert not [path for path in archive.folder.rglob("*") if path.suffix == ".tmp"]
