"""Which layout a page has, and where its body is."""

import pytest
from lxml import html

from crawler.sina.layouts import LAYOUTS, Layout, choose_layout
from crawler.sina.page_index import PageIndex
from crawler.times import EARLIEST, now


def indexed(markup: str) -> PageIndex:
    return PageIndex(html.document_fromstring(f"<html>{markup}</html>"))


@pytest.mark.parametrize(
    ("name", "markup"),
    [
        ("mobile-2014", '<section class="art_pic_card art_content"><p class="art_p" id="body"></section>'),
        ("mobile-2014", '<article class="art_box"><section class="art_pic_card" id="body"></section></article>'),
        ("mobile-2017", '<article class="art_box"><p class="art_p">文</p></article>'),
        ("article-2017", '<div class="main-content"><div class="article" id="artibody"></div></div>'),
        ("article-2017", '<h1 class="main-title">题</h1><div><div class="article" id="artibody"></div></div>'),
        ("article-2017", '<div class="article" id="article"></div>'),
        ("article-2015", '<div id="articleContent"><div class="article article_16" id="artibody"></div></div>'),
        ("article-2015", '<div class="article article_16" id="artibody"></div>'),
        ("regional-2015", '<div class="article-body main-body"></div>'),
        ("artibody-2006", '<div class="blkContainerSblkCon" id="artibody"></div>'),
        ("artibody-2006", '<td id="artibody">文</td>'),
        ("zoom-2003", '<table><tr><td class="l17"><font id="zoom">文</font></td></tr></table>'),
        ("zoom-2003", '<table><tr><td><font id="zoom">文</font></td></tr></table>'),
        ("zoom-2003", '<table><tr><td class="l17">文</td></tr></table>'),
        ("zoom-2003", '<font id="zoom">文</font>'),
    ],
)
def test_the_body_container_tells_the_era(name: str, markup: str) -> None:
    chosen = choose_layout(indexed(f"<body>{markup}</body>"))
    assert chosen is not None
    assert chosen[0].name == name


@pytest.mark.parametrize(
    "markup",
    [
        "<p>文</p>",
        '<div class="article">文</div>',
        '<div class="art_content">文</div>',
        '<main class="fin-detail">文</main>',
    ],
)
def test_a_page_without_a_known_container_has_no_layout(markup: str) -> None:
    assert choose_layout(indexed(f"<body>{markup}</body>")) is None


def test_of_several_containers_the_one_with_the_most_text_is_the_body() -> None:
    chosen = choose_layout(
        indexed('<table><tr><td class="l17">推广</td><td class="l17">正文，长一些</td></tr></table>')
    )
    assert chosen is not None
    assert chosen[1].text == "正文，长一些"


def test_the_body_of_a_font_is_what_it_stands_in() -> None:
    chosen = choose_layout(indexed('<table><tr><td><font id="zoom">甲<p>乙</p></font><p>丙</p></td></tr></table>'))
    assert chosen is not None
    assert (chosen[1].tag, chosen[1].text_content()) == ("td", "甲乙丙")


def test_each_layout_has_its_own_name_and_a_span_of_years() -> None:
    assert len({layout.name for layout in LAYOUTS}) == len(LAYOUTS)
    assert all(EARLIEST.year <= first <= last <= now().year for first, last in (layout.years for layout in LAYOUTS))


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.name)
def test_every_selector_of_a_layout_can_be_answered(layout: Layout) -> None:
    page = indexed("<p>")
    asked = (layout.body, layout.title, layout.date, layout.source)
    assert [list(page.find(selectors)) for selectors in asked] == [[]] * 4
