"""Boilerplate that its markup gives away."""

import pytest

from crawler.sina.boilerplate_markup import BOILERPLATE, BoilerplateMarkup, classes
from tests.support.snippets import element


@pytest.mark.parametrize(
    "markup",
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
def test_boilerplate_is_known_by_tag_class_or_id(markup: str) -> None:
    assert BOILERPLATE.covers(element(markup))


@pytest.mark.parametrize(
    "markup",
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
def test_a_name_that_only_looks_like_boilerplate_is_not(markup: str) -> None:
    assert not BOILERPLATE.covers(element(markup))


def test_two_sets_of_boilerplate_together_cover_what_either_does() -> None:
    both = BoilerplateMarkup(tags=classes("i")) | BoilerplateMarkup(
        prefixes=(("id", "x"),), substrings=(("class", "y"),)
    )
    assert [both.covers(element(markup)) for markup in ("<i/>", '<b id="xa"/>', '<b class="ay"/>', '<b id="ax"/>')] == [
        True,
        True,
        True,
        False,
    ]
