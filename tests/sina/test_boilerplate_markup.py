"""Boilerplate that its markup gives away."""

import pytest

from crawler.sina.boilerplate_markup import BOILERPLATE, markup
from tests.support.snippets import element


@pytest.mark.parametrize(
    "text",
    [
        "<script></script>",
        '<ins class="sinaads"></ins>',
        '<div id="ad_44099"></div>',
        '<div class="appendQr_wrap"></div>',
        '<div class="app-qihuo-kaihu-qr"></div>',
        '<span id="quote_sh600519"></span>',
        '<p class="show_author"></p>',
        '<div class="wap_special"></div>',
        '<p class="page"></p>',
        '<table id="PublicRelation4"></table>',
    ],
)
def test_boilerplate_is_known_by_tag_class_or_id(text: str) -> None:
    assert BOILERPLATE.covers(element(text))


@pytest.mark.parametrize(
    "text",
    [
        '<p class="address">文</p>',
        '<div id="address_1">文</div>',
        '<span id="stock_sh600519">文</span>',
        '<p class="page-lead">文</p>',
        '<p class="ori_titlesource">文</p>',
        '<div class="img_wrapper">文</div>',
        '<div class="quotation">文</div>',
        '<b class="keyword">文</b>',
    ],
)
def test_a_name_that_only_looks_like_boilerplate_is_not(text: str) -> None:
    assert not BOILERPLATE.covers(element(text))


def test_two_rules_together_cover_what_either_does_and_say_which() -> None:
    both = markup("one", tags="i") | markup("other", prefixes=(("id", "x"),), substrings=(("class", "y"),))
    texts = ("<i/>", '<b id="xa"/>', '<b class="ay"/>', '<b id="ax"/>')
    assert [both.rule_for(element(text)) for text in texts] == ["one", "other", "other", ""]
