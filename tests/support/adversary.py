"""Texts that make a regular expression go back and forth: repeated pieces of what it looks for itself."""

import re._constants as codes  # type: ignore[import-not-found]  # there is no public parser of patterns
import re._parser as parser  # type: ignore[import-not-found]
from collections.abc import Iterable, Iterator
from typing import Any

_MOST_OPENINGS = 16  # of one pattern; each is tried with each of the signs that its classes take
_OF_CATEGORY = {
    codes.CATEGORY_DIGIT: "1", codes.CATEGORY_SPACE: " ", codes.CATEGORY_WORD: "a", codes.CATEGORY_NOT_DIGIT: "x",
    codes.CATEGORY_NOT_SPACE: "x", codes.CATEGORY_NOT_WORD: ".",
}  # fmt: skip


def adversarial_texts(pattern: str, flags: int, length: int) -> Iterator[str]:
    """Texts of about `length` characters, each of which has nearly what the pattern wants, many times."""
    parsed = parser.parse(pattern, flags)
    pieces = list(dict.fromkeys(filter(None, _pieces(parsed))))
    openings = list(dict.fromkeys(opening for example in _examples(parsed) for opening in _prefixes(example)))
    signs = _spread([piece for piece in pieces if len(piece) == 1], _MOST_OPENINGS // 2)
    for piece in _spread(list(dict.fromkeys([*openings, *pieces])), 4 * _MOST_OPENINGS):
        yield _repeated(piece, length)
    for opening in _spread(list(dict.fromkeys([*openings, *pieces])), _MOST_OPENINGS):
        for sign in dict.fromkeys([*signs, " "]):
            yield opening + _repeated(sign, length)
            yield _repeated(opening + sign, length)


def _repeated(piece: str, length: int) -> str:
    return piece * (length // len(piece)) + "\0"


def _spread(texts: list[str], most: int) -> list[str]:
    """Some of all parts of a pattern of many words."""
    return texts[:: max(1, -(-len(texts) // most))]


def _prefixes(example: list[str]) -> list[str]:
    return ["".join(example[:end]) for end in range(1, len(example) + 1) if "".join(example[:end])]


def _examples(parsed: Iterable[tuple[Any, Any]]) -> list[list[str]]:
    """What the pattern matches, or nearly, in its parts; one for each branch of the outermost choice."""
    examples: list[list[str]] = [[]]
    for operator, value in parsed:
        if operator is codes.BRANCH:
            branches = [_examples(branch)[0] for branch in value[1]]
            examples = [[*example, *branch] for example in examples[:2] for branch in branches]
        elif operator is codes.SUBPATTERN:
            examples = [[*example, *inner] for example in examples[:2] for inner in _examples(value[-1])]
        elif operator in (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT):
            if value[0]:  # what may be left out is
                examples = [[*example, *inner] for example in examples for inner in _examples(value[-1])[:1]]
        else:
            sign = next(iter(_pieces([(operator, value)])), "")
            examples = [[*example, sign] for example in examples]
    return examples


def _pieces(parsed: Iterable[tuple[Any, Any]]) -> Iterator[str]:
    """The words of a pattern, and some signs that each of its classes takes."""
    word = ""
    for operator, value in parsed:
        if operator is codes.LITERAL:
            word += chr(value)
            continue
        if word:
            yield word
        word = ""
        if operator is codes.IN:
            yield from _signs(value)
        elif operator in (codes.ANY, codes.NOT_LITERAL):
            yield "x"
        else:
            yield from _inner(value)
    if word:
        yield word


def _signs(members: Iterable[tuple[Any, Any]]) -> Iterator[str]:
    members = list(members)
    if members and members[0][0] is codes.NEGATE:
        yield "x"
        return
    for operator, value in members[:3]:
        if operator is codes.LITERAL:
            yield chr(value)
        elif operator is codes.RANGE:
            yield chr(value[0])
        elif operator is codes.CATEGORY:
            yield _OF_CATEGORY[value]


def _inner(value: Any) -> Iterator[str]:
    """Of what stands inside groups, repeats, branches and assertions."""
    if isinstance(value, parser.SubPattern):
        yield from _pieces(value)
    elif isinstance(value, (tuple, list)):
        for part in value:
            yield from _inner(part)
