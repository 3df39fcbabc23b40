"""Which stocks a text names: a list of sentences judged by hand, more than half of them with other numbers."""

from dataclasses import dataclass

import pytest

from crawler.sina.named_stocks import named_stocks
from tests.support.crawling import FIXTURES


@dataclass(frozen=True)
class Sentence:
    """``missed``: named, and not to be told from other numbers; ``wrong``: not named, and taken for a stock."""

    text: str
    named: tuple[str, ...]
    missed: frozenset[str]
    wrong: tuple[str, ...]


def _sentence(line: str) -> Sentence:
    text, _, codes = line.rpartition("\t")
    words = codes.split()
    missed = frozenset(word[1:] for word in words if word[0] == "?")
    wrong = tuple(word[1:] for word in words if word[0] == "!")
    return Sentence(text, tuple(word.removeprefix("?") for word in words if word[0] != "!"), missed, wrong)


SENTENCES = [_sentence(line) for line in (FIXTURES / "stocks.tsv").read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("sentence", SENTENCES, ids=lambda sentence: sentence.text[:30])
def test_a_sentence_names_what_a_reader_says(sentence: Sentence) -> None:
    expected = tuple(code for code in sentence.named if code not in sentence.missed) + sentence.wrong
    assert named_stocks(sentence.text) == expected


def test_the_list_has_as_many_traps_as_stocks_and_few_are_fallen_into() -> None:
    traps = [sentence for sentence in SENTENCES if not sentence.named]
    found = {(sentence.text, code) for sentence in SENTENCES for code in named_stocks(sentence.text)}
    named = {(sentence.text, code) for sentence in SENTENCES for code in sentence.named}
    assert len(SENTENCES) >= 120
    assert len(traps) >= len(SENTENCES) / 2
    assert len(found & named) / len(found) > 0.97
    assert len(found & named) / len(named) > 0.92


def test_each_once_in_the_order_of_the_text() -> None:
    text = "五泉液(000858)高开，海岑酒业（600519.SH）跟随；五泉液（sz000858）此前停牌，$AAPL 收跌。"
    assert named_stocks(text) == ("sz000858", "sh600519", "AAPL")


def test_numbers_of_a_table_are_stocks_below_their_heading() -> None:
    table = "{}\t简称\t涨幅\n600519\t海岑酒业\t1.2%\n000858\t五泉液\t300750\n之后是正文，\t600837\n\n002415"
    assert named_stocks(table.format("证券代码")) == ("sh600519", "sz000858")
    assert named_stocks(table.format("基金代码")) == ()
    assert named_stocks("证券代码\t简称\n正文没有表格。\n600519\t海岑酒业") == ()


def test_the_third_board_shares_numbers_with_the_exchange_that_must_be_named() -> None:
    assert named_stocks("锦波岚物(832982)一季报预增。") == ()
    assert named_stocks("北交所公司锦波岚物(832982)一季报预增。") == ("bj832982",)
    assert named_stocks("锦波岚物(832982.BJ)一季报预增，铁大岚科(920541)涨停。") == ("bj832982", "bj920541")
