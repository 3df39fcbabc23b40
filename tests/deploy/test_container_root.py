"""The Dockerfile's steps, executed: the demo runs in the root that they make, not as root, and its health is told.

`make container` runs these; they take minutes and fetch a Debian. CONTAINER_ROOTS is the folder to work in.
"""

import os
import shutil
import stat
import subprocess
from pathlib import Path

import pytest

from tests.support.container_root import Builder, Root
from tests.support.crawling import EXPECTED, SITE, posts
from tests.support.programs import needed

ROOTS = Path(os.environ.get("CONTAINER_ROOTS", ""))
pytestmark = pytest.mark.skipif("CONTAINER_ROOTS" not in os.environ, reason="make container")
_DEBIAN = ("--variant=minbase", "--include=python3,python3-venv,ca-certificates", "bookworm")


@pytest.fixture(scope="module")
def images() -> Builder:
    """On Debian 12 with its own Python 3.11."""
    needed("debootstrap", "debootstrap")
    base = ROOTS / "debian"
    if not (base / "usr/bin/python3").exists():
        ROOTS.mkdir(parents=True, exist_ok=True)
        subprocess.run(["debootstrap", *_DEBIAN, str(base)], check=True, capture_output=True)
    return Builder(base, ROOTS)


@pytest.fixture(scope="module")
def archive(images: Builder) -> Root:
    """The image that crawls, with the bundled site beside it, as a volume would bring it."""
    root = images.stage("archive")
    shutil.copytree(SITE, root.folder / "site")
    return root


def crawled(root: Root) -> "subprocess.CompletedProcess[str]":
    return root.run(*root.entrypoint, *root.command, ARCHIVE_REPLAY_FROM="/site")


def test_its_user_may_write_the_archive_and_nothing_of_the_program(archive: Root) -> None:
    assert archive.run("id", "-un").stdout == "archive\n"
    places = ("/", "/etc", "/opt/archive", "/usr/local/bin", "/archive")
    script = 'for place; do if test -w "$place"; then echo "$place"; fi; done'
    assert archive.run("sh", "-c", script, "sh", *places).stdout == "/archive\n"
    python = "import crawler, os; print(os.access(crawler.__file__, os.W_OK))"
    assert archive.run("python3", "-c", python).stdout == "False\n"


def test_it_is_unhealthy_before_its_first_run_and_healthy_after_it(archive: Root) -> None:
    before = archive.run(*archive.healthcheck)
    assert before.returncode == 1
    assert "no run has ended" in before.stdout
    done = crawled(archive)
    assert done.returncode == 0, done.stderr[-3000:]
    after = archive.run(*archive.healthcheck)
    assert (after.returncode, after.stdout.startswith("healthy: ")) == (0, True), after


def test_its_posts_are_those_that_are_expected_and_its_own(archive: Root) -> None:
    crawled(archive)
    written = posts(archive.folder / "archive")
    assert written
    assert written.items() <= posts(EXPECTED).items()
    assert {path.stat().st_uid for path in (archive.folder / "archive").rglob("*")} == {1000}


def test_a_stop_reaches_the_run_and_ends_the_schedule(archive: Root) -> None:
    script = "every 600 sina-archive crawl sina_finance & sleep 1; kill -TERM $!; wait $!; echo status $?"
    done = archive.run("sh", "-c", script, ARCHIVE_REPLAY_FROM="/site")
    assert done.stdout.splitlines()[-1] in ("status 14", "status 0", "status 143"), done.stdout


def test_no_file_in_it_belongs_to_an_archive_or_can_be_changed_by_all(archive: Root) -> None:
    program = archive.folder / "opt/archive"
    assert not [path for path in program.rglob("*.md") if "posts" in path.parts]
    loose = [path for path in program.rglob("*") if not path.is_symlink() and path.stat().st_mode & stat.S_IWOTH]
    assert loose == []


ASK_SCRAPYD = """
import base64, sys, time, urllib.request
asked = urllib.request.Request("http://127.0.0.1:6800/listspiders.json?project=sina-finance-archive")
asked.add_header("Authorization", "Basic " + base64.b64encode(b"archive:secret").decode())
for attempt in range(100):
    try:
        sys.exit(print(urllib.request.urlopen(asked).read().decode()))
    except OSError:  # it has not started yet
        time.sleep(1)
"""


def test_scrapyd_starts_with_the_project(images: Builder) -> None:
    root = images.stage("scrapyd")
    script = 'scrapyd >/tmp/log 2>&1 & python3 -c "$1"; kill $!; wait; cat /tmp/log'
    done = root.run("sh", "-c", script, "sh", ASK_SCRAPYD, SCRAPYD_USERNAME="archive", SCRAPYD_PASSWORD="secret")
    assert '"sina_finance"' in done.stdout, done


def test_datasette_opens_the_catalog_that_was_crawled(archive: Root, images: Builder) -> None:
    crawled(archive)
    root = images.stage("datasette")
    shutil.copytree(archive.folder / "archive", root.folder / "archive", dirs_exist_ok=True)
    done = root.run(*root.command[:4], "--get", "/catalog.json")
    assert '"per_day"' in done.stdout, done.stderr


def test_the_workers_of_a_cluster_have_what_they_import(images: Builder) -> None:
    root = images.stage("cluster")
    assert root.run("python3", "-c", "import scrapy_redis, psycopg, s3fs").returncode == 0
    assert root.run(*root.entrypoint, "--version").returncode == 0


def test_hugo_makes_the_site(archive: Root, images: Builder) -> None:
    crawled(archive)
    root = images.stage("hugo")
    shutil.copytree(archive.folder / "archive/posts", root.folder / "archive/posts")
    done = root.run(*root.command)
    assert done.returncode == 0, done.stderr
    assert list((root.folder / "site").rglob("2024/03/*/*/index.html"))
