"""Two archives that crawled for themselves, and what each learns of the other."""

import asyncio
import shutil
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from scrapy.settings import Settings

from crawler.rebuild.rebuild import Rebuild
from crawler.rebuild.selection import Selection
from crawler.run.worker_pool import WorkerPool
from crawler.wacz.check_package import BadPackage
from crawler.wacz.export_captures import Wanted
from crawler.warc.captures import Captures
from tests.support import runner
from tests.support.archived import CAPTURING
from tests.support.archives import Archive
from tests.support.reading import read_here
from tests.support.sites import Site, stories
from tests.support.wacz_files import key_files, make_wacz
from tests.support.warcs import http, record
from tests.wacz.test_export_captures import export

ONE, TWO, THREE = stories(3)
EDITED = ONE.edited("改过的第一段。" * 9)
ALICE = "alice.example"
TEXTS = "SELECT doc_id, seen_by, seen_at, content_hash FROM revisions ORDER BY doc_id, seen_at"
_RUNS = iter(range(1, 1000))


@pytest.fixture(autouse=True)
def no_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(WorkerPool, "run", read_here)


def bring(archive: Archive, path: Path, **arguments: str) -> runner.Result:
    """`scrapy import` but for the command, later than anything that was captured."""
    at = archive.at + timedelta(days=30, seconds=next(_RUNS))
    settings = {"ARCHIVE_DIR": str(archive.folder), "ARCHIVE_EXTRACT_WORKERS": 1}
    return asyncio.run(runner.crawl(settings, {"wacz": str(path), **arguments}, at, "sina_import"))


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> tuple[Archive, Archive]:
    """Alice saw ONE before it was edited, and TWO; Bob saw ONE edited, and THREE."""
    folder = tmp_path_factory.mktemp("shared")
    alice = Archive(Site(folder / "a").add(ONE, TWO), folder / "alice")
    alice.run(settings=CAPTURING)
    bob = Archive(Site(folder / "b").add(EDITED, THREE), folder / "bob", alice.at)
    bob.run(timedelta(days=1), settings=CAPTURING)
    return alice, bob


@pytest.fixture
def alice(shared: tuple[Archive, Archive]) -> Archive:
    return shared[0]


@pytest.fixture
def bob(shared: tuple[Archive, Archive], tmp_path: Path) -> Archive:
    """A copy, to be changed."""
    shutil.copytree(shared[1].folder, tmp_path / "bob")
    return Archive(shared[1].site, tmp_path / "bob", shared[1].at)


def exchanged(alice: Archive, bob: Archive, folder: Path) -> Path:
    """What Alice has that Bob's list lacks."""
    export(bob, listed := folder / "bob.cdxj")
    path = folder / "for-bob.wacz"
    export(alice, path, Wanted(missing_from=[listed]), ARCHIVE_CONTACT=f"me@{ALICE}")
    return path


def test_each_article_of_the_other_is_archived_and_an_older_text_is_of_the_past(
    alice: Archive, bob: Archive, tmp_path: Path
) -> None:
    result = bring(bob, exchanged(alice, bob, tmp_path))
    assert (result.status, result.stats["archive/import/archived"]) == (0, 2), result.log
    texts = bob.rows("SELECT doc_id, seen_by, number FROM revisions ORDER BY doc_id, seen_at")
    assert texts == [(ONE.doc_id, ALICE, 2), (ONE.doc_id, "sina", 1), (TWO.doc_id, ALICE, 1), (THREE.doc_id, "sina", 1)]
    assert EDITED.paragraphs[0] in bob.posts()[ONE.doc_id]
    assert bob.posts()[TWO.doc_id] == alice.posts()[TWO.doc_id]
    assert bob.rows("SELECT count(*) FROM entries WHERE doc_id = ?", TWO.doc_id) == [(1,)]


def test_what_was_brought_once_is_not_brought_again(alice: Archive, bob: Archive, tmp_path: Path) -> None:
    path = exchanged(alice, bob, tmp_path)
    bring(bob, path)
    texts, warcs = bob.rows(TEXTS), sorted((bob.folder / "captures").glob("*.gz"))
    again = bring(bob, path)
    assert (again.status, again.stats.get("archive/import/held", 0)) == (0, 0)
    assert (bob.rows(TEXTS), sorted((bob.folder / "captures").glob("*.gz"))) == (texts, warcs)
    export(bob, listed := tmp_path / "bob.cdxj")
    export(alice, rest := tmp_path / "rest.wacz", Wanted(missing_from=[listed]))
    assert not {ONE.url, TWO.url} & {capture.url for capture in Captures(rest).all()}


def test_a_rebuild_knows_again_whose_each_capture_is(alice: Archive, bob: Archive, tmp_path: Path) -> None:
    bring(bob, exchanged(alice, bob, tmp_path))
    before, posts = bob.rows(TEXTS), bob.posts()
    shutil.rmtree(bob.folder / "posts")
    for path in bob.folder.glob("catalog.db*"):
        path.unlink()
    settings = Settings({"ARCHIVE_DIR": str(bob.folder)})
    settings.setmodule("crawler.settings", priority="default")
    Rebuild(settings, 1, Selection()).run()
    assert (bob.rows(TEXTS), bob.posts()) == (before, posts)


def test_captures_go_on_to_a_third_with_the_name_of_whom_they_are_from(
    alice: Archive, bob: Archive, tmp_path: Path
) -> None:
    bring(bob, exchanged(alice, bob, tmp_path))
    export(bob, path := tmp_path / "all.wacz", ARCHIVE_CONTACT="https://bob.example/")
    carol = Archive(bob.site, tmp_path / "carol", bob.at + timedelta(days=40))
    assert bring(carol, path).status == 0
    assert carol.rows("SELECT DISTINCT seen_by FROM revisions") == [("bob.example",)]
    assert carol.posts().keys() == bob.posts().keys()


def lies(records: Iterable[bytes], folder: Path, **fields: Any) -> Path:
    return make_wacz(folder / "lies.wacz", records, **fields)


PAGE = record(http(ONE.page().encode(), Content_Type="text/html"), ONE.url, "2024-03-05T04:00:00Z")
LIE = record(http(b"<html></html>"), TWO.url, WARC_Payload_Digest=f"sha1:{'A' * 32}")


@pytest.mark.parametrize(
    ("records", "arguments", "why"),
    [
        ([PAGE, LIE], {}, r"lies.wacz: archive/data.warc.gz at \d+: bad_digest: "),
        ([PAGE, record(http(b""), "https://example.org/")], {}, "another site's page: https://example.org/"),
        ([PAGE], {"name": "sina.com.cn"}, "a name such as archive.example.org is wanted, .* not 'sina.com.cn'"),
        ([PAGE], {"key": "{folder}/key-public.pem"}, "lies.wacz is not signed with .*key-public.pem"),
        ([PAGE], {"key": "{folder}/lies.wacz"}, "lies.wacz is no public key in PEM"),
        ([PAGE], {"key": "{folder}/none"}, "No such file or directory: .*none"),
    ],
    ids=["digest", "site", "name", "unsigned", "no key", "key not there"],
)
def test_a_source_that_lies_is_named_and_nothing_of_it_is_kept(
    tmp_path: Path, records: list[bytes], arguments: dict[str, str], why: str
) -> None:
    key_files(tmp_path)
    path = lies(records, tmp_path)
    given = {name: value.format(folder=tmp_path) for name, value in arguments.items()}
    archive = Archive(Site(tmp_path / "site"), tmp_path / "archive", datetime(2024, 4, 1, tzinfo=UTC))
    with pytest.raises((BadPackage, ValueError, OSError), match=why):
        bring(archive, path, **given)
    assert not archive.folder.exists() or not list(archive.folder.rglob("*.md")) + list(archive.folder.rglob("*.gz"))
    assert sorted(file.name for file in tmp_path.glob("lies*")) == ["lies.wacz"]


def test_what_another_file_of_a_source_has_is_left_to_that(tmp_path: Path) -> None:
    archive = Archive(Site(tmp_path / "site"), tmp_path / "archive", datetime(2024, 4, 1, tzinfo=UTC))
    without_date = record(http(b"<html>no article</html>"), TWO.url, "2024-03-05T04:00:00Z")
    bring(archive, make_wacz(tmp_path / "first.wacz", [without_date]))
    result = bring(archive, make_wacz(tmp_path / "second.wacz", [PAGE]))
    assert (result.status, archive.posts().keys()) == (0, {ONE.doc_id})
    assert "archive/fetch/not_in_source" not in result.stats
