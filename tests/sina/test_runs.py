"""Text in one style: how neighbours merge, lines join, and which links are links."""

import pytest

from crawler.sina.runs import Run, link_of, styled, tidy
from tests.sina.snippets import URL, element


def bold(text: str) -> Run:
    return Run(text, bold=True)


@pytest.mark.parametrize(
    ("runs", "tidied"),
    [
        pytest.param([], [], id="nothing"),
        pytest.param([Run(" \n\u3000")], [], id="only-space"),
        pytest.param([Run("")], [], id="empty"),
        pytest.param([Run("\u3000\u3000甲")], [Run("甲")], id="indent"),
        pytest.param([Run("\u200b\ufeff甲 \n")], [Run("甲")], id="invisible-marks"),
        pytest.param([Run("甲\u3000乙")], [Run("甲\u3000乙")], id="a-gap-inside-stays"),
        pytest.param([Run("甲"), Run("乙")], [Run("甲乙")], id="neighbours-merge"),
        pytest.param([bold("甲"), Run(" "), bold("乙")], [bold("甲 乙")], id="a-space-between-takes-the-style"),
        pytest.param([Run(" "), bold("甲"), Run(" ")], [bold("甲")], id="space-around"),
        pytest.param([Run("甲"), bold("乙"), Run("丙")], [Run("甲"), bold("乙"), Run("丙")], id="styles-stay"),
        pytest.param([Run("第一行\n第二行")], [Run("第一行第二行")], id="chinese-lines-join"),
        pytest.param([Run("one\ntwo")], [Run("one two")], id="english-lines-do-not"),
        pytest.param([Run("增长\nGDP\n回升")], [Run("增长GDP回升")], id="a-chinese-side-is-enough"),
        pytest.param([Run("ab"), bold("cd\nef")], [Run("ab"), bold("cd ef")], id="line-in-a-later-run"),
        pytest.param([Run("甲 \n \n 乙")], [Run("甲乙")], id="blank-lines"),
        pytest.param([Run("a  b")], [Run("a b")], id="spaces-are-one"),
        pytest.param([Run("one"), bold("\ntwo")], [Run("one"), bold(" two")], id="line-between-english-runs"),
        pytest.param([Run("小题"), bold("\n正文")], [Run("小题"), bold("正文")], id="line-before-a-run"),
        pytest.param([bold("小题"), Run("\n正文")], [bold("小题"), Run("正文")], id="line-behind-a-run"),
        pytest.param(
            [Run("甲乙\n"), bold("丙"), Run("\n丁")],
            [Run("甲乙"), bold("丙"), Run("丁")],
            id="line-by-line",
        ),
    ],
)
def test_runs_of_a_paragraph_are_tidied(runs: list[Run], tidied: list[Run]) -> None:
    assert tidy(runs) == tidied


def test_tidying_twice_changes_nothing() -> None:
    once = tidy([Run("\u3000甲 \n乙  c\nd"), bold(" e"), Run("\n")])
    assert tidy([run.with_text(run.text) for run in once]) == once


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
    style = styled(element(markup), Run(""), URL)
    assert (style.bold, style.italic, style.href) == (is_bold, is_italic, "")


def test_a_style_is_inherited() -> None:
    assert styled(element("<i>甲</i>"), Run("", bold=True, href="https://a.cn/"), URL) == Run(
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
