"""The part of a text round what was looked for, on one line, and where in it that stands."""

from collections.abc import Sequence
from dataclasses import dataclass

from crawler.search.query import Query
from crawler.search.tokens import fold

_BEFORE, _LENGTH = 20, 90  # characters


@dataclass(frozen=True, slots=True)
class Snippet:
    """``marks``: where each match begins and ends in the text."""

    text: str
    marks: Sequence[tuple[int, int]]


def snippet(text: str, query: Query) -> Snippet:
    """The part of `text` round its first match; the beginning of a text without any."""
    places = marks(text, query)
    start = max(0, places[0][0] - _BEFORE) if places else 0
    end = min(start + _LENGTH, len(text))
    part = ("…" if start else "") + printable(text[start:end]) + ("…" if end < len(text) else "")
    before = start - bool(start)  # how many characters of the text are not in the part
    return Snippet(part, [(first - before, min(last, end) - before) for first, last in places if first < end])


def marks(text: str, query: Query) -> list[tuple[int, int]]:
    """Where each match in a text begins and ends, in order."""
    folded = fold(text)
    return sorted(match.span() for pattern in query.patterns for match in pattern.finditer(folded))


def printable(text: str) -> str:
    """`text` on one line, and with nothing in it that a terminal would obey."""
    return "".join(char if char.isprintable() else " " for char in text)
