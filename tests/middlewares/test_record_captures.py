"""Every response is kept as it was received, before anything else reads it."""

import asyncio
import errno
import gzip
import logging
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from fastwarc.warc import ArchiveIterator
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK

from crawler.middlewares.record_captures import NotRecorded, RecordCaptures
from crawler.replay.replay import CAPTURED_AT, NOT_SAVED
from crawler.warc.captures import Captures
from crawler.warc.reader import WarcFile, WarcRecord
from crawler.warc.scan import Damage
from tests.conftest import make_crawler
from tests.support.archives import Archive
from tests.support.sites import Site, stories

URL = "https://finance.sina.com.cn/china/2024-03-04/doc-inaaaaaa0000001.shtml"
CAPTURING = {"ARCHIVE_CAPTURE_ENABLED": "1"}  # other tests' archives do without
BODY = "<p>文</p>".encode()


@pytest.fixture
def recorder(crawler: Crawler) -> Iterator[RecordCaptures]:
    """The middleware of a run."""
    middleware = RecordCaptures.from_crawler(crawler)
    yield middleware
    middleware.close()


def receive(recorder: RecordCaptures, response: Response, **request: Any) -> Request:
    """Lets the middleware see a response; returns its request."""
    asked = Request(response.url, **request)
    assert asyncio.run(recorder.process_response(asked, response)) is response
    return asked


def written(crawler: Crawler) -> list[WarcRecord]:
    """The records of all WARCs of the archive, the files in the order of their names."""
    records: list[WarcRecord] = []
    for path in sorted(Path(crawler.settings["ARCHIVE_DIR"], "captures").glob("*.warc.gz*")):
        for record in WarcFile(path, path.name).records():
            assert not isinstance(record, Damage)
            records.append(record)
    return records


def stat(crawler: Crawler, name: str) -> int:
    assert crawler.stats
    return int(crawler.stats.get_value(f"archive/capture/{name}", 0))


def test_a_response_is_recorded_as_it_was_received_with_its_request(crawler: Crawler, recorder: RecordCaptures) -> None:
    headers = {"Content-Encoding": "gzip", "Set-Cookie": ["a=1", "b=2"], "ETag": '"x"'}
    body = gzip.compress(BODY)
    response = Response(URL, 404, headers, body, ip_address=ip_address("192.0.2.7"))
    receive(recorder, response, headers={"User-Agent": "ours"}, method="POST", body="a=1")
    _, answer, asked = written(crawler)
    assert (answer.type, answer.url, answer.status, answer.payload) == ("response", URL, 404, body)
    assert answer.http.statusline == "404 Not Found"
    assert sorted(answer.http.headers) == [
        ("Content-Encoding", "gzip"), ("Etag", '"x"'), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2"),
    ]  # fmt: skip
    assert answer.digest_fits()
    assert answer.head.get_header("WARC-IP-Address") == "192.0.2.7"
    assert asked.type == "request"
    path = URL.removeprefix("https://finance.sina.com.cn")
    assert asked.payload == (
        f"POST {path} HTTP/1.1\r\nHost: finance.sina.com.cn\r\nUser-Agent: ours\r\n\r\na=1".encode()
    )
    assert asked.head.get_header("WARC-Concurrent-To") == answer.head.get_header("WARC-Record-ID")
    assert asked.date == answer.date


def test_where_the_record_is_stands_in_the_request_s_meta(crawler: Crawler, recorder: RecordCaptures) -> None:
    capture = receive(recorder, Response(URL, body=BODY)).meta["capture"]
    saved = Captures(Path(crawler.settings["ARCHIVE_DIR"], "captures")).read(
        capture.file, capture.offset, capture.length
    )
    assert (saved.url, saved.body) == (URL, BODY)


def test_the_file_says_who_made_it_and_how(tmp_path: Path) -> None:
    crawler = make_crawler(tmp_path, ARCHIVE_CONTACT="me@example.org", ARCHIVE_REPLAY_FROM="site")
    recorder = RecordCaptures.from_crawler(crawler)
    receive(recorder, Response(URL))
    recorder.close()
    info = written(crawler)[0].payload.decode()
    for line in ("software: .* \\(Python/.*Scrapy/.*warcio/", "operator: me@example.org", "replayed-from: site"):
        assert re.search(line, info)


def test_the_time_is_now_or_that_of_the_capture_that_is_replayed(crawler: Crawler, recorder: RecordCaptures) -> None:
    then = datetime(2024, 3, 1, 4, tzinfo=UTC)
    receive(recorder, Response(URL))
    receive(recorder, Response(URL), meta={CAPTURED_AT: then})
    _, first, _, second, _ = written(crawler)
    assert abs(datetime.now(UTC) - first.date) < timedelta(minutes=1)
    assert second.date == then


@pytest.mark.parametrize("flag", [NOT_SAVED, "cached"])
def test_what_nobody_sent_is_not_recorded(crawler: Crawler, recorder: RecordCaptures, flag: str) -> None:
    request = receive(recorder, Response(URL, 404, flags=[flag]), meta={"capture": "of a request before"})
    assert "capture" not in request.meta
    assert written(crawler) == []


def test_a_payload_that_comes_again_is_a_revisit_of_the_first(crawler: Crawler, recorder: RecordCaptures) -> None:
    receive(recorder, Response(URL, body=BODY, headers={"ETag": "1"}))
    receive(recorder, Response(URL, body=BODY, headers={"ETag": "2"}))
    _, first, _, again, asked = written(crawler)
    assert (again.type, again.payload) == ("revisit", b"")
    assert again.http.get_header("ETag") == "2"
    head = again.head.get_header
    assert head("WARC-Profile") == "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
    assert head("WARC-Refers-To-Target-URI") == URL
    assert head("WARC-Refers-To-Date") == first.head.get_header("WARC-Date")
    assert head("WARC-Payload-Digest") == first.head.get_header("WARC-Payload-Digest")
    assert asked.head.get_header("WARC-Concurrent-To") == head("WARC-Record-ID")


@pytest.mark.parametrize(
    "second",
    [Response(URL, body=b"other"), Response(f"{URL}?page=2", body=BODY), Response(URL, 304)],
    ids=["another payload", "another page", "no payload"],
)
def test_nothing_else_is_a_revisit(crawler: Crawler, recorder: RecordCaptures, second: Response) -> None:
    receive(recorder, Response(URL, body=BODY))
    receive(recorder, second)
    receive(recorder, Response(URL, 304))
    assert "revisit" not in {record.type for record in written(crawler)}


def test_responses_that_come_together_are_recorded_together_each_as_its_own(
    crawler: Crawler, recorder: RecordCaptures
) -> None:
    receive(recorder, Response(URL, body=BODY))
    several = [Response(URL, body=BODY), Response(f"{URL}?page=2", body=b"other"), Response(URL, 304)]

    async def together() -> list[Request]:
        asked = [Request(response.url) for response in several]
        await asyncio.gather(*(recorder.process_response(*both) for both in zip(asked, several, strict=True)))
        return asked

    captures = [request.meta["capture"] for request in asyncio.run(together())]
    answers = [record for record in written(crawler)[3:] if record.type != "request"]
    assert [record.type for record in answers] == ["revisit", "response", "response"]
    assert [(record.offset, record.length) for record in answers] == [
        (capture.offset, capture.length) for capture in captures
    ]
    assert stat(crawler, "responses") == 4


def test_a_later_run_knows_the_payloads_of_the_runs_before(crawler: Crawler) -> None:
    for _ in range(3):
        run = RecordCaptures.from_crawler(crawler)
        receive(run, Response(URL, body=BODY))
        run.close()
    assert [record.type for record in written(crawler)] == [
        "warcinfo", "response", "request", "warcinfo", "revisit", "request", "warcinfo", "revisit", "request",
    ]  # fmt: skip


def test_a_payload_whose_file_is_gone_is_stored_again(crawler: Crawler) -> None:
    captures = Path(crawler.settings["ARCHIVE_DIR"], "captures")
    for _ in range(2):
        for path in captures.glob("*"):
            path.unlink()
        run = RecordCaptures.from_crawler(crawler)
        receive(run, Response(URL, body=BODY))
        run.close()
    assert [record.type for record in written(crawler)] == ["warcinfo", "response", "request"]


def test_a_response_that_can_t_be_recorded_is_not_read(
    crawler: Crawler, recorder: RecordCaptures, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(os, "write", _no_space)
    with pytest.raises(NotRecorded, match=URL), caplog.at_level(logging.ERROR):
        receive(recorder, Response(URL, body=BODY))
    assert stat(crawler, "failed") == 1
    assert "No space left" in caplog.text
    assert "captures/" in caplog.text
    assert stat(crawler, "responses") == 0


def test_robots_txt_is_obeyed_even_if_it_can_t_be_recorded(
    crawler: Crawler, recorder: RecordCaptures, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "write", _no_space)
    receive(recorder, Response("https://finance.sina.com.cn/robots.txt"), callback=NO_CALLBACK)
    assert stat(crawler, "failed") == 1


def _no_space(_descriptor: int, _content: bytes) -> int:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_it_can_be_switched_off(tmp_path: Path) -> None:
    with pytest.raises(NotConfigured):
        RecordCaptures.from_crawler(make_crawler(tmp_path, ARCHIVE_CAPTURE_ENABLED="0"))
    assert not list(tmp_path.iterdir())


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(Site(tmp_path / "site").add(*stories(3)), tmp_path / "archive")


def test_a_run_records_lists_and_articles_under_its_own_name(archive: Archive) -> None:
    run = archive.run(settings=CAPTURING)
    assert run.status == 0
    assert run.report
    (path,) = (archive.folder / "captures").iterdir()
    assert path.name == f"{run.report['run']}-00000.warc.gz"
    records = [record for record in WarcFile(path, path.name).records() if not isinstance(record, Damage)]
    assert sorted(record.url for record in records if record.type == "response") == sorted(run.requests)
    info = next(record.payload.decode() for record in records if record.type == "warcinfo")
    assert f"isPartOf: {run.report['run']}" in info


def test_the_catalog_knows_where_each_article_s_capture_is(archive: Archive) -> None:
    archive.run(settings=CAPTURING)
    rows = archive.rows("SELECT doc_id, capture_file, capture_offset, capture_length FROM revisions")
    captures = Captures(archive.folder / "captures")
    for doc_id, file, offset, length in rows:
        assert f"doc-i{doc_id}.shtml" in captures.read(file, offset, length).url
    assert len(rows) == 3


def test_a_run_whose_disk_is_full_archives_nothing_unseen_and_says_so(archive: Archive, tmp_path: Path) -> None:
    archive.folder.mkdir()
    (archive.folder / "captures").write_text("where the folder should be")
    run = archive.run(settings=CAPTURING)
    assert run.status == 13
    assert run.report
    assert run.report["outcome"] == "captures_failed"
    assert archive.posts() == {}
    (archive.folder / "captures").unlink()
    assert archive.run(timedelta(days=1), settings=CAPTURING).status == 0
    assert len(archive.posts()) == 3


def test_captures_of_a_killed_run_that_cannot_be_finished_fail_the_run_and_a_later_one_finishes_them(
    archive: Archive,
) -> None:
    assert archive.run(settings=CAPTURING).status == 0
    (closed,) = (archive.folder / "captures").iterdir()
    refused, other = (closed.with_name(f"20240304T0{hour}0000Z-1-00000.warc.gz") for hour in (1, 2))
    for path in (refused, other):
        shutil.copy(closed, f"{path}.open")
    refused.mkdir()  # in its place
    run = archive.run(settings=CAPTURING)
    assert run.status == 13
    assert "writes_failed (exit status 13): 1 files of captures are not closed" in run.log[-1]
    assert any("not finished" in line and f"{refused}.open" in line for line in run.log)
    assert other.is_file()
    refused.rmdir()
    assert archive.run(settings=CAPTURING).status == 0
    assert refused.is_file()


def test_others_read_the_files_and_find_every_digest_right(archive: Archive) -> None:
    archive.run(settings=CAPTURING)
    archive.run(settings=CAPTURING)
    for path in (archive.folder / "captures").iterdir():
        subprocess.run([sys.executable, "-m", "warcio.cli", "check", str(path)], check=True)
        with path.open("rb") as file:
            records = list(ArchiveIterator(file, verify_digests=True))
        assert len(records) == sum(1 for _ in WarcFile(path, path.name).records())
