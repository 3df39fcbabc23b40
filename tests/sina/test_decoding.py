"""The text of a page's bytes, whatever the page declares."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.sina.decoding import decode, to_utf8

TEXT = "<p>海岑市出台二十条措施，支持“专精特新”企业，首批安排3.6亿元。</p>"


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(TEXT.encode(), id="utf-8"),
        pytest.param(TEXT.encode("gb18030"), id="gb18030"),
        pytest.param(TEXT.encode("gb2312"), id="gb2312"),
        pytest.param(TEXT.encode("gbk"), id="gbk"),
        pytest.param(TEXT.encode("utf-8-sig"), id="utf-8-with-mark"),
    ],
)
def test_a_page_is_utf8_or_else_gb18030(body: bytes) -> None:
    assert decode(body) == TEXT
    assert to_utf8(body) == TEXT.encode()


@pytest.mark.parametrize("declared", ["gb2312", "utf-8", "iso-8859-1", "nonsense"])
@pytest.mark.parametrize("real", ["gb18030", "utf-8"])
def test_what_a_page_declares_is_not_trusted(declared: str, real: str) -> None:
    text = f'<meta http-equiv="Content-Type" content="text/html; charset={declared}"><p>泽阳日报</p>'
    assert decode(text.encode(real)) == text


@pytest.mark.parametrize("character", ["€", "\ue5e6", "㐀", "𠮷", "镕", "•", "é"])
def test_characters_beyond_gbk_are_read(character: str) -> None:
    assert decode(f"朱{character}基".encode("gb18030")) == f"朱{character}基"


def test_a_byte_order_mark_is_no_text() -> None:
    assert decode(b"\xef\xbb\xbf") == ""


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8"])
def test_one_broken_byte_costs_one_place(encoding: str) -> None:
    half = TEXT.encode(encoding)
    text = decode(half + b"\xff" + half)
    assert (text.startswith(TEXT), text.count("\ufffd")) == (True, 1)


@pytest.mark.parametrize("cut", [1, 2])
def test_a_page_cut_in_mid_character_stays_utf8(cut: int) -> None:
    assert decode((TEXT + "一").encode()[:-cut]).startswith(TEXT)


@pytest.mark.parametrize("text", ["海岑市", "<title>海岑市出台", "海岑"])
@pytest.mark.parametrize("cut", [1, 2])
def test_even_a_short_page_cut_in_mid_character_stays_utf8(text: str, cut: int) -> None:
    assert decode(text.encode()[:-cut]).startswith(text[:-1])


@pytest.mark.parametrize("unfit", ["\0", "\x01", "\x08", "\x0b", "\x0c", "\x1b", "\x7f", "\ufffe", "\uffff"])
def test_characters_no_document_may_hold_are_left_out(unfit: str) -> None:
    assert decode(f"海{unfit}岑{unfit}".encode()) == "海岑"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("unfit", ["&#1;", "&#x1F", "&#127;", "&#xD83D;", "&#65534;", "&#99999999;"])
def test_references_to_characters_no_document_may_hold_are_left_out(unfit: str, encoding: str) -> None:
    assert decode(f"海{unfit}岑&#23721;&#x5C91;&#10;&amp;#1;".encode(encoding)) == "海岑&#23721;&#x5C91;&#10;&amp;#1;"


def test_line_ends_and_tabs_stay() -> None:
    assert decode(b"a\r\n\tb") == "a\r\n\tb"


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(st.binary())
def test_any_bytes_are_text_that_can_be_written_and_parsed(body: bytes) -> None:
    text = decode(body)
    assert text.encode().decode() == text
    assert not set(text) & set(map(chr, [*range(9), 11, 12, *range(14, 32)]))


@settings(max_examples=200, deadline=None, derandomize=True, database=None)
@given(st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff\ufeff")))
def test_any_utf8_text_comes_back(text: str) -> None:
    assert decode(text.encode()) == text


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("价格".encode("gbk") + b"\x80100", "价格€100"),
        ("价格".encode("gbk") + b"\xff100", "价格\ufffd100"),
        ("甲".encode("gbk") + b"\xa3\xa0\xa6\xd9" + "乙".encode("gbk"), "甲\u3000︐乙"),
        ("甲\ue5e5乙".encode(), "甲\ue5e5乙"),
        ("１２３％ＡＢ".encode("gbk"), "１２３％ＡＢ"),
        (b"&#128;100 &#x99; &#129;", "€100 ™ "),
    ],
    ids=["euro", "no character", "of later standards", "private use in UTF-8", "full-width", "references"],
)
def test_vendors_bytes_are_what_browsers_show(body: bytes, text: str) -> None:
    assert decode(body) == text
