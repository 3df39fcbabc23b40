"""Common Crawl's indexes: what is asked, and what of an answer is a record."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from crawler.webarchive.common_crawl import (
    Crawl,
    collections_url,
    pages_url,
    read_collections,
    read_index,
    read_page_count,
    record_request,
    search_url,
)
from crawler.webarchive.memento import BadIndex
from tests.support.webarchive.fake_common_crawl import FakeCommonCrawl
from tests.support.webarchive.holdings import Holding
from tests.support.webarchive.loopback import ask, served

NOW = datetime(2026, 11, 26, tzinfo=UTC)
NOON = datetime(2010, 3, 12, 12, tzinfo=UTC)
PREFIX = "finance.sina.com.cn/china/2010"
HOLDINGS = [
    Holding(f"http://finance.sina.com.cn/china/20100312/{number}.shtml", NOON + timedelta(days=number), b"%d" % number)
    for number in range(12)
]
CRAWLS = {"CC-MAIN-2009-2010": HOLDINGS, "CC-MAIN-2012": [], "CC-MAIN-2018-34": HOLDINGS[:1]}
LINE = {
    "urlkey": "cn,com,sina,finance)/china/20100312/1.shtml", "timestamp": "20100312120000", "url": HOLDINGS[1].url,
    "mime": "text/html", "status": "200", "digest": HOLDINGS[1].digest, "length": "1415", "offset": "0",
    "filename": "crawl-data/CC-MAIN-2012/segments/1.0/warc/a.warc.gz",
}  # fmt: skip


def page(*lines: dict[str, str]) -> bytes:
    return "".join(f"{json.dumps(line)}\n" for line in lines).encode()


def test_crawls_are_newest_first_with_their_times() -> None:
    with served(FakeCommonCrawl(crawls=CRAWLS)) as archive:
        crawls = read_collections(ask(collections_url(archive.url))[2])
    assert [crawl.id for crawl in crawls] == sorted(CRAWLS, reverse=True)
    assert crawls[1] == Crawl("CC-MAIN-2012", None, None)
    assert (crawls[2].since, crawls[2].until) == (HOLDINGS[0].at, HOLDINGS[-1].at)


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>", b"{}", b"[]", b'[{"name": "x"}]', b'[{"id": "../x"}]', b'[{"id": "CC-MAIN-2012", "from": 3}]'],
)
def test_a_list_of_crawls_that_is_none_is_refused(body: bytes) -> None:
    with pytest.raises(BadIndex):
        read_collections(body)


@pytest.mark.parametrize("size", [1, 5, 100])
def test_the_pages_of_an_index_show_every_record_once(size: int) -> None:
    with served(FakeCommonCrawl(crawls=CRAWLS, page_size=size)) as archive:
        pages = read_page_count(ask(pages_url(archive.url, "CC-MAIN-2009-2010", PREFIX))[2])
        bodies = [ask(search_url(archive.url, "CC-MAIN-2009-2010", PREFIX, number))[2] for number in range(pages)]
    assert pages == -(-len(HOLDINGS) // size)
    shown = [memento for body in bodies for memento in read_index(body, NOW).mementos]
    assert sorted((memento.url, memento.at, memento.digest) for memento in shown) == sorted(
        (holding.url, holding.at, holding.digest) for holding in HOLDINGS
    )


def test_nothing_held_is_an_answer_although_its_status_is_404() -> None:
    with served(FakeCommonCrawl(crawls=CRAWLS)) as archive:
        status, _, body = ask(pages_url(archive.url, "CC-MAIN-2012", PREFIX))
        assert (status, read_page_count(body)) == (404, 0)
        status, _, body = ask(search_url(archive.url, "CC-MAIN-2012", PREFIX, 0))
        assert (status, read_index(body, NOW)) == (404, ((), "", ()))


def test_an_index_that_is_not_there_is_no_answer() -> None:
    with served(FakeCommonCrawl(crawls=CRAWLS)) as archive:
        body = ask(search_url(archive.url, "CC-MAIN-2011", PREFIX, 0))[2]
        beyond = ask(search_url(archive.url, "CC-MAIN-2009-2010", PREFIX, 1))[2]
    for answer in (body, beyond):
        with pytest.raises(BadIndex, match="no index") as caught:
            read_index(answer, NOW)
        assert caught.value.reason == "error_page"


@pytest.mark.parametrize(
    ("reason", "body"),
    [
        ("empty", b""),
        ("empty", b"\n"),
        ("error_page", b"<html>403 Forbidden</html>"),
        ("error_page", b'{"message": "Page 3 invalid: First Page is 0, Last Page is 2"}'),
        ("cut", page(LINE, LINE)[:-20]),
    ],
)
def test_what_is_no_index_is_never_taken_for_an_empty_one(reason: str, body: bytes) -> None:
    with pytest.raises(BadIndex) as caught:
        read_index(body, NOW)
    assert caught.value.reason == reason


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b'{"blocks": 1}', b'{"pages": "3"}', b'{"pages": -1}', b'{"pages": true}']
)
def test_a_count_of_pages_that_is_none_is_refused(body: bytes) -> None:
    with pytest.raises(BadIndex):
        read_page_count(body)


@pytest.mark.parametrize(
    ("reason", "changes"),
    [
        ("missing_field", {"url": ""}),
        ("missing_field", {"digest": ""}),
        ("bad_time", {"timestamp": "2010"}),
        ("incredible_time", {"timestamp": "20990101000000"}),
        ("incredible_time", {"timestamp": "19700101000000"}),
        ("bad_digest", {"digest": "1" * 32}),
        ("bad_number", {"offset": "-1"}),
        ("no_place", {"offset": ""}),
        ("no_place", {"length": "0"}),
        ("no_place", {"filename": ""}),
        ("no_place", {"filename": "../../etc/passwd"}),
        ("no_place", {"filename": "https://elsewhere/a.warc.gz"}),
        ("repeated", {}),
    ],
)
def test_a_bad_line_is_named_and_the_others_go_on(reason: str, changes: dict[str, str]) -> None:
    last = LINE | {"url": HOLDINGS[2].url}
    answer = read_index(page(LINE, LINE | changes, last) + b"\n", NOW)
    assert [memento.url for memento in answer.mementos] == [LINE["url"], last["url"]]
    assert answer.left_out == {reason: 1}


def test_a_line_that_is_no_json_is_named_and_the_others_go_on() -> None:
    answer = read_index(page(LINE) + b'{"urlkey": \n[3]\n' + page(LINE | {"url": HOLDINGS[2].url}), NOW)
    assert (len(answer.mementos), answer.left_out) == (2, {"no_json": 2})


def test_a_record_is_a_range_of_bytes() -> None:
    memento = replace(read_index(page(LINE), NOW).mementos[0], offset=1000, length=50)
    assert record_request("https://data.commoncrawl.org", memento) == (
        f"https://data.commoncrawl.org/{LINE['filename']}",
        "bytes=1000-1049",
    )
