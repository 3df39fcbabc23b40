"""Lists: the numbers that a reader sees, what stands in each item, and what stands between the items."""

from collections.abc import Callable

from lxml.etree import _Element

from crawler.sina.blocks import Block, Item, ItemList, Paragraph
from crawler.sina.boilerplate_markup import BoilerplateMarkup
from crawler.sina.inline import EDGE, Inline, tidy
from crawler.sina.list_numbers import DECIMAL, counted, label, signs_of

_MOST = 999_999_999  # the largest number of a list that CommonMark knows


def read_list(
    node: _Element,
    boilerplate: BoilerplateMarkup,
    read: Callable[[_Element], list[Block]],
    read_text: Callable[[str], list[Block]],
    is_picture: Callable[[_Element], bool],
) -> list[Block] | None:
    """The list as blocks; None where it only indents or lays out: no items, or bullets that begin with pictures.

    `read`: what stands in an item, or in an element between items; a list between items belongs to the one before.
    """
    shown = [child for child in node if isinstance(child.tag, str) and not boilerplate.covers(child)]
    items = [child for child in shown if child.tag == "li"]
    signs = signs_of(node)
    if not items or (not signs and any(_begins_with_picture(item, is_picture) for item in items)):
        return None
    numbers = dict(zip(items, counted(node, items), strict=True))
    ordered = signs == DECIMAL and all(0 <= number <= _MOST for number in numbers.values())
    blocks = list(read_text(node.text or ""))
    for child in node:
        last = blocks[-1] if blocks and isinstance(blocks[-1], ItemList) else None
        if child in numbers and (inside := read(child)):
            if last is None:
                blocks.append(last := ItemList([], ordered))
            last.items.append(Item(inside, numbers[child]))
            if signs and not ordered:
                _put_before(inside, label(numbers[child], signs))
        elif child.tag in ("ul", "ol") and child in shown and last:
            last.items[-1].blocks += read(child)
        elif child in shown and child not in numbers:
            blocks += read(child)
        blocks += read_text(child.tail or "")
    return blocks


def _put_before(blocks: list[Block], number: str) -> None:
    first = Inline(number if number.endswith("、") else f"{number} ")
    match blocks[0]:
        case Paragraph(inlines, "p"):
            blocks[0] = Paragraph(tidy([first, *inlines]))
        case _:
            blocks.insert(0, Paragraph([Inline(number)]))


def _begins_with_picture(item: _Element, is_picture: Callable[[_Element], bool]) -> bool:
    """True where a picture comes before any text: the list sets pictures in a row."""
    for element in item.iter():
        if element.tag == "img" and is_picture(element):
            return True
        is_read = isinstance(element.tag, str) and element.tag not in ("script", "style")
        if is_read and (element.text or "").strip(EDGE):
            return False
        if element is not item and (element.tail or "").strip(EDGE):
            return False
    return False
