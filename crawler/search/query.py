"""What a person looks for: words that must all be there, "phrases", and a stock."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Self

from crawler.search.tokens import BETWEEN, LETTER, fold, is_chinese, pairs, stretches
from crawler.sina.named_stocks import named_stocks
from crawler.sina.stock_codes import stock_code, written_forms

_PART = re.compile(r'["“”]([^"“”]*)["“”]|([^\s"“”]+)')
_MAX_WORDS = 64  # words that are looked up; FTS5 takes no endless expression, and the text is read in any case


@dataclass(frozen=True)
class Query:
    """Phrases as tuples of stretches; anything but letters, digits and characters may stand between two.

    ``stock``: a code as stock_code gives it, or none.
    """

    phrases: tuple[tuple[str, ...], ...]
    stock: str = ""

    @classmethod
    def parse(cls, text: str, stock: str = "") -> Self:
        """The query in `text`, and a stock in any form. Only quotation marks of any width are operators.

        Raises ValueError for no word where there is no stock either, and for what is no stock.
        """
        parts = (tuple(stretches(quoted or word)) for quoted, word in _PART.findall(text))
        phrases = tuple(dict.fromkeys(part for part in parts if part))
        if not phrases and (text.strip() or not stock):
            raise ValueError(f'nothing to look for in {text!r}: give words, or a "phrase"')
        return cls(phrases, stock_code(stock) if stock else "")

    @property
    def expression(self) -> str:
        """The query for FTS5, which finds every text that has the phrases, and seldom another."""
        words = dict.fromkeys(word for phrase in self.phrases for word in _looked_up(phrase))
        return " ".join(f'"{word}"' for word in islice(words, _MAX_WORDS))

    @property
    def stock_expression(self) -> str:
        """The query for FTS5, which finds every text that names the stock, and others that have its number."""
        return " OR ".join(f'"{stretches(form)[0]}"' for form in written_forms(self.stock))

    @cached_property
    def patterns(self) -> tuple[re.Pattern[str], ...]:
        """A pattern for each phrase, and one for the stock, for a folded text."""
        forms = "|".join(map(_whole, map(fold, written_forms(self.stock)))) if self.stock else ""
        return self._phrase_patterns + ((re.compile(forms),) if forms else ())

    @cached_property
    def _phrase_patterns(self) -> tuple[re.Pattern[str], ...]:
        return tuple(re.compile(r"[\W_]*".join(map(_whole, phrase))) for phrase in self.phrases)

    def is_in(self, text: str) -> bool:
        """True if every phrase stands in `text`."""
        folded = fold(text)
        return all(pattern.search(folded) for pattern in self._phrase_patterns)

    def names_stock(self, text: str, marked: Iterable[str]) -> bool:
        """True if `text` names the stock, or it is among those `marked` in the page; or none is looked for."""
        return not self.stock or self.stock in named_stocks(text) or any(map(self._is_stock, marked))

    def _is_stock(self, marked: str) -> bool:
        try:
            return stock_code(marked) == self.stock
        except ValueError:  # the number of an index, or of a fund
            return False


def _looked_up(phrase: tuple[str, ...]) -> Iterator[str]:
    """The words that FTS5 looks up for a phrase. The pairs of a stretch have its characters in them."""
    for stretch in phrase:
        yield from pairs(stretch) if is_chinese(stretch) and len(stretch) > 1 else (stretch,)


def _whole(stretch: str) -> str:
    """Chinese has no spaces round words; of other languages a part of a word is not the word."""
    if is_chinese(stretch):
        return f"{BETWEEN}*".join(stretch)
    return rf"(?<!{LETTER}){re.escape(stretch)}(?!{LETTER})"
