"""What is not proved whole is captured, marked, and never read; on the wire, in a replay, and in a rebuild."""

import gzip
import shutil
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import brotli
import pytest
from scrapy.settings import Settings

from crawler.rebuild.rebuild import Rebuild
from crawler.rebuild.selection import Selection
from crawler.warc.captures import Captures
from crawler.warc.urlkey import lookup_key
from crawler.webarchive.content_coding import zstd
from tests.support.archives import Archive
from tests.support.forked_scrapy import crawl
from tests.support.raw_server import Reply, head, raw_server, then_reset, whole
from tests.support.sites import Site, story

CAPTURING: dict[str, Any] = {"ARCHIVE_CAPTURE_ENABLED": "1"}
DISCONNECT, UNSPECIFIED, WHOLE = "disconnect", "unspecified", ""


def chunk(body: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(body), body)


def cut(page: bytes) -> bytes:
    """Its head, its title and the first of its paragraphs."""
    return page[: page.index("第2段".encode())]


# What is sent of a page, and the word of WARC-Truncated for it.
SENT: dict[str, tuple[Callable[[bytes], Reply], str]] = {
    "fewer bytes than announced": (lambda page: head(f"Content-Length: {len(page)}") + cut(page), DISCONNECT),
    "all but one byte": (lambda page: head(f"Content-Length: {len(page)}") + page[:-1], DISCONNECT),
    "no last chunk": (lambda page: head("Transfer-Encoding: chunked") + chunk(page), DISCONNECT),
    "half a chunk": (lambda page: head("Transfer-Encoding: chunked") + chunk(page)[:-600], DISCONNECT),
    "closed, no length": (lambda page: head() + cut(page), UNSPECIFIED),
    "closed, HTTP/1.0": (lambda page: head(status="HTTP/1.0 200 OK") + cut(page), UNSPECIFIED),
    "reset": (lambda page: then_reset(head() + cut(page)), UNSPECIFIED),
    "gzip": (lambda page: whole(gzip.compress(page)[:-300], "Content-Encoding: gzip"), UNSPECIFIED),
    "gzip without its checksum": (lambda page: whole(gzip.compress(page)[:-8], "Content-Encoding: gzip"), UNSPECIFIED),
    "gzip, closed": (lambda page: head("Content-Encoding: gzip") + gzip.compress(page)[:-300], UNSPECIFIED),
    "deflate": (lambda page: whole(zlib.compress(page)[:-300], "Content-Encoding: deflate"), UNSPECIFIED),
    "brotli": (lambda page: whole(brotli.compress(page)[:-300], "Content-Encoding: br"), UNSPECIFIED),
    "zstd": (lambda page: whole(zstd.compress(page)[:-300], "Content-Encoding: zstd"), UNSPECIFIED),
    "zstd, a few bytes": (lambda page: whole(zstd.compress(page)[:20], "Content-Encoding: zstd"), UNSPECIFIED),
    "whole": (whole, WHOLE),
    "whole, in chunks": (lambda page: head("Transfer-Encoding: chunked") + chunk(page) + b"0\r\n\r\n", WHOLE),
    "whole, gzip": (lambda page: whole(gzip.compress(page), "Content-Encoding: gzip"), WHOLE),
    "whole, brotli": (lambda page: whole(brotli.compress(page), "Content-Encoding: br"), WHOLE),
    "whole, zstd": (lambda page: whole(zstd.compress(page), "Content-Encoding: zstd"), WHOLE),
    "whole, closed after the end of HTML": (lambda page: head() + page, WHOLE),
    "whole, closed after the end of gzip": (lambda page: head("Content-Encoding: gzip") + gzip.compress(page), WHOLE),
}
STORIES = {name: story(number) for number, name in enumerate(SENT, start=1)}
KEPT = {STORIES[name].doc_id for name, (_, word) in SENT.items() if word == WHOLE}


def failures(archive: Archive) -> dict[str, str]:
    """Why articles are not archived, by the name of what was sent of them."""
    reasons = dict(archive.rows("select doc_id, reason from entries where state != 'archived'"))
    return {name: reasons[of.doc_id] for name, of in STORIES.items() if of.doc_id in reasons}


def rebuild(folder: Path) -> None:
    settings = Settings()
    settings.setmodule("crawler.settings")
    settings.set("ARCHIVE_DIR", str(folder))
    Rebuild(settings, 1, Selection(), False, False).run()


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    """An archive of a server that sends all of these. Not to be changed."""
    folder = tmp_path_factory.mktemp("cut")
    site = Site(folder / "site").add(*STORIES.values())
    archive = Archive(site, folder / "archive")
    with raw_server(site) as server:
        for name, (send, _) in SENT.items():
            server.put(STORIES[name].url, send(STORIES[name].page().encode()))
        archive.crawl(**server.settings | CAPTURING | {"RETRY_TIMES": 1})
    return archive


def test_only_what_is_proved_whole_is_archived(crawled: Archive) -> None:
    assert crawled.posts().keys() == KEPT
    assert failures(crawled) == {name: "truncated" for name, (_, word) in SENT.items() if word}


def test_each_attempt_is_captured_and_marked(crawled: Archive) -> None:
    captures = Captures(crawled.folder / "captures")
    for name, (_, word) in SENT.items():
        taken = captures.by_page[lookup_key(STORIES[name].url)]
        assert [capture.truncated for capture in taken] == [word] * (2 if word else 1), name
        saved = [captures.read(capture.file, capture.offset, capture.length) for capture in taken]
        assert {of_attempt.truncated for of_attempt in saved} == {word}, name


def test_a_replay_of_the_captures_archives_no_more(crawled: Archive, tmp_path: Path) -> None:
    replayed = Archive(crawled.site, tmp_path / "replayed")
    crawl(replayed.folder, site=crawled.folder / "captures")
    assert replayed.posts() == crawled.posts()
    assert failures(replayed) == failures(crawled)


def test_a_rebuild_from_the_captures_archives_no_more(crawled: Archive, tmp_path: Path) -> None:
    shutil.copytree(crawled.folder / "captures", tmp_path / "captures")
    rebuild(tmp_path)
    rebuilt = Archive(crawled.site, tmp_path)
    assert rebuilt.posts() == crawled.posts()
    assert failures(rebuilt) == failures(crawled)


def test_a_cut_page_neither_replaces_a_good_post_nor_buries_it(tmp_path: Path) -> None:
    good = [story(number) for number in (1, 2, 3)]
    archive = Archive(Site(tmp_path / "site").add(*good), tmp_path / "archive")
    with raw_server(archive.site) as server:
        archive.crawl(**server.settings | CAPTURING)
        before = archive.posts()
        archive.site.add(*(of.edited("第1段：改了。") for of in good))  # so that they are looked at again
        pages = [of.page().encode() for of in good]
        server.put(good[0].url, head(f"Content-Length: {len(pages[0])}") + cut(pages[0]))
        server.put(good[1].url, whole(gzip.compress(pages[1])[:-300], "Content-Encoding: gzip"))
        server.put(good[2].url, whole(b"", status="HTTP/1.1 404 Not Found")[:-2])  # not even its head is whole
        run = archive.crawl(**server.settings | CAPTURING | {"RETRY_TIMES": 0})
    assert len(before) == 3
    assert archive.posts() == before
    assert archive.rows("select count(*), max(number), count(gone) from revisions") == [(3, 1, 0)]
    assert run.status != 0


def test_a_page_without_the_end_of_html_is_a_first_text_and_never_a_later_one(tmp_path: Path) -> None:
    archive = Archive(Site(tmp_path / "site").add(story(1), story(2)), tmp_path / "archive")
    archive.site.put(story(1).url, cut(story(1).page().encode()))
    with raw_server(archive.site) as server:
        archive.crawl(**server.settings | CAPTURING)
        first = archive.posts()
        edited = [story(number).edited("第1段：改了。") for number in (1, 2)]
        archive.site.restore(story(1).url).add(*edited)
        archive.site.put(story(2).url, cut(edited[1].page().encode()))
        archive.crawl(**server.settings | CAPTURING)
    assert "第2段" not in first[story(1).doc_id]
    second = archive.posts()
    assert "第3段" in second[story(1).doc_id]
    assert second[story(2).doc_id] == first[story(2).doc_id]
    assert "第3段" in second[story(2).doc_id]
    shutil.copytree(archive.folder / "captures", tmp_path / "again/captures")
    rebuild(tmp_path / "again")
    assert Archive(archive.site, tmp_path / "again").posts() == second


def test_a_page_that_is_whole_at_the_next_attempt_is_archived_in_the_same_run(tmp_path: Path) -> None:
    site = Site(tmp_path / "site").add(story(1))
    archive = Archive(site, tmp_path / "archive")
    page = story(1).page().encode()
    with raw_server(site) as server:
        server.put(story(1).url, head(f"Content-Length: {len(page)}") + cut(page), whole(page))
        run = archive.crawl(**server.settings)
        assert server.requests.count(story(1).url) == 2
    assert run.status == 0
    assert "第3段" in archive.posts()[story(1).doc_id]


def test_a_list_that_is_cut_off_is_no_list(tmp_path: Path) -> None:
    site = Site(tmp_path / "site").add(story(1))
    archive = Archive(site, tmp_path / "archive")
    with raw_server(site) as server:
        ((url, listing), *_) = site.lists(site.channels[0]).items()
        server.put(url, whole(gzip.compress(listing.encode())[:-30], "Content-Encoding: gzip"))
        run = archive.crawl(**server.settings | {"RETRY_TIMES": 0})
    assert run.report
    assert (run.status, run.report["outcome"]) == (10, "listing_failed")


def test_what_is_too_large_is_asked_for_once_and_the_rest_goes_on(tmp_path: Path) -> None:
    bombs: list[Reply] = [
        whole(gzip.compress(bytes(60_000_000)), "Content-Encoding: gzip"),
        whole(brotli.compress(bytes(60_000_000), quality=5), "Content-Encoding: br"),
        whole(zstd.compress(bytes(60_000_000)), "Content-Encoding: zstd"),
        head("Content-Length: 10000000000") + b"<html>",
        head() + bytes(21_000_000),
    ]
    site = Site(tmp_path / "site").add(*(story(number) for number in range(6)))
    archive = Archive(site, tmp_path / "archive")
    with raw_server(site) as server:
        for number, bomb in enumerate(bombs, start=1):
            server.put(story(number).url, bomb)
        archive.crawl(**server.settings | CAPTURING)
        assert [server.requests.count(story(number).url) for number in range(6)] == [1] * 6
    assert archive.posts().keys() == {story(0).doc_id}
    assert archive.rows("select reason, count(*) from entries where state = 'failed'") == [("too_large", 5)]
    crawl(tmp_path / "replayed", site=archive.folder / "captures")
    shutil.copytree(archive.folder / "captures", tmp_path / "rebuilt/captures")
    rebuild(tmp_path / "rebuilt")
    for folder in ("replayed", "rebuilt"):
        again = Archive(site, tmp_path / folder)
        assert again.posts() == archive.posts()
        assert again.rows("select count(*) from entries where reason = 'too_large'") == [(3,)], folder
