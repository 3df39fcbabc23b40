"""Whatever a text holds, its Markdown shows that text and nothing else.

Read with a CommonMark renderer that lets HTML through: what leaked would be seen as a tag.
"""

from urllib.parse import unquote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from lxml import html
from lxml.html import HtmlElement
from markdown_it import MarkdownIt

from crawler.post.markdown import to_markdown
from crawler.sina.blocks import Block, Image, ItemList, Paragraph, Quote, Table, to_html
from crawler.sina.inline import Inline, tidy
from tests.support.hostile import HOSTILE

RENDERER = MarkdownIt("commonmark", {"html": True}).enable("table")
LINK = "https://finance.sina.com.cn/a_(b)_*c*?x=1&lt=2&copy=3"


def rendered(*blocks: Block) -> HtmlElement:
    """The blocks as Markdown, as HTML again, in a ``<div>``."""
    return shown(to_html(blocks))


def shown(body: str) -> HtmlElement:
    """What a reader gets to see of the Markdown of a body."""
    markdown = to_markdown(html.fragment_fromstring(body))
    return html.fromstring(f"<div>{RENDERER.render(markdown)}</div>")


def text_of(element: HtmlElement) -> str:
    """All text in it, white space apart."""
    return "".join("".join(element.itertext()).split())


def squeeze(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize("text", HOSTILE, ids=repr)
def test_a_hostile_text_is_one_plain_paragraph(text: str) -> None:
    (paragraph,) = rendered(Paragraph(tidy([Inline(text)])))
    assert (paragraph.tag, list(paragraph), text_of(paragraph)) == ("p", [], squeeze(text.strip("\ufeff\u200b")))


@pytest.mark.parametrize("text", HOSTILE, ids=repr)
@pytest.mark.parametrize("style", [{"bold": True}, {"italic": True}, {"href": LINK}], ids=["bold", "italic", "link"])
def test_a_hostile_text_in_a_style_between_words_shows_itself(text: str, style: dict[str, object]) -> None:
    tree = rendered(Paragraph(tidy([Inline("前"), Inline(text, **style), Inline("后")])))  # type: ignore[arg-type]
    assert text_of(tree) == f"前{squeeze(text)}后"
    assert {element.tag for element in tree.iterdescendants()} <= {"p", "strong", "em", "a"}


@pytest.mark.parametrize(
    "text",
    [pytest.param(t) if t.endswith(" #") else t for t in HOSTILE if t != "#"],
    ids=repr,
)
@pytest.mark.parametrize("tag", ["h2", "h6"])
def test_a_hostile_heading_shows_itself(text: str, tag: str) -> None:
    (heading,) = rendered(Paragraph(tidy([Inline(text)]), tag))
    assert (heading.tag, text_of(heading)) == (tag, squeeze(text.strip("\ufeff\u200b")))


@pytest.mark.parametrize("text", HOSTILE, ids=repr)
def test_a_hostile_list_item_quote_cell_and_caption_show_themselves(text: str) -> None:
    paragraph = Paragraph(tidy([Inline(text)]))
    table = Table([[paragraph, Paragraph([Inline("头")])], [Paragraph([Inline("2")]), paragraph]])
    tree = rendered(
        ItemList.of([paragraph]),
        ItemList.of([paragraph], ordered=True),
        Quote([paragraph]),
        table,
        Image(LINK, text.strip()),
    )
    bulleted, numbered, quote, grid, picture, caption = tree
    expected = squeeze(text.strip("\ufeff\u200b"))
    assert [text_of(item) for item in (bulleted, numbered, quote)] == [expected] * 3
    assert [[text_of(cell) for cell in row.iter("th", "td")] for row in grid.iter("tr")] == [
        [expected, "头"],
        ["2", expected],
    ]
    assert squeeze(picture.find("img").get("alt")) == squeeze(text)
    assert text_of(caption) == squeeze(text)


PIECES = st.one_of(
    st.sampled_from([*"*_`[]()<>&#~|\\!{}%-+=.:;\"'0 \u3000\xa0，。“”（）《》€", "中", "文", "a", "é", "\u0301"]),
    st.sampled_from(["**", "&lt;", "&#42;", "{{ x }}", "<b>", "![", "](", "1. ", "> ", "\n"]),
    st.sampled_from(["👨\u200d👩", "\ue5e5", "\u200b"]),
    st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"),
)
TEXTS = st.lists(PIECES, min_size=1, max_size=8).map("".join)
HREFS = st.sampled_from(["", "", "", LINK, "http://k.sina.com.cn/x]y"])
STYLES = st.sampled_from([(False, False), (False, False), (True, False), (False, True)])


@example([Inline("前！"), Inline("（粗）", bold=True), Inline("后")])
@example([Inline("注意!"), Inline("链接", href=LINK)])
@example([Inline("注意!", bold=True), Inline("链接", href=LINK, bold=True), Inline("后")])
@example([Inline("粗", bold=True), Inline("斜", italic=True), Inline("粗", bold=True)])
@given(st.lists(st.builds(lambda text, style, href: Inline(text, *style, href), TEXTS, STYLES, HREFS), max_size=5))
def test_any_inlines_show_their_text_and_their_links_and_nothing_else(inlines: list[Inline]) -> None:
    inlines = tidy(inlines)
    tree = rendered(Paragraph(inlines))
    assert text_of(tree) == squeeze("".join(inline.text for inline in inlines))
    assert {element.tag for element in tree.iterdescendants()} <= {"p", "strong", "em", "a"}
    links = list(tree.iter("a"))
    assert "".join(map(text_of, links)) == squeeze("".join(inline.text for inline in inlines if inline.href))
    assert {unquote(link.get("href") or "") for link in links} <= {inline.href for inline in inlines}


@pytest.mark.parametrize(
    "inlines",
    [
        [Inline("斜", italic=True), Inline("粗斜", bold=True, italic=True), Inline("粗", bold=True)],
        [Inline("前"), Inline("粗", bold=True), Inline("粗斜", bold=True, italic=True), Inline("斜", italic=True)],
    ],
    ids=["italic, both, bold", "bold, both, italic"],
)
def test_neighbours_in_three_styles_show_no_asterisk(inlines: list[Inline]) -> None:
    assert text_of(rendered(Paragraph(inlines))) == "".join(inline.text for inline in inlines)


@pytest.mark.parametrize(
    ("before", "bold", "after", "still_bold"),
    [
        ("前", "粗", "后", ["粗"]),
        ("前", "“粗”", "后", ["粗"]),
        ("", "粗：", "后", ["粗"]),
        ("前", "（粗）", "", ["粗）"]),
        ("前。", "粗。", "后", ["粗"]),
        ("前，", "“粗”", "，后", ["“粗”"]),
        ("3", "%", "4", []),
    ],
    ids=["words", "quoted", "colon at its end", "bracketed at the end", "after a stop", "in commas", "a mark alone"],
)
def test_bold_beside_chinese_punctuation_is_bold_and_shows_no_asterisk(
    before: str, bold: str, after: str, still_bold: list[str]
) -> None:
    tree = rendered(Paragraph(tidy([Inline(before), Inline(bold, bold=True), Inline(after)])))
    assert text_of(tree) == before + bold + after
    assert [text_of(element) for element in tree.iter("strong")] == still_bold


def test_a_link_keeps_its_address_style_and_title() -> None:
    tree = rendered(
        Paragraph([Inline("见"), Inline("“附表[二]”", bold=True, href=LINK, title='他说"*好*"\\'), Inline("。")])
    )
    link = tree.find(".//a")
    assert link is not None
    assert (unquote(link.get("href") or ""), link.get("title")) == (LINK, '他说"*好*"\\')
    assert text_of(link.find("strong")) == "“附表[二]”"


@pytest.mark.parametrize(
    "source",
    [
        "https://n.sinaimg.cn/a (1).jpg",
        "https://n.sinaimg.cn/a_1_*.jpg?x=<1>&copy=2",
        'http://n.sinaimg.cn/"a|b{1}`.png',
    ],
    ids=["space and brackets", "query", "quotes and bars"],
)
def test_an_image_keeps_its_address_and_caption(source: str) -> None:
    picture = rendered(Image(source, "图[1]：*号*（新华社）"))[0].find("img")
    assert picture is not None
    assert (unquote(picture.get("src") or ""), picture.get("alt")) == (source, "图[1]：*号*（新华社）")


def test_marked_which_hexo_reads_with_finds_no_backslash_in_a_caption_and_no_link_in_a_links_text() -> None:
    link = Paragraph([Inline("[a](b)", href=LINK)])
    image, caption, linked = to_markdown(html.fragment_fromstring(to_html([Image(LINK, "*a_[b](c)"), link]))).split(
        "\n\n"
    )
    assert image.startswith("![&#42;a&#95;&#91;b&#93;(c)](")
    assert caption.startswith("*\\*a\\_")
    assert linked.startswith("[&#91;a&#93;(b)](")


@pytest.mark.parametrize("text", ["{{ site.title }}", "{% raw %}", "{% include x %}", "{# x #}", "${x}", "{"], ids=repr)
def test_no_template_engine_finds_a_brace(text: str) -> None:
    blocks = [
        Paragraph([Inline(text)]),
        Image(f"https://n.sinaimg.cn/{text}.png", text),
        ItemList.of([Paragraph([Inline(text)])]),
    ]
    markdown = to_markdown(html.fragment_fromstring(to_html(blocks)))
    assert "{" not in markdown
    assert "}" not in markdown


@pytest.mark.parametrize("ordered", [True, False], ids=["numbered", "bulleted"])
def test_two_lists_in_a_row_stay_two(ordered: bool) -> None:
    item = Paragraph([Inline("项")])
    assert len(rendered(ItemList.of([item, item], ordered), ItemList.of([item], ordered))) == 2


def test_blocks_in_a_quote_stay_in_it() -> None:
    quote = Quote(
        [Paragraph([Inline("一")]), ItemList.of([Paragraph([Inline("二")])]), Quote([Paragraph([Inline("三")])])]
    )
    (quoted, after) = rendered(quote, Paragraph([Inline("四")]))
    assert [child.tag for child in quoted] == ["p", "ul", "blockquote"]
    assert after.tag == "p"


def test_rows_of_a_table_have_all_its_columns() -> None:
    tree = shown("<div><table><tr><th>a</th></tr><tr><td>1</td><td>x|y</td><td>3</td></tr></table></div>")
    rows = [[text_of(cell) for cell in row.iter("th", "td")] for row in tree.iter("tr")]
    assert rows == [["a", "", ""], ["1", "x|y", "3"]]


def test_empty_blocks_leave_nothing() -> None:
    body = "<div><p> </p><p><strong></strong></p><ul><li></li></ul><table></table><h2> </h2></div>"
    assert to_markdown(html.fragment_fromstring(body)) == ""


def test_markup_that_is_not_known_keeps_its_text() -> None:
    tree = shown("<div>甲<span>乙</span><p>丙<br>丁<code>戊</code></p><!-- 己 --><section>庚</section></div>")
    assert text_of(tree) == "甲乙丙丁戊庚"
