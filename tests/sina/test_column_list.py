"""A column's page: links with a minute and no year."""

import random
from datetime import date

import pytest

from crawler.sina.column_list import cid_of, column_url, parse_column
from crawler.sina.json_answer import ListingError
from tests.support.crawling import SITE

PAGE = (SITE / "finance.sina.com.cn/roll/c/56598.shtml").read_bytes()
HERE = "https://finance.sina.com.cn"


def page(*items: str) -> bytes:
    """A page with these ``li``."""
    return f"<html><body><ul id='listcontent'>{''.join(items)}</ul></body></html>".encode()


def item(url: str, shown: str = "(03月04日 16:42)", title: str = "题") -> str:
    return f"<li><a href='{url}'>{title}</a><span>{shown}</span></li>"


def test_its_address_is_made_of_the_cid_and_read_back() -> None:
    assert cid_of(column_url("56598")) == "56598"
    assert cid_of("https://finance.sina.com.cn/roll/c/5659a.shtml") == ""
    assert cid_of("https://news.sina.com.cn/roll/c/56598.shtml") == ""


def test_the_entries_are_those_of_the_list_and_no_other_links() -> None:
    shown = parse_column(PAGE, "56598")
    assert [entry.url.rpartition("/")[2] for entry in shown.entries] == [
        "doc-inamrkwx3817264.shtml", "doc-inamshqy8842106.shtml", "doc-inamqhtv5093318.shtml", "",
    ]  # fmt: skip
    assert shown.entries[1].title == "青泽县域用电量为何跑赢省会：一份春耕前的账单"
    assert not shown.left_out


def test_an_entry_has_a_day_and_no_ctime() -> None:
    entries = parse_column(PAGE, "56598").entries
    assert {entry.created_at for entry in entries} == {None}
    assert [entry.day for entry in entries] == [date(2024, 3, 5), date(2024, 3, 4), date(2024, 3, 4), None]


@pytest.mark.parametrize(
    ("day", "shown", "moment"),
    [
        ("2024-03-04", "(03月04日 16:42)", "2024-03-04 16:42"),
        ("2024-03-04", "（03月05日 00:10）", "2024-03-05 00:10"),
        ("2025-12-31", "(01月01日 00:05)", "2026-01-01 00:05"),
        ("2026-01-01", "(12月31日 23:58)", "2025-12-31 23:58"),
        ("2024-02-29", "(02月29日 08:00)", "2024-02-29 08:00"),
        ("2023-03-01", "(02月29日 08:00)", "2024-02-29 08:00"),
        ("2024-03-04", "(13月04日 16:42)", ""),
        ("2024-03-04", "16:42", ""),
        ("2024-03-04", "", ""),
    ],
)
def test_the_year_is_that_which_is_nearest_to_the_address(day: str, shown: str, moment: str) -> None:
    (seen,) = parse_column(page(item(f"{HERE}/china/{day}/doc-inamqhtv5093318.shtml", shown)), "1").shown
    assert (f"{seen:%Y-%m-%d %H:%M}" if seen else "") == moment


def test_an_entry_without_a_dated_path_is_listed_without_a_time() -> None:
    shown = parse_column(page(item("http://k.sina.com.cn/article_5559018842_14b57ab5a00100c3xk.html")), "1")
    assert (len(shown.entries), shown.shown, shown.entries[0].day) == (1, (None,), None)


def test_an_item_without_a_usable_link_is_counted_and_the_others_stand() -> None:
    good = item("/china/2024-03-04/doc-inamqhtv5093318.shtml")
    shown = parse_column(page("<li>题</li>", item("mailto:x@example.com"), item("http://[::1"), good), "1")
    assert [entry.url for entry in shown.entries] == [f"{HERE}/china/2024-03-04/doc-inamqhtv5093318.shtml"]
    assert shown.left_out == {"no_url": 1, "no_http_url": 1, "bad_url": 1}


@pytest.mark.parametrize("body", [b"", b"<html><body>busy</body></html>", page(), b"\xff\xfe\x00"], ids=repr)
def test_a_page_without_the_list_is_none(body: bytes) -> None:
    with pytest.raises(ListingError) as error:
        parse_column(body, "56598")
    assert error.value.reason == "no_list"


def test_a_damaged_page_is_a_list_or_none_and_nothing_else() -> None:
    chance = random.Random(4711)
    for _ in range(300):
        broken = bytearray(PAGE)
        for _ in range(chance.randint(1, 30)):
            broken[chance.randrange(len(broken))] = chance.randrange(256)
        try:
            shown = parse_column(bytes(broken[: chance.randrange(len(broken))]), "56598")
        except ListingError:
            continue
        assert len(shown.entries) == len(shown.shown)
