"""`scrapy import` says what is wrong with a file in one line, before anything is made; a good one is archived."""

from pathlib import Path

import pytest

from tests.support.forked_scrapy import scrapy
from tests.support.sites import story
from tests.support.wacz_files import key_files, make_wacz
from tests.support.warcs import http, record

STORY = story(1)
PAGE = record(http(STORY.page().encode(), Content_Type="text/html"), STORY.url, "2024-03-05T04:00:00Z")


def test_a_whole_file_is_archived_under_its_owners_name(tmp_path: Path) -> None:
    make_wacz(tmp_path / "alice.wacz", [PAGE])
    done = scrapy("import", "alice.wacz", "-s", "ARCHIVE_EXTRACT_WORKERS=1", cwd=tmp_path, ARCHIVE_DIR="archive")
    assert done.returncode == 0, done.stderr
    assert "ok (exit status 0): the run did its job" in done.stderr
    assert [path.stem for path in (tmp_path / "archive/posts").rglob("*.md")] == [STORY.doc_id]
    shown = scrapy("coverage", "--revisions", cwd=tmp_path, ARCHIVE_DIR="archive")
    assert "alice.example" in shown.stdout
    assert sorted(path.name for path in tmp_path.iterdir()) == ["alice.wacz", "archive"]


BAD = {
    "digest": (record(http(b"x"), STORY.url, WARC_Payload_Digest=f"sha1:{'A' * 32}"), (), "bad_digest"),
    "site": (record(http(b"x"), "https://example.org/"), (), "another site's page: https://example.org/"),
    "unsigned": (PAGE, ("--key", "key-public.pem"), "x.wacz is not signed with key-public.pem"),
    "name": (PAGE, ("--name", "Alice"), "a name such as archive.example.org is wanted"),
    "no such key": (PAGE, ("--key", "none.pem"), "none.pem: No such file or directory"),
}


@pytest.mark.parametrize(("bad", "options", "why"), BAD.values(), ids=BAD)
def test_a_bad_one_makes_no_archive(tmp_path: Path, bad: bytes, options: tuple[str, ...], why: str) -> None:
    key_files(tmp_path)
    make_wacz(tmp_path / "x.wacz", [bad])
    before = sorted(tmp_path.iterdir())
    done = scrapy("import", "x.wacz", *options, cwd=tmp_path, ARCHIVE_DIR="archive")
    (line,) = done.stderr.splitlines()[-1:]
    assert "ERROR: not started: " in line and why in line
    assert "Traceback" not in done.stderr and done.returncode in (1, 2)
    assert sorted(tmp_path.iterdir()) == before


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    done = scrapy("import", "none.wacz", cwd=tmp_path, ARCHIVE_DIR="archive")
    assert (done.returncode, list(tmp_path.iterdir())) == (1, [])
    assert done.stderr.splitlines()[-1].endswith("not started: none.wacz: No such file or directory")
