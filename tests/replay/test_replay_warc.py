"""A crawl is answered from WARCs, our own and others', as from the network."""

import asyncio
import gzip
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import brotli
import pytest
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.http import HtmlResponse, Response
from scrapy.settings import Settings

from crawler.replay.replay import NOT_SAVED, Replay, ReplayDownloadHandler, replay_at
from crawler.warc.reader import WarcFile, WarcRecord
from tests.conftest import Crawled, make_crawler
from tests.support.crawling import EXPECTED, posts
from tests.support.forked_scrapy import crawl
from tests.support.warcs import (
    MARCH_2,
    OTHER,
    PAGE,
    chunked,
    digest,
    http,
    record,
    revisit,
    save,
    save_wacz,
)  # fmt: skip
from tests.test_crawl import LISTED_BY_DEFAULT

TEXT = "<html><body>临江港2月货物吞吐量</body></html>"
BODY = TEXT.encode()


def replay(crawler: Crawler, url: str = PAGE) -> Response:
    """What the spider would see of a page: after Scrapy has taken the content encoding off."""
    handler = ReplayDownloadHandler.from_crawler(crawler)
    request = Request(url)
    response = asyncio.run(handler.download_request(request))
    decoded = HttpCompressionMiddleware.from_crawler(crawler).process_response(request, response)
    assert isinstance(decoded, Response)
    return decoded


def replaying(path: Path, **settings: Any) -> Crawler:
    return make_crawler(path.parent / "archive", ARCHIVE_REPLAY_FROM=str(path), **settings)


def counted(crawler: Crawler) -> dict[str, int]:
    assert crawler.stats
    stats = crawler.stats.get_stats()
    return {name.removeprefix("archive/replay/"): stats[name] for name in stats if name.startswith("archive/replay/")}


ZSTD = bytes.fromhex("28b52ffd") + b"\x20" + bytes([len(BODY)]) + (len(BODY) << 3 | 1).to_bytes(3, "little") + BODY


@pytest.mark.parametrize(
    "block",
    [
        http(BODY, Content_Type="text/html"),
        http(BODY),
        http(BODY, "HTTP/2 200", content_type="text/html"),
        http(chunked(BODY), Transfer_Encoding="chunked"),
        http(BODY, Transfer_Encoding="chunked"),
        http(gzip.compress(BODY), Content_Encoding="gzip"),
        http(chunked(gzip.compress(BODY)), Content_Encoding="gzip", Transfer_Encoding="chunked"),
        http(brotli.compress(BODY), Content_Encoding="br"),
        http(chunked(brotli.compress(BODY)), Content_Encoding="br", Transfer_Encoding="chunked"),
        http(ZSTD, Content_Encoding="zstd"),
        http(BODY, Content_Length="7"),
        http(BODY, Content_Length="70000"),
    ],
    ids=[
        "plain", "no type", "http/2", "chunked", "no longer chunked", "gzip", "gzip, chunked", "brotli",
        "brotli, chunked", "zstd", "length too short", "length too long",
    ],
)  # fmt: skip
def test_the_spider_sees_the_page_however_it_was_sent(tmp_path: Path, block: bytes) -> None:
    crawler = replaying(save(tmp_path / "a.warc.gz", [record(block)]))
    response = replay(crawler)
    assert isinstance(response, HtmlResponse)
    assert (response.status, response.body) == (200, BODY)
    assert counted(crawler) == {}


@pytest.mark.parametrize("encoding", ["gzip", "br", "zstd"])
def test_a_body_that_was_stored_decoded_is_not_decoded_again(tmp_path: Path, encoding: str) -> None:
    crawler = replaying(save(tmp_path / "a.warc.gz", [record(http(BODY, Content_Encoding=encoding))]))
    assert replay(crawler).body == BODY
    assert counted(crawler) == {"not_encoded": 1}


def test_a_recorded_404_is_one_and_a_page_that_was_not_recorded_another(tmp_path: Path) -> None:
    crawler = replaying(save(tmp_path / "a.warc.gz", [record(http(b"gone", "HTTP/1.1 404 Not Found"))]))
    recorded, missing = replay(crawler), replay(crawler, OTHER)
    assert (recorded.status, recorded.body, recorded.flags) == (404, b"gone", [])
    assert (missing.status, missing.body, missing.flags) == (404, b"", [NOT_SAVED])
    assert counted(crawler) == {"missing": 1}


def test_headers_come_as_they_were_recorded(tmp_path: Path) -> None:
    block = http(BODY, ETag='"x"', Last_Modified="Mon, 04 Mar 2024 08:35:00 GMT", Location=OTHER)
    headers = replay(replaying(save(tmp_path / "a.warc.gz", [record(block)]))).headers
    assert headers["ETag"] == b'"x"'
    assert headers["Last-Modified"] == b"Mon, 04 Mar 2024 08:35:00 GMT"


@pytest.mark.parametrize(
    ("at", "expected"),
    [("", b"new"), ("2024-03-02T12:00", b"new"), ("2024-03-02T11:59", b"old"), ("2024-03-01", b"old")],
)
def test_the_archive_is_replayed_as_of_a_time(tmp_path: Path, at: str, expected: bytes) -> None:
    path = save(tmp_path / "a.warc.gz", [record(http(b"old")), record(http(b"new"), date=MARCH_2)])
    assert replay(replaying(path, ARCHIVE_REPLAY_AT=at)).body == expected


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("", ""),
        ("2024-03-01", "20240301155959"),
        ("2024-03-01T12:00", "20240301040000"),
        ("2024-03-01T12:00:30", "20240301040030"),
        ("2024-03-01T04:00:30Z", "20240301040030"),
        ("2024-03-01T04:00:30.5+00:00", "20240301040030"),
    ],
    ids=["none", "day", "Beijing", "seconds", "UTC", "zone"],
)
def test_a_time_is_beijing_s_unless_it_names_a_zone_and_a_day_means_its_end(text: str, digits: str) -> None:
    assert replay_at(text) == digits


def test_a_bad_time_is_refused_before_anything_is_replayed() -> None:
    settings = Settings({"ARCHIVE_REPLAY_FROM": "a.warc.gz", "ARCHIVE_REPLAY_AT": "last week"})
    with pytest.raises(ValueError, match="ARCHIVE_REPLAY_AT"):
        Replay().update_settings(settings)


def test_http_and_https_share_one_index(tmp_path: Path) -> None:
    crawler = replaying(save(tmp_path / "a.warc.gz", [record(http(BODY), WARC_Payload_Digest=None)]))
    assert ReplayDownloadHandler.from_crawler(crawler) is ReplayDownloadHandler.from_crawler(crawler)
    assert counted(crawler) == {"no_digest": 1}


def test_what_is_wrong_is_counted_and_logged_and_the_rest_is_replayed(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "captures"
    lost = revisit(b"never recorded", MARCH_2, url=OTHER)
    save(folder / "a.warc.gz", [record(http(BODY)), lost, record(http(b"<p>"), length=3)[:-10]])
    save(folder / "b.warc.gz", [record(http(b"x"), "https://example.com/", WARC_Payload_Digest=digest(b"y"))])
    (folder / "index.html").write_text("no capture")
    crawler = replaying(folder)
    assert replay(crawler).body == BODY
    assert replay(crawler, OTHER).status == 404
    assert counted(crawler) == {
        "wrong_length": 1, "bad_digest": 2, "other_file": 1, "unresolved_revisit": 1, "missing": 1,
    }  # fmt: skip
    for name in ("a.warc.gz at", "b.warc.gz at", "index.html", OTHER):
        assert name in caplog.text


def as_it_is(captures: Path, _folder: Path) -> Path:
    return captures


def as_wacz(captures: Path, folder: Path) -> Path:
    """One file for a crawl below folders of its date, as scrapy-webarchive lays them."""
    for number, path in enumerate(sorted(captures.glob("*.warc.gz"))):
        save_wacz(folder / f"sina_finance/2024/03/04/{number}.wacz", path)
    return folder


def as_others_write(captures: Path, folder: Path) -> Path:
    """Every page once, sent compressed and in chunks, by http, without digests, in one file that isn't compressed."""
    pages = []
    for path in sorted(captures.glob("*.warc.gz")):
        for response in WarcFile(path, path.name).records():
            if isinstance(response, WarcRecord) and response.type == "response":
                block = http(
                    chunked(brotli.compress(response.body, 1), 999), Content_Encoding="br", Transfer_Encoding="chunked"
                )
                url = response.url.replace("https:", "http:")
                pages.append(record(block, f"<{url}>", WARC_Payload_Digest=None))
    return save(folder / "crawl.warc", pages)


def while_it_is_written(captures: Path, folder: Path) -> Path:
    """A folder of captures as a killed run leaves it."""
    for path in captures.glob("*.warc.gz"):
        folder.mkdir(exist_ok=True)
        shutil.copy(path, folder / f"{path.name}.open")
    return folder


@pytest.mark.parametrize("form", [as_it_is, as_wacz, as_others_write, while_it_is_written])
def test_captures_of_the_bundled_site_replay_to_the_expected_posts(
    crawled: Crawled, tmp_path: Path, form: Callable[[Path, Path], Path]
) -> None:
    own = Path(shutil.copytree(crawled.archive / "captures", tmp_path / "own"))
    run = crawl(tmp_path / "archive", site=form(own, tmp_path / "captures"))
    assert run.returncode == 0, run.stderr
    expected = posts(EXPECTED)
    assert posts(tmp_path / "archive") == {path: expected[path] for path in LISTED_BY_DEFAULT}
