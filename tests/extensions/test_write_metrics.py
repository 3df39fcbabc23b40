"""The figures for Prometheus: as docs/monitoring.md says, and true."""

import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.support.archives import Archive
from tests.support.crawling import ROOT, environment
from tests.support.sites import CHANNEL, Site, listing_url, stories, story

DOCUMENT = (ROOT / "docs/monitoring.md").read_text(encoding="utf-8")


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(Site(tmp_path / "site").add(*stories(10)), tmp_path / "archive", reads=False)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "metrics/archive.prom"


def metrics(file: Path) -> dict[Any, float]:
    """Every sample by its name, or by name and labels."""
    families = text_string_to_metric_families(file.read_text(encoding="utf-8"))
    samples = [sample for family in families for sample in family.samples]
    return {(one.name, *one.labels.values()) if one.labels else one.name: one.value for one in samples}


def test_it_has_the_documented_metrics(archive: Archive, file: Path) -> None:
    archive.run(settings={"ARCHIVE_METRICS_FILE": str(file)})
    found = {name if isinstance(name, str) else name[0] for name in metrics(file)}
    assert found == set(re.findall(r"^\| `(archive_\w+)` \|", DOCUMENT, re.M))


def test_they_are_those_of_the_report(archive: Archive, file: Path) -> None:
    archive.site.tick = 3
    archive.site.status[story(1).url] = 503
    run = archive.run(settings={"ARCHIVE_METRICS_FILE": str(file)})
    found = metrics(file)
    assert run.report
    duration = len(run.requests) * archive.site.tick
    assert found["archive_run_duration_seconds"] == duration
    assert found["archive_run_exit_status"] == 0
    assert found["archive_run_outcome", "ok"] == 1
    assert found["archive_run_end_time_seconds"] == archive.at.timestamp() + duration
    counts = {f"{name[1]}/{name[2]}": count for name, count in found.items() if name[0] == "archive_run_count"}
    assert counts == {name: count for name, count in run.report["counts"].items() if not name.startswith("run/")}
    assert counts["fetch/http_503"] == 1


def test_they_say_how_old_the_newest_article_is(archive: Archive, file: Path) -> None:
    archive.run(settings={"ARCHIVE_METRICS_FILE": str(file)})
    assert metrics(file)["archive_newest_article_time_seconds"] == story(10).created.timestamp()


def test_a_failing_run_leaves_the_time_of_the_last_success(archive: Archive, file: Path) -> None:
    archive.run(settings={"ARCHIVE_METRICS_FILE": str(file)})
    before = metrics(file)
    archive.site.put(listing_url(CHANNEL, 1), "<html>busy</html>")
    archive.run(timedelta(hours=1), settings={"ARCHIVE_METRICS_FILE": str(file)})
    after = metrics(file)
    assert (after["archive_run_exit_status"], after["archive_run_outcome", "listing_failed"]) == (10, 1)
    assert after["archive_last_success_time_seconds"] == before["archive_last_success_time_seconds"]
    assert after["archive_run_end_time_seconds"] == before["archive_run_end_time_seconds"] + 3600


def test_before_there_is_an_article_or_a_success_they_are_not_made_up(archive: Archive, file: Path) -> None:
    archive.site.put(listing_url(CHANNEL, 1), "<html>busy</html>")
    archive.run(settings={"ARCHIVE_METRICS_FILE": str(file)})
    assert not metrics(file).keys() & {"archive_last_success_time_seconds", "archive_newest_article_time_seconds"}


def test_a_file_that_can_not_be_written_is_logged_and_no_failure_of_the_run(archive: Archive, file: Path) -> None:
    file.parent.write_text("a file where a folder should be")
    run = archive.run(settings={"ARCHIVE_METRICS_FILE": str(file)})
    assert run.status == 0
    assert any("ERROR: metrics not written: " in line and str(file.parent) in line for line in run.log)
    assert "ok (exit status 0)" in run.log[-1]


HIDDEN = "import sys; sys.modules['prometheus_client'] = None; from scrapy.cmdline import execute; execute()"


@pytest.mark.parametrize(("wanted", "status"), [(False, 0), (True, 2)], ids=["not configured", "configured"])
def test_the_library_is_needed_only_where_it_is_configured(
    archive: Archive, file: Path, wanted: bool, status: int
) -> None:
    archive.site.save()
    words = archive.words(**({"ARCHIVE_METRICS_FILE": file} if wanted else {}))
    done = subprocess.run(
        [sys.executable, "-c", HIDDEN, *words], cwd=ROOT, env=environment(), capture_output=True, text=True, timeout=60
    )
    assert done.returncode == status, done.stderr
    assert ("ARCHIVE_METRICS_FILE needs prometheus_client: pip install prometheus-client" in done.stderr) is wanted
