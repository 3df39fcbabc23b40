"""The Internet Archive's index: what is asked, and what of an answer is a capture."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.webarchive.internet_archive import BASE, MOST_ROWS, memento_url, read_index, search_url
from crawler.webarchive.memento import BadIndex
from tests.support.webarchive.fake_internet_archive import NAMES, FakeInternetArchive
from tests.support.webarchive.holdings import Holding
from tests.support.webarchive.loopback import ask, served

NOW = datetime(2026, 11, 26, tzinfo=UTC)
NOON = datetime(2010, 3, 12, 12, tzinfo=UTC)
PREFIX = "finance.sina.com.cn/china/201003"
HOLDINGS = [
    Holding(f"http://finance.sina.com.cn/china/20100312/{number}.shtml", NOON + timedelta(days=days), b"%d" % number)
    for number in range(12)
    for days in (0, 30)
]
ROW = ["cn,com,sina,finance)/china/20100312/1.shtml", "20100312120000", HOLDINGS[0].url, "text/html", "200",
       HOLDINGS[0].digest, "1415"]  # fmt: skip


def table(*rows: list[str], names: tuple[str, ...] = NAMES) -> bytes:
    return json.dumps([list(names), *rows]).encode()


@pytest.mark.parametrize("limit", [1, 5, 24, 100])
def test_by_its_resume_key_a_search_shows_every_capture_once(limit: int) -> None:
    with served(FakeInternetArchive(holdings=HOLDINGS)) as archive:
        shown, key = [], ""
        while True:
            answer = read_index(ask(search_url(archive.url, PREFIX, None, None, limit, key))[2], NOW)
            assert len(answer.mementos) <= limit and not answer.bad_lines
            shown += [(memento.url, memento.at) for memento in answer.mementos]
            key = answer.resume_key
            if not key:
                break
    assert sorted(shown) == sorted((holding.url, holding.at) for holding in HOLDINGS)
    assert len(archive.asked) == -(-len(HOLDINGS) // limit)


def test_a_resume_key_survives_an_address_with_percent_signs_and_plus() -> None:
    odd = [
        Holding(f"http://finance.sina.com.cn/china/20100312/{name}", NOON, b"") for name in ("a%20b", "a+c", "b%2Cd")
    ]
    with served(FakeInternetArchive(holdings=odd)) as archive:
        first = read_index(ask(search_url(archive.url, PREFIX, None, None, 1))[2], NOW)
        second = read_index(ask(search_url(archive.url, PREFIX, None, None, 1, first.resume_key))[2], NOW)
        third = read_index(ask(search_url(archive.url, PREFIX, None, None, 1, second.resume_key))[2], NOW)
    assert len({page.mementos[0].url for page in (first, second, third)}) == 3 and not third.resume_key


def test_redirects_and_errors_are_left_out_and_revisits_are_not() -> None:
    holdings = [replace(HOLDINGS[0], status=404), replace(HOLDINGS[1], status=302), *HOLDINGS[2:]]
    with served(FakeInternetArchive(holdings=holdings, revisits=HOLDINGS[4:5])) as archive:
        answer = read_index(ask(search_url(archive.url, PREFIX, None, None, 100))[2], NOW)
    assert len(answer.mementos) == len(HOLDINGS) - 2
    revisit = next(memento for memento in answer.mementos if memento.status is None)
    assert (revisit.mime, revisit.url) == ("warc/revisit", HOLDINGS[4].url)


def test_a_window_is_from_its_first_second_to_before_its_last() -> None:
    with served(FakeInternetArchive(holdings=HOLDINGS)) as archive:
        at_noon = read_index(ask(search_url(archive.url, PREFIX, NOON, NOON + timedelta(days=30), 100))[2], NOW)
        later = read_index(ask(search_url(archive.url, PREFIX, NOON + timedelta(seconds=1), NOW, 100))[2], NOW)
    assert {memento.at for memento in at_noon.mementos} == {NOON}
    assert {memento.at for memento in later.mementos} == {NOON + timedelta(days=30)}


def test_a_search_asks_for_no_more_rows_than_the_server_gives() -> None:
    query = parse_qs(urlsplit(search_url(BASE, PREFIX, None, None, 10**9)).query)
    assert query["limit"] == [str(MOST_ROWS)]
    assert "collapse" not in query and "page" not in query


@pytest.mark.parametrize("body", [b"", b"\n", b"[]", b"[]\n", table()])
def test_nothing_held_is_an_answer(body: bytes) -> None:
    assert read_index(body, NOW) == ((), "", ())


def test_an_answer_may_have_nothing_but_a_resume_key() -> None:
    assert read_index(table([], ["cn%2Ccom+20100101000000%21"]), NOW).resume_key == "cn%2Ccom+20100101000000%21"


def test_plain_text_says_the_same() -> None:
    with served(FakeInternetArchive(holdings=HOLDINGS)) as archive:
        url = search_url(archive.url, PREFIX, None, None, 7)
        assert read_index(ask(url)[2], NOW) == read_index(ask(url.replace("output=json", ""))[2], NOW)


def test_fields_stand_where_the_header_says() -> None:
    assert read_index(table(ROW[::-1], names=NAMES[::-1]), NOW) == read_index(table(ROW), NOW)


BAD: dict[str, list[list[Any]]] = {
    "missing_field": [ROW[:-1], [*ROW[:2], "", *ROW[3:]], ["-"]],
    "bad_time": [[ROW[0], "2010031212", *ROW[2:]], [ROW[0], "20101312120000", *ROW[2:]]],
    "incredible_time": [[ROW[0], "19700101000000", *ROW[2:]], [ROW[0], "20990101000000", *ROW[2:]]],
    "bad_digest": [[*ROW[:5], "-", ROW[6]], [*ROW[:5], ROW[5][:-1], ROW[6]]],
    "bad_number": [[*ROW[:4], "2OO", *ROW[5:]], [*ROW[:6], "-1415"]],
    "bad_url": [
        [*ROW[:2], None, *ROW[3:]],
        [*ROW[:2], "dns:finance.sina.com.cn", *ROW[3:]],
        [*ROW[:2], "http://a b/", *ROW[3:]],
    ],
    "repeated": [ROW],
}


@pytest.mark.parametrize(("reason", "line"), [(reason, line) for reason, lines in BAD.items() for line in lines])
def test_a_bad_line_is_named_and_the_others_go_on(reason: str, line: list[str]) -> None:
    last = [ROW[0].replace("1.shtml", "2.shtml"), *ROW[1:2], ROW[2].replace("1.shtml", "2.shtml"), *ROW[3:]]
    answer = read_index(table(ROW, line, last), NOW)
    assert [memento.urlkey for memento in answer.mementos] == [ROW[0], last[0]]
    assert answer.left_out == {reason: 1}
    assert str(answer.bad_lines[0]).endswith(reason) and str(line[0]) in str(answer.bad_lines[0])


def test_the_order_of_lines_does_not_matter() -> None:
    rows = [[f"{ROW[0]}{number}", *ROW[1:]] for number in range(5)]
    assert set(read_index(table(*rows[::-1]), NOW).mementos) == set(read_index(table(*rows), NOW).mementos)


@pytest.mark.parametrize(
    ("reason", "body"),
    [
        ("error_page", b"<html>503 Service Temporarily Unavailable</html>"),
        ("error_page", b'{"message": "error"}'),
        ("error_page", b'<!DOCTYPE html PUBLIC "-//W3C//DTD HTML 4.01 Transitional//EN"\n<html>'),
        ("error_page", b"Too many requests"),
        ("blocked", b"org.archive.wayback.exception.RobotAccessControlException: Blocked By Robots"),
        ("cut", table(ROW, ROW)[:-30]),
        ("cut", " ".join(ROW).encode() + b"\n" + " ".join(ROW[:4]).encode()),
        ("no_rows", b'["urlkey"]'),
        ("no_fields", b'[["urlkey", 3]]'),
        ("no_fields", b'[["message", "error"]]'),
    ],
)
def test_what_is_no_index_is_never_taken_for_an_empty_one(reason: str, body: bytes) -> None:
    with pytest.raises(BadIndex) as caught:
        read_index(body, NOW)
    assert caught.value.reason == reason


@given(st.data())
def test_an_answer_that_was_changed_is_read_in_part_or_refused(data: st.DataObject) -> None:
    whole = data.draw(st.sampled_from([table(ROW, ROW, [], ["key"]), f"{' '.join(ROW)}\n\nkey\n".encode()]))
    first = data.draw(st.integers(0, len(whole)))
    last = data.draw(st.integers(first, min(first + 60, len(whole))))
    put = data.draw(st.sampled_from([b"", b"\n", b'"', b"[", b"]", b"\0", b"9", b" ", b"\xff", b"null"]))
    try:
        answer = read_index(whole[:first] + put + whole[last:], NOW)
        assert all(memento.at < NOW for memento in answer.mementos)
    except BadIndex as error:
        assert error.reason and str(error)


def test_a_refusal_is_never_taken_for_an_empty_index() -> None:
    with served(FakeInternetArchive(holdings=HOLDINGS)) as archive:
        archive.refuse(1, 429, Retry_After="60")
        url = search_url(archive.url, PREFIX, None, None, 100)
        status, headers, body = ask(url)
        assert (status, dict(headers)["Retry-After"]) == (429, "60")
        with pytest.raises(BadIndex):
            read_index(body, NOW)
        assert len(read_index(ask(url)[2], NOW).mementos) == len(HOLDINGS)


def test_a_memento_is_asked_for_as_it_was_received() -> None:
    memento = read_index(table(ROW), NOW).mementos[0]
    assert memento_url(BASE, memento) == f"https://web.archive.org/web/20100312120000id_/{ROW[2]}"
    odd = replace(memento, url="http://finance.sina.com.cn/新闻?a=%41&b=c d#e".replace(" ", "+"))
    assert memento_url(BASE, odd).endswith("/http://finance.sina.com.cn/%E6%96%B0%E9%97%BB?a=%41&b=c+d%23e")
