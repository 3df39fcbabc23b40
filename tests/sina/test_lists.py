"""Lists keep the numbers that a reader sees, and what stands in their items."""

import pytest

from crawler.sina.list_numbers import label
from tests.support.snippets import PICTURE, SHOWN, blocks_html

IMG = f'<img src="{PICTURE}">'


@pytest.mark.parametrize(
    ("body", "markup"),
    [
        ("<ol start=3><li>甲<li>乙</ol>", '<ol start="3"><li>甲</li><li>乙</li></ol>'),
        ("<ol><li>甲<li value=9>乙<li>丙</ol>", '<ol><li>甲</li><li value="9">乙</li><li>丙</li></ol>'),
        ("<ol><li>甲<li> <li>丙</ol>", '<ol><li>甲</li><li value="3">丙</li></ol>'),
        ("<ol reversed><li>甲<li>乙</ol>", '<ol start="2"><li>甲</li><li value="1">乙</li></ol>'),
        ("<ol start=x><li value=99999999999>甲</ol>", "<ol><li>甲</li></ol>"),
        ("<ol start=-1><li>甲<li>乙</ol>", "<ul><li>-1. 甲</li><li>0. 乙</li></ul>"),
        ("<ol type=a><li>甲<li>乙</ol>", "<ul><li>a. 甲</li><li>b. 乙</li></ul>"),
        ('<ol style="list-style: upper-roman"><li>甲</ol>', "<ul><li>I. 甲</li></ul>"),
        ('<ul style="list-style-type:cjk-ideographic"><li>甲<li>乙</ul>', "<ul><li>一、甲</li><li>二、乙</li></ul>"),
        ('<ol style="list-style-type:none"><li>甲</ol>', "<ul><li>甲</li></ul>"),
        ("<ol type=a><li><ul><li>甲</ul></ol>", "<ul><li>a.<ul><li>甲</li></ul></li></ul>"),
        ("<ol><li>一<ol><li>甲</ol><li>二</ol>", "<ol><li>一<ol><li>甲</li></ol></li><li>二</li></ol>"),
        ("<ol><li>一</li><ol><li>甲</ol><li>二</ol>", "<ol><li>一<ol><li>甲</li></ol></li><li>二</li></ol>"),
        ("<ol><li>一</li><p>间</p><li>二</ol>", '<ol><li>一</li></ol><p>间</p><ol start="2"><li>二</li></ol>'),
        ("<ol><li>一</li>间<li>二</ol>", '<ol><li>一</li></ol><p>间</p><ol start="2"><li>二</li></ol>'),
        ("<ol><li><p>一</p><p>续</p><li>二</ol>", "<ol><li><p>一</p><p>续</p></li><li>二</li></ol>"),
        (f"<ul><li>一{IMG}</ul>", f"<ul><li>一{SHOWN}</li></ul>"),
        (f"<ol><li>{IMG}<p>图</p></ol>", f"<ol><li>{SHOWN}<p>图</p></li></ol>"),
        ("<ul><li>一<table><tr><td>1<td>2<tr><td>3<td>4</table></ul>",
         "<ul><li>一<table><tr><th>1</th><th>2</th></tr><tr><td>3</td><td>4</td></tr></table></li></ul>"),
    ],
)  # fmt: skip
def test_a_list_says_what_the_page_shows(body: str, markup: str) -> None:
    assert blocks_html(body) == markup.replace("<ol><li><p><img", "<ol><li><p><img")


@pytest.mark.parametrize(
    ("number", "signs", "shown"),
    [
        (28, "lower-alpha", "ab."),
        (1999, "upper-roman", "MCMXCIX."),
        (4000, "lower-roman", "4000."),
        (0, "lower-latin", "0."),
        (3, "decimal-leading-zero", "03."),
        (10, "cjk-ideographic", "十、"),
        (21, "simp-chinese-informal", "二十一、"),
        (105, "cjk-ideographic", "一百零五、"),
        (2010, "cjk-ideographic", "二千零一十、"),
        (10_000, "cjk-ideographic", "10000."),
        (20, "cjk-decimal", "二〇、"),
    ],
)
def test_a_number_is_written_in_the_signs_of_its_list(number: int, signs: str, shown: str) -> None:
    assert label(number, signs) == shown
