"""Text that keeps its lines (``<pre>``, ``white-space: pre``), and figures that spaces set in columns."""

import re

from lxml.etree import _Element

from crawler.sina.blocks import Preformatted
from crawler.sina.boilerplate_markup import BoilerplateMarkup
from crawler.sina.dom import text_content

_WHITE_SPACE = re.compile(r"white-space\s*:\s*([a-z-]+)", re.I)
_COLUMNS = re.compile(r"\S(?:[ \xa0]{2,}|\t)[ \xa0\t]*\S")
_FEWEST_ROWS = 2
_TAGS = frozenset({"span", "font", "b", "strong", "code", "tt"})  # what such figures may hold, since it shows no less


def keeps_lines(node: _Element, is_kept: bool) -> bool:
    """Whether the ends of lines in the element are ends of lines on the page; `is_kept`: around it."""
    style = _WHITE_SPACE.search(node.get("style") or "")
    if style:
        return style[1].lower() in ("pre", "pre-wrap", "pre-line", "break-spaces")
    return is_kept or node.tag == "pre"


def preformatted(node: _Element, boilerplate: BoilerplateMarkup) -> Preformatted | None:
    """The element as figures in columns, if it is nothing else; its lines are paragraphs where it is not."""
    if not keeps_lines(node, is_kept=False):
        return None
    if any(child.tag not in _TAGS or boilerplate.covers(child) for child in node.iterdescendants()):
        return None
    lines = [line.replace("\xa0", " ").expandtabs(8).rstrip() for line in text_content(node).split("\n")]
    if sum(bool(_COLUMNS.search(line)) for line in lines) < _FEWEST_ROWS:
        return None
    return Preformatted("\n".join(lines).strip("\n"))
