"""Tables: which hold data and which only lay a page out, and the grid of one that holds data."""

import re
from collections.abc import Callable

from lxml.etree import XPath, _Element

from crawler.sina.blocks import Block, Image, Paragraph, Table
from crawler.sina.boilerplate_markup import BoilerplateMarkup
from crawler.sina.inline import EDGE

_MAX_SPAN = 100  # columns; more is a mistake in the page
_MAX_PLACES = 50_000
_SHORTEST_COLUMN = 2  # rows with the header; a box with a headline has no more
_SPAN = re.compile(r"(\d{1,6})", re.ASCII)
_READABLE = XPath("descendant::text()[not(parent::script or parent::style)]")


def is_data(table: _Element, boilerplate: BoilerplateMarkup, is_picture: Callable[[_Element], bool]) -> bool:
    """True for a table of two rows and two columns or more, or of one column under a header, without another in it.

    A picture stands in a row of data beside two cells of text at least; elsewhere the table only lays out pictures.
    """
    if next(table.iterdescendants("table"), None) is not None:
        return False
    rows = [_cells(row, boilerplate) for row in _rows(table, boilerplate)]
    filled = [row for row in rows if any(_has_text(cell) for cell in row)]
    if len(filled) < 2:
        return False
    if next(table.iter("img"), None) is not None and any(_is_of_pictures(row, is_picture) for row in rows):
        return False
    if max(len(row) for row in filled) >= 2:
        return True
    return filled[0][0].tag == "th" and len(filled) > _SHORTEST_COLUMN


def _is_of_pictures(row: list[_Element], is_picture: Callable[[_Element], bool]) -> bool:
    texts = 0
    has_picture = False
    for cell in row:
        if any(is_picture(image) for image in cell.iter("img")):
            has_picture = True
        else:
            texts += _has_text(cell)
    return has_picture and texts < 2


def read_table(
    table: _Element,
    boilerplate: BoilerplateMarkup,
    read: Callable[[_Element], tuple[Paragraph, list[Image]]],
    is_picture: Callable[[_Element], bool],
) -> list[Block] | None:
    """The table under its caption, and behind it the pictures that stood in it; None where it only lays out.

    `read`: the text of a cell, and its pictures.
    """
    if not is_data(table, boilerplate, is_picture):
        return None
    pictures: list[Image] = []

    def text_of(cell: _Element) -> Paragraph:
        text, images = read(cell)
        pictures.extend(images)
        return text

    caption = table.find("caption")
    title = [] if caption is None else [text_of(caption)]
    rows = grid(table, boilerplate, text_of)
    return None if rows is None else [*(text for text in title if text.inlines), Table(rows), *pictures]


def grid(
    table: _Element, boilerplate: BoilerplateMarkup, read: Callable[[_Element], Paragraph]
) -> list[list[Paragraph]] | None:
    """The cells as rows of equal length; a merged cell fills its first place, its others are empty.

    Columns and rows without any text are left out. None for a table too large to be one.
    """
    rows = _rows(table, boilerplate)
    taken: set[tuple[int, int]] = set()
    texts: dict[tuple[int, int], Paragraph] = {}
    for y, row in enumerate(rows):
        x = 0
        for cell in _cells(row, boilerplate):
            while (y, x) in taken:
                x += 1
            wide, high = _span(cell, "colspan", _MAX_SPAN), _span(cell, "rowspan", len(rows) - y)
            taken.update((y + dy, x + dx) for dy in range(high) for dx in range(wide))
            paragraph = read(cell)
            if paragraph.inlines:
                texts[y, x] = paragraph
            if len(taken) > _MAX_PLACES:
                return None
    ys, xs = sorted({y for y, _ in texts}), sorted({x for _, x in texts})
    if len(ys) * len(xs) > _MAX_PLACES:
        return None
    return [[texts.get((y, x)) or Paragraph([]) for x in xs] for y in ys]


def _rows(table: _Element, boilerplate: BoilerplateMarkup) -> list[_Element]:
    return [row for row in table.iter("tr") if not boilerplate.covers(row)]


def _cells(row: _Element, boilerplate: BoilerplateMarkup) -> list[_Element]:
    return [cell for cell in row if cell.tag in ("td", "th") and not boilerplate.covers(cell)]


def _has_text(cell: _Element) -> bool:
    return any(text.strip(EDGE) for text in _READABLE(cell))


def _span(cell: _Element, name: str, maximum: int) -> int:
    match = _SPAN.match((cell.get(name) or "").lstrip())
    return max(1, min(int(match[1]), maximum)) if match else 1
