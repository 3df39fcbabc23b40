"""What a person looks for: words that must all be there, and "phrases"."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Self

from crawler.search.tokens import LETTER, fold, is_chinese, pairs, runs_of

_PART = re.compile(r'["“”]([^"“”]*)["“”]|([^\s"“”]+)')
_MOST = 64  # words that are looked up; FTS5 takes no endless expression, and the text is read in any case


@dataclass(frozen=True)
class Query:
    """Each phrase is a tuple of runs; anything but letters, digits and characters may stand between two runs."""

    phrases: tuple[tuple[str, ...], ...]

    @classmethod
    def parse(cls, text: str) -> Self:
        """Nothing in `text` is an operator but quotation marks, half or full width. Raises ValueError for no word."""
        found = (tuple(runs_of(quoted or word)) for quoted, word in _PART.findall(text))
        phrases = tuple(dict.fromkeys(phrase for phrase in found if phrase))
        if not phrases:
            raise ValueError(f'nothing to look for in {text!r}: give words, or a "phrase"')
        return cls(phrases)

    @property
    def expression(self) -> str:
        """For FTS5. It finds every text that has the phrases, and seldom another."""
        found = dict.fromkeys(word for phrase in self.phrases for word in _looked_up(phrase))
        return " ".join(f'"{word}"' for word in islice(found, _MOST))

    @cached_property
    def patterns(self) -> tuple[re.Pattern[str], ...]:
        """One for each phrase, to be found in a folded text."""
        return tuple(re.compile(r"[\W_]*".join(map(_whole, phrase))) for phrase in self.phrases)

    def is_in(self, text: str) -> bool:
        """True if every phrase is."""
        folded = fold(text)
        return all(pattern.search(folded) for pattern in self.patterns)


def _looked_up(phrase: tuple[str, ...]) -> Iterator[str]:
    """The pairs of a run have its characters in them."""
    for run in phrase:
        yield from pairs(run) if is_chinese(run) and len(run) > 1 else (run,)


def _whole(run: str) -> str:
    """Chinese has no spaces round words; of other languages a part of a word is not the word."""
    return re.escape(run) if is_chinese(run) else rf"(?<!{LETTER}){re.escape(run)}(?!{LETTER})"
