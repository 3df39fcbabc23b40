"""The last line of a log is the run's true outcome: what fails after the spider has closed counts, too."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.archives import Archive, Run
from tests.support.sites import Site, stories

CAPTURING = {"ARCHIVE_CAPTURE_ENABLED": "1"}
TAKEN_AWAY = CAPTURING | {"EXTENSIONS": {"tests.support.broken.TakesCapturesAway": 1}}


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(Site(tmp_path / "site").add(*stories(3)), tmp_path / "archive", reads=False)


def last_line(run: Run) -> str:
    return next(line for line in reversed(run.log) if line.startswith("[crawler."))


def manifests_are_a_file(archive: Archive) -> None:
    archive.folder.mkdir()
    (archive.folder / "manifests").write_text("")


def nothing(_archive: Archive) -> None:
    pass


def a_fifo_is_the_manifest(archive: Archive) -> None:
    (archive.folder / "manifests").mkdir(parents=True)
    os.mkfifo(archive.folder / "manifests" / ".2024-03-05.txt.tmp")
    (archive.folder / "manifests" / "2024-03-05.txt").mkdir()


FAILURES: dict[str, tuple[Callable[[Archive], None], dict[str, Any], str]] = {
    "no folder for the manifest": (manifests_are_a_file, CAPTURING, "the manifest is not written"),
    "a folder is in the manifest's place": (a_fifo_is_the_manifest, CAPTURING, "the manifest is not written"),
    "captures vanish": (
        nothing,
        TAKEN_AWAY,
        "1 files of captures are not closed, 1 files of captures have vanished",
    ),
}


@pytest.mark.parametrize(("prepare", "settings", "reason"), FAILURES.values(), ids=FAILURES)
def test_what_fails_at_the_end_is_in_status_report_catalog_and_last_line(
    archive: Archive, prepare: Callable[[Archive], None], settings: dict[str, Any], reason: str
) -> None:
    prepare(archive)
    run = archive.run(settings=settings)
    assert (run.status, run.stats["archive/run/outcome"]) == (13, "writes_failed")
    assert run.report
    assert (run.report["exit_status"], run.report["reason"]) == (13, reason)
    assert archive.rows("select outcome from runs") == [("writes_failed",)]
    assert last_line(run).endswith(f"writes_failed (exit status 13): {reason}")


def test_a_run_that_did_its_job_says_so_once(archive: Archive) -> None:
    run = archive.run(settings=CAPTURING)
    lines = [line for line in run.log if "(exit status " in line]
    assert len(lines) == 1
    assert last_line(run) == lines[0]
    assert lines[0].endswith("ok (exit status 0): the run did its job")


def test_what_was_left_open_or_out_is_made_good_by_the_next_run(archive: Archive) -> None:
    manifests_are_a_file(archive)
    assert archive.run(settings=CAPTURING).status == 13
    (archive.folder / "manifests").unlink()
    assert archive.run(settings=CAPTURING).status == 0
    listed = (archive.folder / "manifests/2024-03-05.txt").read_text(encoding="utf-8")
    assert (listed.count("  posts/"), listed.count("  captures/")) == (3, 2)
