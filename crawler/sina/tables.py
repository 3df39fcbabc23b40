"""Tables: which hold data and which only lay a page out, and the grid of one that holds data."""

from collections.abc import Callable

from lxml.etree import XPath
from lxml.html import HtmlElement

from crawler.sina.blocks import Paragraph
from crawler.sina.noise import Noise

_MAX_SPAN = 100  # columns or rows; more is a mistake in the page
_MAX_CELLS = 20_000
_READABLE = XPath("descendant::text()[not(parent::script or parent::style)]")


def is_data(table: HtmlElement, noise: Noise) -> bool:
    """True for a table of two rows and two columns or more, without another table or pictures in it."""
    if any(True for _ in table.iter("img")) or sum(1 for _ in table.iter("table")) > 1:
        return False
    rows = [_cells(row, noise) for row in table.iter("tr")]
    filled = [row for row in rows if any(_has_text(cell) for cell in row)]
    return len(filled) >= 2 and max(len(row) for row in filled) >= 2


def grid(table: HtmlElement, noise: Noise, read: Callable[[HtmlElement], Paragraph]) -> list[list[Paragraph]]:
    """The cells as rows of equal length; a merged cell fills its first place, its others are empty.

    Columns and rows without any text are left out.
    """
    places: dict[tuple[int, int], Paragraph | None] = {}
    for y, row in enumerate(table.iter("tr")):
        x = 0
        for cell in _cells(row, noise):
            while (y, x) in places:
                x += 1
            wide, high = _span(cell, "colspan"), _span(cell, "rowspan")
            if len(places) + wide * high > _MAX_CELLS:
                break
            places |= {(y + dy, x + dx): None for dy in range(high) for dx in range(wide)}
            places[y, x] = read(cell)
    texts = {place: cell for place, cell in places.items() if cell is not None and cell.text}
    ys = sorted({y for y, _ in texts})
    xs = sorted({x for _, x in texts})
    return [[texts.get((y, x)) or Paragraph([]) for x in xs] for y in ys]


def _cells(row: HtmlElement, noise: Noise) -> list[HtmlElement]:
    return [cell for cell in row if cell.tag in ("td", "th") and not noise.covers(cell)]


def _has_text(cell: HtmlElement) -> bool:
    return any(text.strip(" \r\n\t\u3000\xa0") for text in _READABLE(cell))


def _span(cell: HtmlElement, name: str) -> int:
    value = (cell.get(name) or "1").strip()
    return max(1, min(int(value), _MAX_SPAN)) if value.isascii() and value.isdigit() else 1
