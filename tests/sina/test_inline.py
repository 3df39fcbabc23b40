"""Text in one style: how neighbours merge, lines join, and which links are links."""

import pytest

from crawler.sina.inline import Inline, link_of, styled, tidy
from tests.support.snippets import URL, element


def bold(text: str) -> Inline:
    return Inline(text, bold=True)


@pytest.mark.parametrize(
    ("inlines", "tidied"),
    [
        pytest.param([], [], id="nothing"),
        pytest.param([Inline(" \n\u3000")], [], id="only-space"),
        pytest.param([Inline("")], [], id="empty"),
        pytest.param([Inline("\u3000\u3000甲")], [Inline("甲")], id="indent"),
        pytest.param([Inline("\u200b\ufeff甲 \n")], [Inline("甲")], id="invisible-marks"),
        pytest.param([Inline("甲\u3000乙")], [Inline("甲\u3000乙")], id="a-gap-inside-stays"),
        pytest.param([Inline("甲"), Inline("乙")], [Inline("甲乙")], id="neighbours-merge"),
        pytest.param([bold("甲"), Inline(" "), bold("乙")], [bold("甲 乙")], id="a-space-between-takes-the-style"),
        pytest.param([Inline(" "), bold("甲"), Inline(" ")], [bold("甲")], id="space-around"),
        pytest.param(
            [Inline("甲"), bold("乙"), Inline("丙")], [Inline("甲"), bold("乙"), Inline("丙")], id="styles-stay"
        ),
        pytest.param([Inline("第一行\n第二行")], [Inline("第一行第二行")], id="chinese-lines-join"),
        pytest.param([Inline("one\ntwo")], [Inline("one two")], id="english-lines-do-not"),
        pytest.param([Inline("增长\nGDP\n回升")], [Inline("增长GDP回升")], id="a-chinese-side-is-enough"),
        pytest.param([Inline("ab"), bold("cd\nef")], [Inline("ab"), bold("cd ef")], id="line-in-a-later-run"),
        pytest.param([Inline("甲 \n \n 乙")], [Inline("甲乙")], id="blank-lines"),
        pytest.param([Inline("a  b")], [Inline("a b")], id="spaces-are-one"),
        pytest.param([Inline("one"), bold("\ntwo")], [Inline("one"), bold(" two")], id="line-between-english-runs"),
        pytest.param([Inline("小题"), bold("\n正文")], [Inline("小题"), bold("正文")], id="line-before-a-run"),
        pytest.param([bold("小题"), Inline("\n正文")], [bold("小题"), Inline("正文")], id="line-behind-a-run"),
        pytest.param(
            [Inline("甲乙\n"), bold("丙"), Inline("\n丁")],
            [Inline("甲乙"), bold("丙"), Inline("丁")],
            id="line-by-line",
        ),
    ],
)
def test_the_inlines_of_a_paragraph_are_tidied(inlines: list[Inline], tidied: list[Inline]) -> None:
    assert tidy(inlines) == tidied


def test_tidying_twice_changes_nothing() -> None:
    once = tidy([Inline("\u3000甲 \n乙  c\nd"), bold(" e"), Inline("\n")])
    assert tidy([inline.with_text(inline.text) for inline in once]) == once


@pytest.mark.parametrize(
    ("markup", "is_bold", "is_italic"),
    [
        ("<b>甲</b>", True, False),
        ("<strong>甲</strong>", True, False),
        ('<font cms-style="strong-Bold">甲</font>', True, False),
        ('<font cms-style="font-L strong-Bold align-Center">甲</font>', True, False),
        ('<font cms-style="font-L">甲</font>', False, False),
        ("<em>甲</em>", False, True),
        ("<i>甲</i>", False, True),
        ("<span>甲</span>", False, False),
    ],
)
def test_the_style_is_that_of_the_tag(markup: str, is_bold: bool, is_italic: bool) -> None:
    style = styled(element(markup), Inline(""), URL)
    assert (style.bold, style.italic, style.href) == (is_bold, is_italic, "")


def test_a_style_is_inherited() -> None:
    assert styled(element("<i>甲</i>"), Inline("", bold=True, href="https://a.cn/"), URL) == Inline(
        "", True, True, "https://a.cn/"
    )


@pytest.mark.parametrize(
    ("href", "address"),
    [
        ("http://a.cn/x", "http://a.cn/x"),
        (" https://a.cn/x\n", "https://a.cn/x"),
        ("//a.cn/x", "https://a.cn/x"),
        ("/x", "https://finance.sina.com.cn/x"),
        ("http://a.cn/x#y", "http://a.cn/x#y"),
    ],
)
def test_a_link_has_an_absolute_address(href: str, address: str) -> None:
    assert link_of(element(f'<a href="{href}">甲</a>'), URL) == address


@pytest.mark.parametrize(
    "href",
    [
        "javascript:void(0)",
        "JavaScript:void(0)",
        "java\nscript:alert(1)",
        " javascript:alert(1)",
        "vbscript:x",
        "data:text/html,x",
        "mailto:a@b.cn",
        "file:///etc/passwd",
        "http://",
        "http://[::1",
    ],
)
def test_a_script_or_a_broken_address_is_no_link(href: str) -> None:
    assert link_of(element(f'<a href="{href}">甲</a>'), URL) == ""


@pytest.mark.parametrize("attributes", ["", 'name="top"', 'href=""', 'href="#"', 'href="#top"', 'href=" "'])
def test_an_anchor_that_leads_nowhere_is_no_link(attributes: str) -> None:
    assert link_of(element(f"<a {attributes}>甲</a>"), URL) == ""


@pytest.mark.parametrize("name", ["keyword", "akey", "wt_article_link", "a keyword b"])
def test_a_link_on_a_single_word_is_none_of_the_articles(name: str) -> None:
    assert link_of(element(f'<a class="{name}" href="http://a.cn/">甲</a>'), URL) == ""


@pytest.mark.parametrize("name", ["stock_sh600519", "usstock_BABA", "hkstock_hk00700", "fund_161725"])
def test_a_link_on_a_stocks_name_is_none_of_the_articles(name: str) -> None:
    assert link_of(element(f'<span id="{name}"><a href="http://a.cn/">甲</a></span>')[0], URL) == ""
