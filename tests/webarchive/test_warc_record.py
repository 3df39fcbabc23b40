"""A range of bytes is the record of a capture only if its address, time, status and digest prove it."""

import gzip
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.webarchive.common_crawl import read_index, record_request, search_url
from crawler.webarchive.memento import Memento, NotTheMemento, Original
from crawler.webarchive.warc_record import read_record
from tests.support.warcs import record
from tests.support.webarchive.fake_common_crawl import EXTRA_LINE, FakeCommonCrawl
from tests.support.webarchive.holdings import HTML, Holding, record_of
from tests.support.webarchive.loopback import ask, served

NOW = datetime(2026, 11, 26, tzinfo=UTC)
NOON = datetime(2010, 3, 12, 12, tzinfo=UTC)
URL = "http://finance.sina.com.cn/china/20100312/1.shtml"
PAGE = "<html><body>临江港</body></html>".encode("gb18030")
HELD = Holding(URL, NOON, PAGE, headers=(*HTML, ("Content-Length", str(len(PAGE)))))
OTHERS = [replace(HELD, url=URL.replace("1.shtml", f"{number}.shtml"), body=b"%d" % number) for number in (0, 2)]
RECORD = record_of(HELD)
MEMENTO = Memento("common_crawl", URL, NOON, HELD.urlkey, 200, "text/html", HELD.digest, len(RECORD), "a.warc.gz", 7)


def fetched(archive: FakeCommonCrawl, crawl: str) -> list[Original]:
    """All that its index shows."""
    body = ask(search_url(archive.url, crawl, "finance.sina.com.cn/", 0))[2]
    originals = []
    for memento in read_index(body, NOW).mementos:
        url, wanted = record_request(archive.url, memento)
        status, _, content = ask(url, Range=wanted)
        assert status == 206
        originals.append(read_record(memento, url, content))
    return originals


@pytest.mark.parametrize("crawl", ["CC-MAIN-2012", EXTRA_LINE])
def test_a_range_of_the_warc_is_the_original(crawl: str) -> None:
    with served(FakeCommonCrawl(crawls={crawl: [HELD, *OTHERS]})) as archive:
        original = next(original for original in fetched(archive, crawl) if original.url == URL)
    assert (original.at, original.status, original.body) == (NOON, 200, PAGE)
    assert original.headers == HELD.headers
    assert original.source_uri.startswith(f"{archive.url}/crawl-data/{crawl}/")


def test_headers_that_do_not_fit_the_stored_body_keep_their_value_under_another_name() -> None:
    unfit = (("Content-Encoding", "gzip"), ("Content-Length", "5"), ("Transfer-Encoding", "chunked"))
    content = record_of(replace(HELD, headers=(*HTML, *unfit)))
    original = read_record(replace(MEMENTO, length=len(content)), "u", content)
    assert original.headers == (*HTML, *((f"X-Archive-Orig-{name}", value) for name, value in unfit))
    assert original.body == PAGE


def test_an_arc_file_of_the_first_crawls_is_read() -> None:
    block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + PAGE
    content = gzip.compress(b"%s 1.2.3.4 20100312120000 text/html %d\n%s\n" % (URL.encode(), len(block), block))
    assert read_record(replace(MEMENTO, length=len(content)), "u", content).body == PAGE


def refused(content: bytes, memento: Memento = MEMENTO, length: int | None = None) -> NotTheMemento:
    with pytest.raises(NotTheMemento) as caught:
        read_record(
            replace(memento, length=len(content) if length is None else length), "http://data/a.warc.gz", content
        )
    return caught.value


@pytest.mark.parametrize(
    ("reason", "content"),
    [
        ("other_url", record_of(OTHERS[0])),
        ("other_url", record_of(OTHERS[0]) + RECORD),
        ("other_time", record_of(replace(HELD, at=NOON + timedelta(seconds=1)))),
        ("other_status", record_of(replace(HELD, status=404))),
        ("wrong_digest", record_of(replace(HELD, headers=HTML, body=PAGE.replace(b"body", b"BODY")))),
        ("truncated", record_of(replace(HELD, truncated="length"))),
        ("cut", RECORD[:-9]),
        ("cut", RECORD + RECORD[:-9]),
        ("cut", gzip.compress(gzip.decompress(RECORD)[:-20])),
        ("not_a_record", gzip.decompress(RECORD)[:200]),
        ("not_a_record", b""),
        ("not_a_record", b"<Error><Code>SlowDown</Code></Error>"),
        ("not_a_record", gzip.compress(b"")),
        ("not_a_record", gzip.compress(b"no record")),
        ("not_a_record", gzip.compress(record(b"GET / HTTP/1.1\r\n\r\n", URL, type="request"))),
        ("not_a_record", gzip.compress(record(PAGE, URL))),
        ("not_a_record", gzip.compress(record(b"HTTP/1.1 nothing\r\n\r\n", URL))),
        ("not_a_record", gzip.compress(record(b"HTTP/1.1 200 OK\r\n\r\n", URL, WARC_Date=None))),
    ],
)  # fmt: skip
def test_other_bytes_are_refused(reason: str, content: bytes) -> None:
    error = refused(content)
    assert error.reason == reason
    assert "a.warc.gz" in str(error) or URL in str(error)


@given(st.data())
def test_bytes_that_were_changed_are_the_original_or_refused(data: st.DataObject) -> None:
    whole = gzip.decompress(RECORD)
    first = data.draw(st.integers(0, len(whole)))
    last = data.draw(st.integers(first, min(first + 60, len(whole))))
    put = data.draw(st.sampled_from([b"", b"\r\n", b":", b"\0", b"9", b"-1", b" ", b"\xff"]))
    content = gzip.compress(whole[:first] + put + whole[last:], 1)
    try:
        assert read_record(replace(MEMENTO, length=len(content)), "u", content).body == PAGE
    except NotTheMemento as error:
        assert error.reason and str(error)


@pytest.mark.parametrize("number", range(gzip.decompress(RECORD).partition(b"\r\n\r\n")[0].count(b"\r\n") + 1))
def test_a_record_without_one_of_its_lines_is_the_original_or_refused(number: int) -> None:
    head, _, block = gzip.decompress(RECORD).partition(b"\r\n\r\n")
    lines = head.split(b"\r\n")
    content = gzip.compress(b"\r\n".join(lines[:number] + lines[number + 1 :]) + b"\r\n\r\n" + block)
    needed = (b"WARC/", b"WARC-Type", b"WARC-Target-URI", b"WARC-Date", b"Content-Length")
    if lines[number].startswith(needed):
        assert refused(content).reason in ("not_a_record", "wrong_digest")
    else:
        assert read_record(replace(MEMENTO, length=len(content)), "u", content).body == PAGE


def test_the_true_time_of_another_capture_is_named() -> None:
    at = NOON + timedelta(days=1)
    assert refused(record_of(replace(HELD, at=at))).at == at


def test_what_follows_a_proved_record_does_not_matter() -> None:
    content = RECORD + record_of(OTHERS[0])
    assert read_record(replace(MEMENTO, length=len(content)), "u", content).body == PAGE


@pytest.mark.parametrize(("reason", "length"), [("cut", len(RECORD) + 1), ("other_range", len(RECORD) - 1)])
def test_another_length_than_the_index_says_is_refused(reason: str, length: int) -> None:
    assert refused(RECORD, length=length).reason == reason


def test_a_server_that_ignores_ranges_is_noticed() -> None:
    with served(FakeCommonCrawl(crawls={"CC-MAIN-2012": [HELD, *OTHERS]})) as archive:
        body = ask(search_url(archive.url, "CC-MAIN-2012", "finance.sina.com.cn/", 0))[2]
        memento = read_index(body, NOW).mementos[1]
        whole = ask(record_request(archive.url, memento)[0])[2]
    assert refused(whole, memento, memento.length).reason == "other_range"


@pytest.mark.parametrize("size", [500 << 10, 1 << 20, 5 << 20])
def test_a_body_of_just_the_limit_is_cut_although_nothing_says_so(size: int) -> None:
    def content_of(body: bytes) -> tuple[Memento, bytes]:
        holding = replace(HELD, headers=HTML, body=body)
        content = record_of(holding)
        return replace(MEMENTO, digest=holding.digest, length=len(content)), content

    memento, content = content_of(b"x" * size)
    assert refused(content, memento).reason == "truncated"
    assert len(read_record(content_of(b"x" * (size - 1))[0], "u", content_of(b"x" * (size - 1))[1]).body) == size - 1


def test_what_the_index_calls_truncated_is_not_even_read() -> None:
    assert refused(RECORD, replace(MEMENTO, truncated="length")).reason == "truncated"


def test_a_record_that_would_fill_the_memory_is_refused() -> None:
    bomb: Callable[[], bytes] = lambda: gzip.compress(bytes(40_000_000), 1)  # noqa: E731
    assert refused(bomb()).reason == "too_large"
