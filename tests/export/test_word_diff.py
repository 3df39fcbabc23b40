"""What was changed in a text is shown so that a person sees it."""

import re
import time
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.export.word_diff import word_diff


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ("同比增长3.4%。", "同比增长3.6%。", "<p>同比增长<del>3.4%</del><ins>3.6%</ins>。</p>"),
        ("全市实现增加值", "全市首次实现增加值", "<p>全市<ins>首次</ins>实现增加值</p>"),
        ("前三季度增长", "上半年增长", "<p><del>前三季度</del><ins>上半年</ins>增长</p>"),
        ("the quick fox", "the slow fox", "<p>the <del>quick</del><ins>slow</ins> fox</p>"),
        ("a<b", "a<c", "<p>a&lt;<del>b</del><ins>c</ins></p>"),
        ("甲乙丙丁戊己庚", "子乙丙丑戊己庚", "<p><del>甲乙丙丁</del><ins>子乙丙丑</ins>戊己庚</p>"),
        ("甲", "甲\n乙", "<p>……</p>\n<p><ins>乙</ins></p>"),
        ("甲\n乙\n丙", "甲\n丙", "<p>……</p>\n<p><del>乙</del></p>\n<p>……</p>"),
        ("甲乙丙丁", "甲乙\n丙丁", "<p>甲乙<ins>¶</ins></p>\n<p>丙丁</p>"),
        ("甲乙\n丙丁", "甲乙丙丁", "<p>甲乙<del>¶</del>丙丁</p>"),
        ("", "甲", "<p><ins>甲</ins></p>"),
        (
            "甲乙丙丁戊己。\n一二三四五六七\n子丑寅卯辰巳。",
            "天地玄黄宇宙洪荒\n甲乙丙丁戊庚。\n子丑寅卯辰午。",
            "<p><ins>天地玄黄宇宙洪荒</ins></p>\n<p>甲乙丙丁戊<del>己</del><ins>庚</ins>。</p>\n"
            "<p><del>一二三四五六七</del></p>\n<p>子丑寅卯辰<del>巳</del><ins>午</ins>。</p>",
        ),
    ],
)
def test_changes_are_marked_by_characters_and_words(before: str, after: str, shown: str) -> None:
    assert word_diff(before, after) == shown


def test_what_is_equal_has_no_difference() -> None:
    assert word_diff("甲\n乙", "甲\n乙") == ""


_TEXTS = st.lists(st.text("甲乙丙的a1<&", min_size=1, max_size=12), max_size=5).map("\n".join)


@given(before=_TEXTS, after=_TEXTS)
def test_each_text_can_be_read_in_its_changed_paragraphs(before: str, after: str) -> None:
    shown = word_diff(before, after)
    assert bool(shown) == (before != after)
    for text, other in ((before, "ins"), (after, "del")):
        kept = re.sub(rf"<{other}>.*?</{other}>", "", shown)
        words = unescape(re.sub(r"</?\w+>|¶|……|\n", "", kept))
        position = 0
        for char in words:  # in the order of the text
            position = text.index(char, position) + 1


def test_a_text_that_shares_little_with_one_before_takes_no_long_time() -> None:
    before, after = "的是在了有" * 2_000, "了有的在是" * 2_000
    began = time.process_time()
    assert word_diff(before, after) == f"<p><del>{before}</del><ins>{after}</ins></p>"
    assert time.process_time() - began < 5
