"""What a person types, whatever it is, is words and phrases; never the database's own syntax."""

import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.search.query import Query
from crawler.search.snippet import snippet
from crawler.search.tokens import tokens

TEXT = "A股市场：老旧小区改造提速，GDP增长3.4%。What's new in O'Reilly"


@pytest.mark.parametrize(
    ("typed", "is_found"),
    [
        ("老旧小区", True),
        ("小区", True),
        ("区", True),
        ("老旧 改造", True),
        ("改造 老旧", True),
        ("老旧 新建", False),
        ('"小区改造"', True),
        ('"改造小区"', False),
        ("“改造提速”", True),
        ('"改造提速，gdp增长"', True),
        ("A股", True),
        ("a股市", True),
        ("B股", False),
        ("gdp", True),
        ("ＧＤＰ", True),
        ("GD", False),
        ("3.4", True),
        ("3.4%", True),
        ("o'reilly", True),
        ('"unclosed', False),
        ('老旧"小区', True),
    ],
)
def test_what_is_typed_is_found_in_a_text_or_not(typed: str, is_found: bool) -> None:
    assert Query.parse(typed).is_in(TEXT) is is_found


PHRASE = st.text("十四五规划老旧小区的々〇𠮷", min_size=1, max_size=6)
MARKS = st.text("“”‘’「」『』《》〈〉（）()·・—、，：*\"' \t\u00a0\u3000\u200b", max_size=3)
ENDS = st.sampled_from(["。", "！", "？", "；", "\n", "。”", "”\n“"])


@given(PHRASE, st.data())
def test_a_phrase_is_found_whatever_marks_and_spaces_stand_in_it(phrase: str, data: st.DataObject) -> None:
    written = "".join(char + data.draw(MARKS) for char in phrase[:-1]) + phrase[-1]
    text = f"前文，{data.draw(MARKS)}{written}{data.draw(MARKS)}：后文"
    query = Query.parse(phrase)
    assert query.is_in(text)
    assert set(query.expression.replace('"', "").split()) <= tokens(text)
    part = snippet(text, query)
    assert len(part.text) == len(text)
    assert text[slice(*part.marks[0])] == written


@given(PHRASE, PHRASE, ENDS)
def test_a_phrase_does_not_reach_over_the_end_of_a_sentence_or_line(first: str, second: str, end: str) -> None:
    text = f"{first}{end}{second}"
    query = Query.parse(first + second)
    assert not query.is_in(text)
    assert snippet(text, query).marks == []


def test_what_is_looked_for_is_found_as_it_is_written_where_it_is_copied_from() -> None:
    for typed in ("十四五规划", "“十四五”规划", '"“十四五”规划"', "《十四五》规划", "十四五·规划"):
        assert Query.parse(typed).is_in("今年是“十四五”规划的收官之年")


@pytest.mark.parametrize("typed", ["", " ", "！？", '""', "*", "-", "%_", "🙂", "“”", "\x00"])
def test_nothing_to_look_for_is_said(typed: str) -> None:
    with pytest.raises(ValueError, match="nothing to look for in "):
        Query.parse(typed)


@pytest.mark.parametrize(
    "typed",
    [
        "'; DROP TABLE articles; --", "NEAR(a b)", "title:x", "a AND", "OR", "NOT b", "^a", "a*", '"a" + "b"', "{a}",
        "税", "A股", "(", "老" * 3_000, "text : 老旧", "x" * 10_000, "\x00老旧", '"',
    ],
)  # fmt: skip
def test_whatever_is_typed_never_is_a_syntax_error(typed: str) -> None:
    table = sqlite3.connect(":memory:")
    try:
        table.execute("CREATE VIRTUAL TABLE words USING fts5 (text, content='', detail='none', tokenize='ascii')")
        table.execute("SELECT rowid FROM words WHERE words MATCH ?", (Query.parse(typed).expression,)).fetchall()
    except ValueError:
        pass
    finally:
        table.close()


def test_what_is_looked_up_is_no_more_than_it_takes() -> None:
    assert Query.parse("税").expression == '"税"'
    assert Query.parse("A股").expression == '"a" "股"'
    assert Query.parse("税收 收税 税收").expression == '"税收" "收税"'
