"""The roll API's URL, and what is read from its answer."""

import json
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.sina.channels import DEFAULT_CHANNEL, find_channels
from crawler.sina.json_answer import ListingError
from crawler.sina.roll_api import Listing, listing_url, parse_listing, window_url
from crawler.times import BEIJING
from tests.support.snippets import SITE

ENTRY = {
    "docid": "comos:namrkwx3817264",
    "url": "https://finance.sina.com.cn/china/2024-03-05/doc-inamrkwx3817264.shtml",
    "title": "海岑市出台措施",
    "media_name": "海岑日报",
    "keywords": "海岑,专精特新, 企业",
    "ctime": "1709601463",
    "mtime": "1709601600",
    "lids": "1686,1687",
    "img": [],
}


def answer(*entries: Any, **changes: Any) -> str:
    """An answer of the API that lists `entries`, its result changed."""
    result = {"status": {"code": 0, "msg": "succ"}, "total": 1, "lid": 1686, "data": list(entries)}
    return json.dumps({"result": result | changes})


def parse(body: bytes | str) -> Listing:
    return parse_listing(body, DEFAULT_CHANNEL)


def reason(body: bytes | str) -> str:
    with pytest.raises(ListingError) as refused:
        parse(body)
    return refused.value.reason


def test_a_page_is_asked_with_four_parameters_in_this_order() -> None:
    first = "https://feed.mix.sina.com.cn/api/roll/get?pageid=155&lid=1686&num=50&page=1"
    assert listing_url(DEFAULT_CHANNEL, 1) == first
    assert listing_url(find_channels("股市")[0], 12) == first.replace("155", "153").replace("1686", "2517") + "2"


def test_a_window_has_the_earlier_bound_in_etime() -> None:
    start, end = datetime(2024, 3, 5, tzinfo=BEIJING), datetime(2024, 3, 6, tzinfo=BEIJING)
    behind = "&etime=1709568000&stime=1709654400&ctime=1709654400&date=2024-03-05"
    assert window_url(DEFAULT_CHANNEL, 2, start, end) == listing_url(DEFAULT_CHANNEL, 2) + behind


def test_an_entry_is_read_with_all_it_says() -> None:
    (entry,) = parse(answer(ENTRY)).entries
    assert (entry.url, entry.title, entry.doc_id) == (ENTRY["url"], "海岑市出台措施", "namrkwx3817264")
    assert (entry.media, entry.keywords, entry.channels) == ("海岑日报", ("海岑", "专精特新", "企业"), ("1686", "1687"))
    assert entry.created_at == datetime(2024, 3, 5, 9, 17, 43, tzinfo=BEIJING)
    assert entry.modified_at == datetime(2024, 3, 5, 9, 20, 0, tzinfo=BEIJING)
    assert entry.created_at.utcoffset() == BEIJING.utcoffset(None)


@pytest.mark.parametrize(
    "wrap",
    [
        "{}",
        " \n{}\n",
        "\ufeff{}",
        "try{{feedCallback({});}}catch(e){{}};",
        "try {{ a.b_1$({}) ; }} catch (e) {{ }} ;\n",
        "try{{cb({});}}catch(){{}}",
        "cb({})",
        "cb({});",
        pytest.param("\ufefftry{{cb({});}}catch(e){{}};", id="mark-before-jsonp"),
    ],
)
@pytest.mark.parametrize("kind", [str, str.encode])
def test_json_and_jsonp_are_read_with_or_without_a_byte_order_mark(wrap: str, kind: Any) -> None:
    assert len(parse(kind(wrap.format(answer(ENTRY)))).entries) == 1


def test_a_title_with_brackets_does_not_end_the_jsonp() -> None:
    entry = ENTRY | {"title": "一); }catch(e){}; 二"}
    assert parse(f"try{{cb({answer(entry)});}}catch(e){{}};").entries[0].title == "一); }catch(e){}; 二"


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("", "not_json"),
        ("{", "not_json"),
        (answer(ENTRY)[:-20], "not_json"),
        (f"try{{cb({answer(ENTRY)[:-20]});}}catch(e){{}};", "not_json"),
        (b"\xff\xfe\x00", "not_json"),
        ("[" * 100_000, "not_json"),
        ("9" * 5000, "not_json"),
        ("<html><body>403 Forbidden</body></html>", "html"),
        (b" \n<!DOCTYPE html><title>502</title>", "html"),
        ("[]", "no_result"),
        ("null", "no_result"),
        ('"text"', "no_result"),
        ('{"result": []}', "no_result"),
        ('{"error": 1}', "no_result"),
        ('{"result": {}}', "error_status"),
        ('{"result": {"status": null}}', "error_status"),
        (answer(ENTRY, status={"code": 11, "msg": "err"}), "error_status"),
        (answer(ENTRY, status={"code": "-1"}), "error_status"),
        (answer(ENTRY, status={"msg": "succ"}), "error_status"),
        (answer(ENTRY, lid=1687), "other_channel"),
        (answer(ENTRY, lid="2509"), "other_channel"),
        (answer(data={}), "no_list"),
        (answer(data=None), "no_list"),
        (answer(data="暂无数据"), "no_list"),
    ],
)
def test_an_answer_that_is_no_listing_says_why(body: bytes | str, why: str) -> None:
    assert reason(body) == why


@pytest.mark.parametrize(
    "changes", [{"lid": "1686"}, {"lid": 1686}, {"lid": None}, {"lid": 0}, {"status": {"code": "0"}}]
)
def test_numbers_come_as_numbers_or_strings(changes: dict[str, Any]) -> None:
    assert len(parse(answer(ENTRY, **changes)).entries) == 1


@pytest.mark.parametrize(
    ("total", "read"), [(134, 134), ("134", 134), ("", None), (None, None), ([], None), ("many", None), (1e400, None)]
)
def test_the_total_is_a_number_or_unknown(total: Any, read: int | None) -> None:
    assert parse(answer(ENTRY, total=total)).total == read


@pytest.mark.parametrize(
    ("seconds", "hour"),
    [
        ("1709601463", 9),
        (1709601463, 9),
        (1709601463.7, 9),
        (0, None),
        ("0", None),
        ("", None),
        (None, None),
        ("yesterday", None),
        (-5, None),
        (1709601463000, None),
        (10**30, None),
        (float("inf"), None),
        (float("nan"), None),
        ([1], None),
        ({}, None),
    ],
)
def test_a_time_is_an_epoch_in_seconds_or_none(seconds: Any, hour: int | None) -> None:
    (entry,) = parse(answer(ENTRY | {"ctime": seconds, "mtime": seconds})).entries
    assert entry.created_at == entry.modified_at
    assert (entry.created_at.hour if entry.created_at else None) == hour


@pytest.mark.parametrize(
    ("entry", "why"),
    [
        ({"title": "广告"}, "no_url"),
        (ENTRY | {"url": ""}, "no_url"),
        (ENTRY | {"url": "  "}, "no_url"),
        (ENTRY | {"url": None}, "no_url"),
        (ENTRY | {"url": ["https://finance.sina.com.cn/"]}, "no_url"),
        (None, "malformed"),
        ("comos:1", "malformed"),
        ([], "malformed"),
    ],
)
def test_an_entry_without_url_is_left_out_and_counted_the_others_stand(entry: Any, why: str) -> None:
    listing = parse(answer(entry, ENTRY))
    assert [kept.url for kept in listing.entries] == [ENTRY["url"]]
    assert listing.left_out == {why: 1}


@pytest.mark.parametrize("img", [[], {}, None, "", {"u": "https://n.sinaimg.cn/a.jpg", "w": 100}, [{"u": "x"}]])
def test_an_entrys_picture_comes_in_every_shape(img: Any) -> None:
    assert len(parse(answer(ENTRY | {"img": img})).entries) == 1


def test_an_entry_with_nothing_but_a_url_is_listed() -> None:
    (entry,) = parse(answer({"url": " https://finance.sina.com.cn/x \n"})).entries
    assert (entry.url, entry.title, entry.doc_id, entry.created_at) == ("https://finance.sina.com.cn/x", "", "", None)
    assert (entry.keywords, entry.channels) == ((), ("1686",))


def test_fields_of_another_type_are_empty() -> None:
    odd = dict.fromkeys(["title", "docid", "media_name", "keywords", "lids"], 5) | {"url": ENTRY["url"]}
    (entry,) = parse(answer(odd)).entries
    assert (entry.title, entry.doc_id, entry.media, entry.keywords) == ("", "", "", ())


def test_only_data_is_the_list() -> None:
    advertised = ENTRY | {"url": "https://sax.sina.com.cn/click"}
    listing = parse(answer(ENTRY, top=[advertised], cre=[advertised], pdps=[advertised]))
    assert [entry.url for entry in listing.entries] == [ENTRY["url"]]


def test_an_empty_list_is_a_listing_without_entries() -> None:
    assert parse(answer()) == Listing((), 1, parse(answer()).left_out)


@pytest.mark.parametrize(("page", "has_entries"), [(1, True), (2, True), (3, False)])
def test_the_saved_listings_are_read(page: int, has_entries: bool) -> None:
    saved = SITE / listing_url(DEFAULT_CHANNEL, page).partition("://")[2].replace("?", "@")
    listing = parse(saved.read_bytes())
    assert bool(listing.entries) == has_entries
    assert all(entry.created_at and entry.title for entry in listing.entries)
    assert not any("sax.sina.com.cn" in entry.url or "/tg/" in entry.url for entry in listing.entries)


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(st.binary() | st.binary().map(lambda boilerplate: b"try{cb(" + boilerplate + b");}catch(e){};") | st.text())
def test_any_bytes_are_a_listing_or_a_listing_error(body: bytes | str) -> None:
    try:
        assert isinstance(parse(body), Listing)
    except ListingError as error:
        assert error.reason.isidentifier()


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*ENTRY, "code", "x"]), inner, max_size=4)
    ),
    max_leaves=12,
)


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(JSON, JSON, JSON)
def test_any_values_in_an_answer_are_a_listing_or_a_listing_error(data: Any, lid: Any, code: Any) -> None:
    for body in (answer(data=data), answer(data, lid=lid), answer(data, ENTRY), answer(status={"code": code})):
        try:
            assert isinstance(parse(body), Listing)
        except ListingError as error:
            assert error.reason.isidentifier()


def test_half_a_character_in_a_title_can_still_be_written() -> None:
    parse(answer(ENTRY | {"title": "股市📊"[:2] + "\ud83d"})).entries[0].title.encode()


def test_a_nul_which_postgresql_refuses_does_not_come_in() -> None:
    assert parse(answer(ENTRY | {"title": "股\0市"})).entries[0].title == "股市"


def test_spaces_behind_a_callback_are_passed_over_in_no_time() -> None:
    assert reason("cb()" + " " * 200_000 + "x") == "not_json"
