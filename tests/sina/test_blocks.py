"""Blocks and the plain HTML they are handed on as."""

import pytest

from crawler.sina.blocks import Block, Image, ItemList, Paragraph, Quote, Table, to_html
from crawler.sina.inline import Inline


def para(text: str, href: str = "") -> Paragraph:
    return Paragraph([Inline(text, href=href)])


def readable(blocks: list[Block]) -> str:
    return "".join(paragraph.text for block in blocks for paragraph in block.paragraphs())


@pytest.mark.parametrize(
    ("block", "markup"),
    [
        (para("甲"), "<p>甲</p>"),
        (Paragraph([Inline("甲")], "h2"), "<h2>甲</h2>"),
        (Paragraph([Inline("甲"), Inline("乙", bold=True), Inline("丙")]), "<p>甲<strong>乙</strong>丙</p>"),
        (Paragraph([Inline("甲", italic=True), Inline("乙", bold=True)]), "<p><em>甲</em><strong>乙</strong></p>"),
        (
            Paragraph([Inline("甲", True, True, "http://a.cn/")]),
            '<p><a href="http://a.cn/"><strong><em>甲</em></strong></a></p>',
        ),
        (Paragraph([Inline("甲", href="http://a.cn/", title="乙")]), '<p><a href="http://a.cn/" title="乙">甲</a></p>'),
        (Image("http://a.cn/1.jpg"), '<p><img src="http://a.cn/1.jpg" alt=""></p>'),
        (Image("http://a.cn/1.jpg", "甲"), '<p><img src="http://a.cn/1.jpg" alt="甲"></p><p><em>甲</em></p>'),
        (ItemList.of([para("甲"), para("乙")]), "<ul><li>甲</li><li>乙</li></ul>"),
        (ItemList.of([para("甲")], ordered=True), "<ol><li>甲</li></ol>"),
        (
            Quote([para("甲"), Quote([para("乙")])]),
            "<blockquote><p>甲</p><blockquote><p>乙</p></blockquote></blockquote>",
        ),
        (
            Table([[para("甲"), para("乙")], [para("1"), Paragraph([])]]),
            "<table><tr><th>甲</th><th>乙</th></tr><tr><td>1</td><td></td></tr></table>",
        ),
        (para("<script>&lt;"), "<p>&lt;script&gt;&amp;lt;</p>"),
        (Image("http://a.cn/1.jpg", '"><script>'), '<p><img src="http://a.cn/1.jpg" alt=\'"&gt;&lt;script&gt;\'></p>'),
    ],
)
def test_a_block_has_plain_html(block: Block, markup: str) -> None:
    assert to_html([block]).startswith(f"<div>{markup}")


def test_blocks_stand_in_one_div() -> None:
    assert to_html([para("甲"), para("乙")]) == "<div><p>甲</p><p>乙</p></div>"


def test_all_that_can_be_read_is_text() -> None:
    table = Table([[para("戊"), Paragraph([])]])
    blocks: list[Block] = [para("甲"), Image("x", "乙"), ItemList.of([para("丙")]), Quote([para("丁"), table])]
    assert readable(blocks) == "甲乙丙丁戊"


@pytest.mark.parametrize(
    ("inlines", "is_link"),
    [
        ([Inline("甲", href="http://a.cn/")], True),
        ([Inline("甲", href="http://a.cn/"), Inline(" \u3000"), Inline("乙", href="http://b.cn/")], True),
        ([Inline("甲", href="http://a.cn/"), Inline("。")], False),
        ([Inline("甲")], False),
        ([], False),
    ],
)
def test_a_paragraph_of_nothing_but_links_is_one(inlines: list[Inline], is_link: bool) -> None:
    assert Paragraph(inlines).is_link == is_link
    assert ItemList.of([Paragraph(inlines)]).is_link == is_link
