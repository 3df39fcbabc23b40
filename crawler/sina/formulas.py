"""Formulas in the line: MathML, and what a picture of a formula says it shows."""

import re

from lxml.etree import _Element

from crawler.sina.dom import text_content
from crawler.sina.inline import Inline

_NESTING = 20  # deeper ones are read as plain text
_PICTURE = re.compile(r"(?:^|[\s/_.-])(?:math|latex|tex|formula|equation|mwe-math\w*)(?:$|[\s/_.?-])", re.I)
_GENERIC = re.compile(
    r"(?:图片?|公式|数学公式|math|formula|latex|equation|image|img)\s?\d{0,4}|\S{0,80}\.(?:png|gif|jpe?g|svg)", re.I
)
_LONGEST = 300  # characters


def read_formula(math: _Element, style: Inline) -> list[Inline]:
    """The formula of a ``<math>`` in one line: exponents and indices raised and lowered, fractions with a ``/``."""
    return _read(math, style, 0)


def formula_alt(image: _Element) -> str:
    """The text of a picture of a formula, if it is one and has any."""
    alt = " ".join((image.get("alt") or "").split())
    marks = f"{image.get('class') or ''} {image.get('src') or ''}"
    return alt if alt and len(alt) <= _LONGEST and _PICTURE.search(marks) and not _GENERIC.fullmatch(alt) else ""


def _read(node: _Element, style: Inline, depth: int) -> list[Inline]:
    parts = [child for child in node if isinstance(child.tag, str)]
    tag = str(node.tag)
    if depth > _NESTING or not parts:
        text = " ".join(text_content(node).split())
        return [style.with_text(text)] if text else []
    inside = [_read(part, style.marked(mark) if mark else style, depth + 1) for part, mark in _marked(tag, parts)]
    match tag:
        case "mfrac" if len(inside) == 2:
            return [*_bracketed(inside[0], style), style.with_text("/"), *_bracketed(inside[1], style)]
        case "msqrt":
            return [style.with_text("√"), *_bracketed([inline for part in inside for inline in part], style)]
        case "semantics":
            return inside[0]
    return [inline for part in inside for inline in part]


def _marked(tag: str, parts: list[_Element]) -> list[tuple[_Element, str]]:
    """Each part of a formula with the mark it stands in."""
    marks = {"msup": ("", "sup"), "msub": ("", "sub"), "msubsup": ("", "sub", "sup"), "munderover": ("", "sub", "sup"),
             "munder": ("", "sub"), "mover": ("", "sup")}.get(tag, ())  # fmt: skip
    return [(part, marks[number] if number < len(marks) else "") for number, part in enumerate(parts)]


def _bracketed(inlines: list[Inline], style: Inline) -> list[Inline]:
    """In brackets where it is more than one sign or number."""
    if len(inlines) < 2:
        return inlines
    return [style.with_text("("), *inlines, style.with_text(")")]
