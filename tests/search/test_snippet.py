"""A line of the text round what was found."""

from crawler.search.query import Query
from crawler.search.snippet import snippet

LONG = "前文。" * 100 + "老旧小区改造，老旧小区。" + "后文。" * 100


def test_it_shows_what_was_looked_for_and_marks_each_time_it_stands_there() -> None:
    excerpt = snippet(LONG, Query.parse("老旧小区"))
    assert excerpt.text[0] == excerpt.text[-1] == "…"
    assert [excerpt.text[start:end] for start, end in excerpt.marks] == ["老旧小区", "老旧小区"]
    assert len(excerpt.text) < 100


def test_marks_are_of_the_text_as_it_is_written() -> None:
    excerpt = snippet("去年ＧＤＰ增长", Query.parse("gdp"))
    assert [excerpt.text[start:end] for start, end in excerpt.marks] == ["ＧＤＰ"]


def test_a_text_without_it_shows_its_beginning() -> None:
    assert snippet("短文。", Query.parse("标题")).text == "短文。"
    assert snippet("", Query.parse("标题")).text == ""


def test_lines_are_joined_and_nothing_is_left_that_a_terminal_would_obey() -> None:
    assert snippet("一\n二\x1b[31m三\u202e四", Query.parse("二")).text == "一 二 [31m三 四"


def test_a_match_that_goes_on_behind_the_part_is_marked_as_far_as_it_is_seen() -> None:
    text = "老旧小区" + "，" * 80 + "老" + "“" * 20 + "旧小区" + "后文" * 9
    excerpt = snippet(text, Query.parse("老旧小区"))
    assert excerpt.marks == [(0, 4), (84, 90)]
    assert excerpt.text == text[:90] + "…"


def test_what_the_line_breaks_part_is_no_match_on_the_one_line() -> None:
    assert snippet("老旧\n小区", Query.parse("老旧小区")).marks == []
