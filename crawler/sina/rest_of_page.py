"""The part of a page behind its article: half of the page, of which nothing is wanted, and so it need not be parsed.

Where the article ends is guessed from the text, and then proved: a mark put there stands outside the article's element,
and libxml2 makes its tree in the order of the text. Whether the rest could have had an answer is told from its text,
too. Whatever remains in doubt asks for the whole page, so that a page says the same either way.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from lxml.etree import _Element

from crawler.sina.dom import parse_html
from crawler.sina.selectors import Compound

# What stands in the opening tag of nearly all bodies.
_BODIES = (b'id="artibody"', b'id="article"', b"art_content", b"article-body main-body")
_EDITORS = ("article-editor", "show_author")  # of some a paragraph behind the body
_TAG_NAME = re.compile(rb"<([a-zA-Z]+)")
_MARK = "end-of-front"
_LEAST = 5_000  # bytes; less is not worth it
_NEAR = 100  # bytes before a value in which its attribute's name stands, but for a page of white space
_BETWEEN = b" \t\r\n\f\"'/"  # what may stand before the name of an attribute, and behind a part of its value


class NeedsWholePage(Exception):
    """The part of a page that was parsed does not prove the answer."""


@dataclass(frozen=True, slots=True)
class RestOfPage:
    """Its text, in UTF-8, and the elements of the parsed part that are open where it begins."""

    text: bytes = b""
    around: frozenset[_Element] = frozenset()

    def may_hold(self, chain: Sequence[Compound]) -> bool:
        """False if it has no element that the compounds find, from the outermost to the innermost."""
        return (
            bool(self.text)
            and self._may_have(chain[-1])
            and all(any(map(outer.fits, self.around)) or self._may_have(outer) for outer in chain[:-1])
        )

    def has_tag(self, name: str) -> bool:
        """True if its text opens such an element, be it in a comment."""
        return f"<{name}".encode() in self.text.lower()

    def _may_have(self, compound: Compound) -> bool:
        if compound.id:
            return any(_may_be_id(self.text[max(at - _NEAR, 0) : at]) for at in _places(self.text, compound.id))
        if compound.classes:
            return all(any(True for _ in _places(self.text, name)) for name in compound.classes)
        return all(value.encode() in self.text for _, _, value in compound.attributes)


def parse_front(text: bytes) -> tuple[_Element, RestOfPage]:
    """The tree of a page to the end of its article, and the rest. Raises NeedsWholePage where that can't be told."""
    end = _end_of_article(text)
    if len(text) - end < _LEAST or _MARK.encode() in text:
        raise NeedsWholePage
    try:
        tree = last = parse_html(b"%b<%b>" % (text[:end], _MARK.encode()))
    except ValueError as error:
        raise NeedsWholePage from error
    while len(last):
        last = last[-1]
    if last.tag != _MARK:
        raise NeedsWholePage
    return tree, RestOfPage(text[end:], frozenset(last.iterancestors()))


def _end_of_article(text: bytes) -> int:
    """Behind the body, and behind the editor if the page names one there."""
    end = _end_of_body(text)
    places = [end + at for name in _EDITORS for at in _places(text[end:], name)]
    return text.find(b"</p>", max(places)) + 4 if places else end


def _end_of_body(text: bytes) -> int:
    """Behind the tag that closes as many as were opened from the body's on; the text's length where none does."""
    at = next((at for body in _BODIES if (at := text.find(body)) >= 0), -1)
    start = text.rfind(b"<", 0, max(at, 0))
    if name := _TAG_NAME.match(text, start):
        depth = 0
        for tag in _tags(name[1].lower()).finditer(text, start):
            depth += -1 if tag[1] else 1
            if not depth:
                return text.find(b">", tag.end()) + 1 or len(text)
    return len(text)


@cache
def _tags(name: bytes) -> re.Pattern[bytes]:
    return re.compile(rb"<(/?)%b\b" % name, re.I)


def _places(text: bytes, name: str) -> Iterator[int]:
    """Where the name may be the value of an attribute, or one of the classes in it."""
    wanted = name.encode()
    at = text.find(wanted)
    while at >= 0:
        end = at + len(wanted)
        if text[at - 1 : at] in _BETWEEN + b"=" and text[end : end + 1] in _BETWEEN + b">":
            yield at
        at = text.find(wanted, end)


def _may_be_id(before: bytes) -> bool:
    """False if what follows these bytes is not the value of an ``id``; where they don't tell, it may be."""
    attribute = (before[:-1] if before.endswith((b'"', b"'")) else before).rstrip()
    name = attribute.removesuffix(b"=").rstrip()
    is_named = attribute.endswith(b"=") and name[-2:].lower() == b"id" and name[-3:-2] in _BETWEEN
    return is_named or not name
