"""What a person looks for: words that must all be there, and "phrases"."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Self

from crawler.search.tokens import BETWEEN, LETTER, fold, is_chinese, pairs, stretches

_PART = re.compile(r'["“”]([^"“”]*)["“”]|([^\s"“”]+)')
_MAX_WORDS = 64  # words that are looked up; FTS5 takes no endless expression, and the text is read in any case


@dataclass(frozen=True)
class Query:
    """Phrases as tuples of stretches; anything but letters, digits and characters may stand between two."""

    phrases: tuple[tuple[str, ...], ...]

    @classmethod
    def parse(cls, text: str) -> Self:
        """The query in `text`. Only quotation marks of any width are operators. Raises ValueError for no word."""
        parts = (tuple(stretches(quoted or word)) for quoted, word in _PART.findall(text))
        phrases = tuple(dict.fromkeys(part for part in parts if part))
        if not phrases:
            raise ValueError(f'nothing to look for in {text!r}: give words, or a "phrase"')
        return cls(phrases)

    @property
    def expression(self) -> str:
        """The query for FTS5, which finds every text that has the phrases, and seldom another."""
        words = dict.fromkeys(word for phrase in self.phrases for word in _looked_up(phrase))
        return " ".join(f'"{word}"' for word in islice(words, _MAX_WORDS))

    @cached_property
    def patterns(self) -> tuple[re.Pattern[str], ...]:
        """A pattern for each phrase, for a folded text."""
        return tuple(re.compile(r"[\W_]*".join(map(_whole, phrase))) for phrase in self.phrases)

    def is_in(self, text: str) -> bool:
        """True if every phrase stands in `text`."""
        folded = fold(text)
        return all(pattern.search(folded) for pattern in self.patterns)


def _looked_up(phrase: tuple[str, ...]) -> Iterator[str]:
    """The words that FTS5 looks up for a phrase. The pairs of a stretch have its characters in them."""
    for stretch in phrase:
        yield from pairs(stretch) if is_chinese(stretch) and len(stretch) > 1 else (stretch,)


def _whole(stretch: str) -> str:
    """Chinese has no spaces round words; of other languages a part of a word is not the word."""
    if is_chinese(stretch):
        return f"{BETWEEN}*".join(stretch)
    return rf"(?<!{LETTER}){re.escape(stretch)}(?!{LETTER})"
