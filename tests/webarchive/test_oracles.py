"""What we read of an answer is what two well-known clients read of it: `wayback` and `cdx_toolkit`."""

import gzip
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import cdx_toolkit
import pytest
import requests
from requests.adapters import HTTPAdapter
from wayback import WaybackClient, WaybackSession

from crawler.webarchive import common_crawl, internet_archive
from crawler.webarchive.content_coding import decode
from crawler.webarchive.memento import digits
from crawler.webarchive.replayed_memento import read_memento
from crawler.webarchive.warc_record import read_record
from tests.support.webarchive import fake_internet_archive as quirks
from tests.support.webarchive.fake_common_crawl import FakeCommonCrawl
from tests.support.webarchive.fake_internet_archive import FakeInternetArchive
from tests.support.webarchive.holdings import HTML, Holding
from tests.support.webarchive.loopback import ask, served

NOW = datetime(2026, 11, 26, tzinfo=UTC)
PREFIX = "finance.sina.com.cn/china/"
PAGE = "<html><body>临江港</body></html>".encode("gb18030")
HOLDINGS = [
    Holding(f"http://finance.sina.com.cn/china/201003{day:02}/1.shtml", datetime(2010, 3, day, seen, tzinfo=UTC), PAGE)
    for day in range(1, 6)
    for seen in (3, 7, 9)
]
GZIPPED = replace(
    HOLDINGS[3], at=HOLDINGS[3].at + timedelta(minutes=1), body=gzip.compress(PAGE, mtime=0),
    headers=(*HTML, ("Content-Encoding", "gzip"), ("Last-Modified", "Tue, 02 Mar 2010 03:00:00 GMT")),
)  # fmt: skip
# The same line again, and a capture of which the archive does not know the length.
LINES = (
    (HOLDINGS[-1].urlkey, "20100305100000", HOLDINGS[-1].url, "text/html", "200", HOLDINGS[-1].digest, "-"),
) * 2  # fmt: skip


class ToLoopback(HTTPAdapter):
    """Every address is one of the server's, and the answer is as from the address that was asked for."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._url = url

    def send(self, request: requests.PreparedRequest, *arguments: Any, **options: Any) -> requests.Response:
        asked = str(request.url)
        request.url = asked.replace("https://web.archive.org", self._url)
        response = super().send(request, *arguments, **options)
        request.url = response.url = asked
        return response


@pytest.fixture
def archive() -> Iterator[FakeInternetArchive]:
    fake = FakeInternetArchive(holdings=[*HOLDINGS, GZIPPED], revisits=HOLDINGS[4:6], extra_lines=LINES)
    with served(fake) as server:
        yield server


@pytest.fixture
def wayback(archive: FakeInternetArchive) -> Iterator[WaybackClient]:
    session = WaybackSession(retries=0, search_calls_per_second=0, memento_calls_per_second=0)
    session.mount("https://", ToLoopback(archive.url))
    with WaybackClient(session) as client:
        yield client


@pytest.fixture
def toolkit(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """Without its waits, and with a cache of its own."""
    monkeypatch.setitem(cdx_toolkit.myrequests.retry_info, "127.0.0.1", {"next_fetch": 0, "minimum_interval": 0})
    monkeypatch.setattr(cdx_toolkit.commoncrawl, "CACHE_DIR", f"{tmp_path}/")
    return cdx_toolkit


@pytest.mark.parametrize("limit", [4, 100])
def test_wayback_finds_the_same_captures(archive: FakeInternetArchive, wayback: WaybackClient, limit: int) -> None:
    theirs = {tuple(record) for record in wayback.search(PREFIX, match_type="prefix", limit=limit)}
    bodies = [ask(f"{archive.url}{asked.path}")[2] for asked in list(archive.asked)]
    ours = {
        (line.urlkey, line.at, line.url, line.mime, line.status, line.digest, line.length)
        for body in bodies
        for line in internet_archive.read_index(body, NOW).mementos
    }
    assert ours == theirs and len(ours) == len(HOLDINGS) + 2


@pytest.mark.parametrize("holding", [HOLDINGS[0], GZIPPED], ids=["plain", "gzip"])
def test_wayback_gets_the_same_memento(archive: FakeInternetArchive, wayback: WaybackClient, holding: Holding) -> None:
    body = ask(internet_archive.search_url(archive.url, PREFIX, None, None, 100))[2]
    memento = next(line for line in internet_archive.read_index(body, NOW).mementos if line.at == holding.at)
    url = internet_archive.memento_url(archive.url, memento)
    ours = read_memento(memento, url, *ask(url))
    theirs = wayback.get_memento(holding.url, timestamp=holding.at)
    assert (ours.url, ours.at, ours.status) == (theirs.url, theirs.timestamp, theirs.status_code)
    assert {name.lower(): value for name, value in ours.headers} == {
        name.lower(): value for name, value in theirs.headers.items()
    }
    assert decode(ours.body, dict(ours.headers).get("Content-Encoding", ""), 0)[0] == theirs.content


@pytest.mark.parametrize("quirk", [quirks.blocked, quirks.own_page, quirks.not_held])
def test_wayback_finds_no_memento_either(archive: FakeInternetArchive, wayback: WaybackClient, quirk: Any) -> None:
    archive.quirks[HOLDINGS[0].url] = quirk
    with pytest.raises(Exception, match=r"blocked|could not be played|no mementos"):
        wayback.get_memento(HOLDINGS[0].url, timestamp=HOLDINGS[0].at)


def test_cdx_toolkit_reads_the_same_of_the_internet_archives_index(archive: FakeInternetArchive, toolkit: Any) -> None:
    url = internet_archive.search_url(archive.url, PREFIX, None, None, 100)
    theirs = toolkit.cdx_to_captures(requests.get(url, timeout=30))
    ours = internet_archive.read_index(ask(url)[2], NOW).mementos
    fields = [(line["urlkey"], line["timestamp"], line["url"], line["mime"], line["digest"]) for line in theirs]
    assert [(line.urlkey, digits(line.at), line.url, line.mime, line.digest) for line in ours] == fields[:-1]
    assert fields[-1] == fields[-2], "which we show once"


# cdx_toolkit's own, which Python 3.13 complains about.
@pytest.mark.filterwarnings("ignore:'count' is passed as positional argument:DeprecationWarning")
def test_cdx_toolkit_finds_the_same_records_in_common_crawl(toolkit: Any) -> None:
    crawls = {f"CC-MAIN-2020-{week:02}": [] for week in range(1, 65)} | {"CC-MAIN-2010-11": HOLDINGS}
    with served(FakeCommonCrawl(crawls=crawls, page_size=4)) as archive:
        fetcher = toolkit.CDXFetcher(cc_mirror=archive.url, crawl=["CC-MAIN-2010-11"], warc_download_prefix=archive.url)
        listed = common_crawl.read_collections(ask(common_crawl.collections_url(archive.url))[2])
        assert fetcher.raw_index_list == [f"{archive.url}/{crawl.id}-index" for crawl in reversed(listed)]

        pages_url = common_crawl.pages_url(archive.url, "CC-MAIN-2010-11", PREFIX)
        pages = common_crawl.read_page_count(ask(pages_url)[2])
        assert pages == requests.get(pages_url, timeout=30).json()["pages"]

        urls = [common_crawl.search_url(archive.url, "CC-MAIN-2010-11", PREFIX, page) for page in range(pages)]
        ours = [memento for url in urls for memento in common_crawl.read_index(ask(url)[2], NOW).mementos]
        theirs = list(fetcher.iter(f"{PREFIX}*", filter=["=status:200"]))
        assert [(line["url"], line["timestamp"], line["filename"], int(line["offset"])) for line in theirs] == [
            (line.url, digits(line.at), line.place, line.offset) for line in ours
        ]
        for memento, line in zip(ours[:3], theirs[:3], strict=True):
            url, wanted = common_crawl.record_request(archive.url, memento)
            original, record = read_record(memento, url, ask(url, Range=wanted)[2]), line.fetch_warc_record()
            assert original.body == record.content_stream().read()
            assert list(original.headers) == record.http_headers.headers
            assert original.source_uri == record.rec_headers.get_header("WARC-Source-URI")
            assert f"bytes={wanted.removeprefix('bytes=')}" == record.rec_headers.get_header("WARC-Source-Range")


def test_cdx_toolkit_takes_no_captures_for_none(toolkit: Any) -> None:
    with served(FakeCommonCrawl(crawls={"CC-MAIN-2012": []})) as archive:
        url = common_crawl.search_url(archive.url, "CC-MAIN-2012", PREFIX, 0)
        assert toolkit.cdx_to_captures(requests.get(url, timeout=30)) == []
        assert common_crawl.read_index(ask(url)[2], NOW).mementos == ()
