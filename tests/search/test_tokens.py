"""What a text is found by."""

import pytest

from crawler.search.tokens import fold, stretches, tokens


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("老旧小区", {*"老旧小区", "老旧", "旧小", "小区"}, id="each character and each two"),
        pytest.param("改造，提速", {*"改造提速", "改造", "造提", "提速"}, id="a comma does not part"),
        pytest.param("“改造”\u3000《提速》", {*"改造提速", "改造", "造提", "提速"}, id="nor do quotation marks"),
        pytest.param("改造。提速", {*"改造提速", "改造", "提速"}, id="the end of a sentence parts"),
        pytest.param("改造！”\n提速", {*"改造提速", "改造", "提速"}, id="and of a line"),
        pytest.param("改造5G提速", {*"改造提速", "改造", "提速", "5g"}, id="and a word"),
        pytest.param("税", {"税"}, id="one character"),
        pytest.param("GDP增长3.4%", {"gdp", *"增长", "增长", "3", "4"}, id="words and numbers among Chinese"),
        pytest.param("ＧＤＰ", {"gdp"}, id="full width"),
        pytest.param("Ünïcode", {"ünïcode"}, id="letters of other languages"),
        pytest.param("𠮷野家", {*"𠮷野家", "𠮷野", "野家"}, id="beyond the basic plane"),
        pytest.param("二〇二四年", {*"二〇四年", "二〇", "〇二", "二四", "四年"}, id="the Chinese zero"),
        pytest.param("🙂 —— …！_", set(), id="nothing to read"),
        pytest.param("", set(), id="empty"),
    ],
)
def test_words(text: str, expected: set[str]) -> None:
    assert tokens(text) == expected


@pytest.mark.parametrize("text", ["ＡＢＣ", "ﬁﬂ", "ß", "㈱", "İ", "老旧小区🙂"])
def test_folding_keeps_every_character_at_its_place(text: str) -> None:
    assert len(fold(text)) == len(text)


def test_a_stretch_is_chinese_or_it_is_not() -> None:
    assert stretches("A股市场2024年") == ["a", "股市场", "2024", "年"]
