"""A run has the last day that is over time-stamped; whatever the authority does, the run does its job."""

import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from scrapy.exceptions import NotConfigured

from crawler.extensions.stamp_root import StampRoot
from tests.conftest import make_crawler
from tests.support.archived import CAPTURING
from tests.support.archives import Archive, Run
from tests.support.authority import Authority, Behaviour, answering, send, serving
from tests.support.local_sina import LocalSina, crawl, local_sina
from tests.support.serving import HANDLERS
from tests.support.sites import Site, stories, story
from tests.support.stamped import Stamped

TOKEN = "manifests/2024-03-05.tst"


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    """Of one day, which is over long ago."""
    archive = Archive(Site(tmp_path / "site").add(*stories(2)), tmp_path / "archive")
    assert archive.run(settings=CAPTURING).status == 0
    return archive


@pytest.fixture
def sina(archive: Archive) -> Iterator[LocalSina]:
    with local_sina(archive.site) as server:
        yield server


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path / "authority")


def run(sina: LocalSina, archive: Archive, url: str, authority: Authority, **settings: object) -> Run:
    trusted = {"ARCHIVE_TSA_URL": url, "ARCHIVE_TSA_CERTIFICATES": authority.roots}
    return crawl(sina, archive.folder, **trusted | settings)


def proofs(done: Run) -> dict[str, int]:
    assert done.report
    return {name: count for name, count in done.report["counts"].items() if name.startswith("proof/")}


def test_a_run_stamps_the_last_day_that_is_over_and_lists_the_stamp_with_what_it_wrote(
    archive: Archive, sina: LocalSina, authority: Authority
) -> None:
    archive.site.add(story(4))
    with serving(answering(authority)) as (url, queries):
        done = run(sina, archive, url, authority)
        assert (done.status, proofs(done), len(queries)) == (0, {"proof/stamped": 1}, 1)
        again = run(sina, archive, url, authority)
        assert (again.status, proofs(again), len(queries)) == (0, {}, 1), "what is stamped is not asked for again"
    newest = sorted((archive.folder / "manifests").glob("*.txt"))[-2]
    assert newest.name > "2024-03-05.txt"
    assert f"  {TOKEN}\n" in newest.read_text("utf-8")
    verified = Stamped(archive, authority).verify()
    assert verified.problems == ()
    assert verified.stamped.startswith("time-stamped up to 2024-03-05 at ")
    captured = b"".join(path.read_bytes() for path in (archive.folder / "captures").glob("*"))
    assert url.encode() not in captured, "it is none of what Sina said"


def hang(_query: bytes, to: BaseHTTPRequestHandler) -> None:
    """A byte now and then, until the client has enough."""
    to.send_response(200)
    to.send_header("Content-Length", "5000")
    to.end_headers()
    with suppress(OSError):
        for _ in range(200):
            to.wfile.write(b"0")
            time.sleep(0.1)


def endless(_query: bytes, to: BaseHTTPRequestHandler) -> None:
    """More than any answer has, without saying how much."""
    to.send_response(200)
    to.end_headers()
    with suppress(OSError):
        for _ in range(1000):
            to.wfile.write(b"0" * 10_000)


FAILING: dict[str, tuple[Behaviour, str]] = {
    "an error": (lambda query, to: send(to, b"<html>sorry</html>", 500), "bad_status"),
    "no time stamp": (lambda query, to: send(to, b"<html>log in first</html>"), "no_token"),
    "a huge body": (endless, "too_large"),
    "a slow body": (hang, "timeout"),
}


@pytest.mark.parametrize(("behaviour", "reason"), FAILING.values(), ids=FAILING)
def test_an_authority_that_fails_is_named_and_the_run_does_its_job(
    archive: Archive, sina: LocalSina, authority: Authority, behaviour: Behaviour, reason: str
) -> None:
    archive.site.add(story(4))
    with serving(behaviour) as (url, queries):
        patience = {"DOWNLOAD_TIMEOUT": 2} if reason == "timeout" else {}
        done = run(sina, archive, url, authority, **patience)
        assert (done.status, proofs(done), len(queries)) == (0, {f"proof/{reason}": 1}, 1)
    assert len([line for line in done.log if "no time stamp from 127.0.0.1: " in line]) == 1
    assert not list((archive.folder / "manifests").glob("*.tst"))
    assert story(4).doc_id in archive.posts()


def test_one_that_is_down_is_asked_again_by_the_next_run(
    archive: Archive, sina: LocalSina, authority: Authority
) -> None:
    with serving(answering(authority)) as (url, _queries):
        pass
    done = run(sina, archive, url, authority)
    assert (done.status, proofs(done)) == (0, {"proof/no_answer": 1})
    with serving(answering(authority)) as (url, _queries):
        assert proofs(run(sina, archive, url, authority)) == {"proof/stamped": 1}


def test_a_disk_that_refuses_the_stamp_fails_no_run(archive: Archive, sina: LocalSina, authority: Authority) -> None:
    (archive.folder / f"manifests/.{Path(TOKEN).name}.tmp").mkdir()  # what is written stands there first
    with serving(answering(authority)) as (url, _queries):
        done = run(sina, archive, url, authority)
    assert (done.status, proofs(done)) == (0, {"proof/not_written": 1})


def test_a_replay_asks_nobody(archive: Archive, authority: Authority) -> None:
    with serving(answering(authority)) as (url, queries):
        settings = {"ARCHIVE_TSA_URL": url, "DOWNLOAD_HANDLERS": HANDLERS}
        assert archive.run(after=timedelta(days=3), settings=settings).status == 0
    assert queries == []


def test_without_the_setting_it_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(NotConfigured):
        StampRoot.from_crawler(make_crawler(tmp_path))
