"""The part of CSS that an index of a page can answer, against what cssselect makes of it."""

import pytest
from cssselect import HTMLTranslator
from lxml import html
from lxml.etree import XPath

from crawler.sina.page_index import PageIndex

PAGE = html.document_fromstring(
    """<html><body><div id="a" class="x y"><p class="x">1</p><div class="x"><p>2</p>
    <i id="a" data-k="v">3</i></div></div>
    <p class="y x">4</p><font color="#A20010">5</font><span id="art_source">6</span><!-- c --></body></html>"""
)


@pytest.mark.parametrize(
    "selector",
    [
        "p",
        "#a",
        ".x",
        "p.x",
        ".x.y",
        ".y.x",
        "div#a",
        "div#a.x.y",
        "div p",
        ".x .x",
        ".x p",
        "div div i",
        "[data-k=v]",
        "i[data-k='v']",
        "[data-k=w]",
        "font[color='#A20010']",
        "span[id$=source]",
        "#a #a",
        ".none",
        "#none p",
    ],
)
def test_a_selector_finds_what_css_says(selector: str) -> None:
    assert list(PageIndex(PAGE).find(selector)) == XPath(HTMLTranslator().css_to_xpath(selector))(PAGE)


def test_what_the_first_selector_finds_comes_first() -> None:
    assert [element.text for element in PageIndex(PAGE).find("font, #art_source, p")] == ["5", "6", "1", "2", "4"]


@pytest.mark.parametrize("selector", ["p > i", "p:has(i)", "p + i", "p ~ i", "*", "[data-k^=v]"])
def test_a_selector_that_an_index_cannot_answer_is_an_error(selector: str) -> None:
    with pytest.raises(ValueError, match="not a selector"):
        next(PageIndex(PAGE).find(selector))
