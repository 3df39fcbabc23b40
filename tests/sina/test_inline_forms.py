"""What changes the meaning of words in the line, or of lines, comes out: marks, readings, formulas, columns, icons."""

import pytest

from tests.support.snippets import PICTURE, blocks_html

ICON = '<img src="//i.sinaimg.cn/x.gif" width="10" height="10" alt="{}">'


@pytest.mark.parametrize(
    ("body", "markup"),
    [
        ("3×10<sup>8</sup>", "3×10<sup>8</sup>"),
        ('注<span style="vertical-align: super">1</span>', "注<sup>1</sup>"),
        ("<del>1</del><s>2</s><strike>3</strike>", "<del>123</del>"),
        ('<span style="text-decoration:line-through">旧</span>', "<del>旧</del>"),
        ("<u>甲</u><ins>乙</ins>", "<u>甲乙</u>"),
        ('<u>甲</u><ins class="sinaads">乙</ins>', "<u>甲</u>"),
        ("<b>粗<sup>2</sup></b>", "<strong>粗</strong><sup><strong>2</strong></sup>"),
        ("<del>10<sup>8<sup>9</sup></sup></del>", "<del>10</del><del><sup>89</sup></del>"),
        ("<small>小</small><code>码</code>", "小码"),
        ("<ruby>汉<rt>hàn</rt></ruby>", "汉（hàn）"),
        ("<ruby>汉<rp>(</rp><rt>hàn</rt><rp>)</rp></ruby>", "汉(hàn)"),
        ("<math><mi>c</mi><msup><mi>x</mi><mn>2</mn></msup></math>", "cx<sup>2</sup>"),
        ("<math><msubsup><mi>x</mi><mn>1</mn><mn>2</mn></msubsup></math>", "x<sub>1</sub><sup>2</sup>"),
        ("<math><mfrac><mrow><mi>a</mi><mo>+</mo><mi>b</mi></mrow><mn>2</mn></mfrac></math>", "(a+b)/2"),
        ("<math><semantics><msqrt><mn>2</mn></msqrt><annotation>x</annotation></semantics></math>", "√2"),
        ('<img class="tex" src="//a.cn/f.png" alt="E=mc^2">成立', "E=mc^2成立"),
        (f"涨{ICON.format('↑')}2%", "涨↑2%"),
        (f"涨{ICON.format('新浪财经')}2%", "涨2%"),
    ],
)
def test_a_paragraph_says_what_the_page_shows(body: str, markup: str) -> None:
    assert blocks_html(f"<p>{body}</p>") == f"<p>{markup}</p>"


@pytest.mark.parametrize(
    ("body", "markup"),
    [
        ("<pre>甲\n  乙<b>丙</b>\n\n丁</pre>", "<p>甲</p><p>乙<strong>丙</strong></p><p>丁</p>"),
        ('<p style="white-space: pre-line">甲\n乙</p>', "<p>甲</p><p>乙</p>"),
        ('<p><span style="white-space:pre-wrap">甲\n乙</span>丙\n丁</p>', "<p>甲</p><p>乙丙丁</p>"),
        ('<pre><span style="white-space:normal">甲\n乙</span></pre>', "<p>甲乙</p>"),
        ('<p style="white-space: nowrap">甲\n乙</p>', "<p>甲乙</p>"),
        ("<pre>\n名称   数量\n甲      12\n乙  3  \n</pre>", "<pre>名称   数量\n甲      12\n乙  3</pre>"),
        ("<pre>a\tb\n1\t2</pre>", "<pre>a       b\n1       2</pre>"),
        ('<pre>a   b\n1   <a href="http://a.cn/">2</a></pre>', '<p>a b</p><p>1 <a href="http://a.cn/">2</a></p>'),
        ("<pre>一行  两段</pre>", "<p>一行 两段</p>"),
    ],
)
def test_lines_stay_lines_and_columns_columns(body: str, markup: str) -> None:
    assert blocks_html(body) == markup


SMALL = f"<td>{ICON.format('↓')}<td>1.2"


@pytest.mark.parametrize(
    ("body", "rows"),
    [
        (f"<tr><td>甲{SMALL}<tr><td>乙{SMALL}", [["甲", "↓", "1.2"], ["乙", "↓", "1.2"]]),
        (f"<tr><td>甲<td>1{ICON.format('')}<tr><td>乙<td>2", [["甲", "1"], ["乙", "2"]]),
        (f"<tr><td>{ICON.format('美国')}美国<td>1<tr><td>{ICON.format('英国')}<td>2", [["美国", "1"], ["英国", "2"]]),
        ('<tr><td>甲<td>1<img src="//n.sinaimg.cn/up.gif" alt="升"><tr><td>乙<td>2', [["甲", "1升"], ["乙", "2"]]),
        ("<tr><th>名<tr><td>甲<tr><td>乙", [["名"], ["甲"], ["乙"]]),
        ("<tr><td colspan=2>单位：亿元<tr><td>甲<br>乙<td>1<tr><td colspan=2>注：略",
         [["单位：亿元", ""], ["甲 乙", "1"], ["注：略", ""]]),
    ],
)  # fmt: skip
def test_a_table_with_icons_is_a_table(body: str, rows: list[list[str]]) -> None:
    head, *others = ["".join(f"<{{0}}>{cell}</{{0}}>" for cell in row) for row in rows]
    lines = [head.format("th"), *(row.format("td") for row in others)]
    assert blocks_html(f"<table>{body}</table>") == f"<table>{''.join(f'<tr>{line}</tr>' for line in lines)}</table>"


def test_pictures_of_a_data_table_stand_behind_it_and_pictures_in_a_row_make_none() -> None:
    photo = f'<img src="{PICTURE}">'
    data = blocks_html(f"<table><tr><td>甲<td>1<td>{photo}<tr><td>乙<td>2<td></table>")
    assert data.startswith("<table>")
    assert data.endswith(f'</table><p><img src="{PICTURE}" alt=""></p>')
    assert "<table>" not in blocks_html(f"<table><tr><td>{photo}<td>{photo}<tr><td>图一<td>图二</table>")
    assert "<table>" not in blocks_html(f"<table><tr><td>{photo}<td>说明一<tr><td>{photo}<td>说明二</table>")
