"""The archive under a real scrapyd: deployed, scheduled, deployed anew, cancelled."""

import json
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from crawler.archive.lock import archive_lock
from tests.support.archives import Archive
from tests.support.crawling import EXPECTED, FIXTURES, ROOT, SITE, posts
from tests.support.scrapyd_server import PROJECT, Scrapyd, checkout, running, wait_until
from tests.support.sites import CHANNEL, Site, listing_url, stories


@dataclass
class Deployed:
    """A scrapyd that has our egg, the egg, and the checkout that was deployed."""

    server: Scrapyd
    checkout: Path
    egg: Path


@pytest.fixture(scope="module")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
    folder = tmp_path_factory.mktemp("deployed")
    (folder / "checkout").mkdir()
    source = checkout(folder / "checkout")
    with running(folder / "scrapyd") as server:
        server.deploy(source)
        yield Deployed(server, source, server.folder / f"eggs/{PROJECT}/1.egg")


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    """Of a site with ten articles."""
    return Archive(Site(tmp_path / "site").add(*stories(10)), tmp_path / "archive")


def settings(archive: Archive) -> dict[str, Any]:
    """Of a job; the site is saved."""
    archive.site.save()
    ours = archive.settings(CONCURRENT_REQUESTS=2)
    return {name: json.dumps(value) if isinstance(value, dict) else value for name, value in ours.items()}


def report(archive: Path) -> dict[str, Any]:
    """Of the one run."""
    (path,) = (archive / "reports").iterdir()
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def test_the_egg_holds_the_two_packages_and_nothing_else(deployed: Deployed) -> None:
    names = {name for name in zipfile.ZipFile(deployed.egg).namelist() if "__pycache__" not in name}
    ours = {
        str(path.relative_to(ROOT))
        for package in ("crawler", "pipelines")
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert {name for name in names if not name.startswith("EGG-INFO/")} == ours
    assert "EGG-INFO/entry_points.txt" in names


def test_deploying_leaves_nothing_in_the_checkout(deployed: Deployed) -> None:
    assert {path.name for path in deployed.checkout.iterdir()} == {"crawler", "pipelines", "scrapy.cfg", "setup.py"}


def test_who_has_no_password_is_told_nothing(deployed: Deployed) -> None:
    for name in ("", "listprojects.json", "addversion.json"):
        assert requests.get(deployed.server.url + name, timeout=5).status_code == 401


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells in /proc who listens where")
def test_it_is_heard_on_loopback_only(deployed: Deployed) -> None:
    port = int(deployed.server.url.rstrip("/").rpartition(":")[2])
    sockets = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    listening = [socket[1] for socket in sockets if socket[3] == "0A" and socket[1].endswith(f":{port:04X}")]
    assert listening == [f"0100007F:{port:04X}"]


def test_jobs_write_the_posts_that_are_expected(deployed: Deployed, tmp_path: Path) -> None:
    ours = {"ARCHIVE_DIR": tmp_path / "archive", "ARCHIVE_REPLAY_FROM": SITE}
    arguments: list[dict[str, str]] = [{}, {"channels": "1687"}, {"urls": str(FIXTURES / "urls.txt")}]
    for job in [deployed.server.schedule(ours, _version="1", **given) for given in arguments]:
        log = deployed.server.wait(job)
        assert "ok (exit status 0): the run did its job" in log[-1]
        assert not [line for line in log if "unknown argument" in line or "ERROR" in line]
    assert posts(tmp_path / "archive") == posts(EXPECTED)


def test_what_is_deployed_while_a_job_runs_is_for_the_next_job(deployed: Deployed, archive: Archive) -> None:
    server, before = deployed.server, settings(archive)
    (archive.site.folder / "hold").touch()
    old = server.schedule(before)
    wait_until((archive.site.folder / "requests.log").exists)
    source = deployed.checkout / "crawler/settings.py"
    text = source.read_text(encoding="utf-8")
    source.write_text(text.replace('"ARCHIVE_AUTHOR", "新浪财经"', '"ARCHIVE_AUTHOR", "新"'), encoding="utf-8")
    server.deploy(deployed.checkout, "2")
    new = server.schedule(before | {"ARCHIVE_DIR": archive.folder.with_name("new")})
    assert (server.jobs("running"), server.jobs("pending")) == ([old], [new])
    (archive.site.folder / "hold").unlink()
    for job in (old, new):
        assert "ok (exit status 0)" in server.wait(job)[-1]
    for folder, author in ((archive.folder, "新浪财经"), (archive.folder.with_name("new"), "新")):
        written = posts(folder).values()
        assert len(written) == 10
        assert all(f"\nauthor: {author}\n".encode() in post for post in written)


def test_a_cancelled_job_ends_as_interrupted_and_the_next_brings_the_rest(deployed: Deployed, archive: Archive) -> None:
    archive.site.add(*stories(40)).delay = 0.2
    job = deployed.server.schedule(settings(archive))
    log = archive.site.folder / "requests.log"
    wait_until(lambda: log.exists() and len(log.read_text().splitlines()) > 6)
    deployed.server.client.cancel(PROJECT, job)
    assert "interrupted (exit status 14): the run was told to stop" in deployed.server.wait(job)[-1]
    assert report(archive.folder)["outcome"] == "interrupted"
    assert 0 < len(archive.posts()) < 40
    assert not list(archive.folder.rglob("*.tmp"))
    archive.site.delay = 0
    deployed.server.wait(deployed.server.schedule(settings(archive)))
    assert len(archive.posts()) == 40


def test_a_job_that_fails_its_checks_says_so_in_its_log_its_report_and_its_status(
    deployed: Deployed, archive: Archive
) -> None:
    archive.site.put(listing_url(CHANNEL, 1), "<html>busy</html>")
    job = deployed.server.schedule(settings(archive))
    last = deployed.server.wait(job)[-1]
    found = report(archive.folder)
    assert (found["outcome"], found["exit_status"]) == ("listing_failed", 10)
    assert last.endswith(f"listing_failed (exit status 10): {found['reason']}")
    (ended,) = [line for line in deployed.server.own_log().splitlines() if "Process died" in line and job in line]
    assert "exitstatus=10" in ended


def test_a_job_that_finds_the_archive_in_use_says_so_in_its_log(deployed: Deployed, archive: Archive) -> None:
    with archive_lock(archive.folder, 0):
        log = deployed.server.wait(deployed.server.schedule(settings(archive)))
    assert f"not started: {archive.folder} is locked by process" in log[-1]
