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
    line = printable(text)
    first = min((match.start() for pattern in query.patterns if (match := pattern.search(fold(line)))), default=0)
    start = max(0, first - _BEFORE)
    part = line[start : start + _LENGTH]
    part = ("…" if start else "") + part + ("…" if start + _LENGTH < len(line) else "")
    return Snippet(part, marks(part, query))


def marks(line: str, query: Query) -> list[tuple[int, int]]:
    """Where each match in a line begins and ends, in order."""
    folded = fold(line)
    return sorted(match.span() for pattern in query.patterns for match in pattern.finditer(folded))


def printable(text: str) -> str:
    """`text` on one line, and with nothing in it that a terminal would obey."""
    return "".join(char if char.isprintable() else " " for char in text)
