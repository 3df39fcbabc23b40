"""Many selectors on one page, at the price of one walk over it.

A page is asked for some forty selectors, nearly all of which find nothing: its elements are indexed once by class
and id.
"""

from collections.abc import Iterator

from lxml import etree
from lxml.etree import _Element

from crawler.sina.rest_of_page import NeedsWholePage, RestOfPage
from crawler.sina.selectors import Compound, parse_selectors


class PageIndex:
    """The elements of one page by class and id, in document order; `rest`: what of the page is not among them."""

    def __init__(self, tree: _Element, rest: RestOfPage | None = None) -> None:
        self._tree = tree
        self._rest = rest or RestOfPage()
        self._by_id: dict[str, list[_Element]] = {}
        self._by_class: dict[str, list[_Element]] = {}
        for element in tree.iter(etree.Element):
            if name := element.get("id"):
                self._by_id.setdefault(name, []).append(element)
            if names := element.get("class"):
                for name in names.split():
                    self._by_class.setdefault(name, []).append(element)

    def find(self, selectors: str) -> Iterator[_Element]:
        """What the selectors find, the first selector's finds first, each in document order.

        Raises NeedsWholePage where the next find may be in the rest, or go on there.
        """
        for chain in parse_selectors(selectors):
            for element in self._follow(chain):
                if element in self._rest.around:
                    raise NeedsWholePage
                yield element
            if self._rest.may_hold(chain):
                raise NeedsWholePage

    def _follow(self, chain: list[Compound]) -> list[_Element]:
        """From the elements of the outermost compound inwards."""
        elements = [element for element in self._candidates(chain[0]) if chain[0].fits(element)]
        for compound in chain[1:]:
            outer = elements if len(elements) < 2 else _outermost(elements)
            inner = (child for element in outer for child in element.iterdescendants(compound.tag or None))
            elements = list(dict.fromkeys(child for child in inner if compound.fits(child)))
        return elements

    def _candidates(self, compound: Compound) -> list[_Element]:
        if compound.id:
            return self._by_id.get(compound.id, [])
        if compound.classes:
            return self._by_class.get(min(compound.classes), [])
        return list(self._tree.iter(compound.tag or None))


def _outermost(elements: list[_Element]) -> list[_Element]:
    """Those that stand in none of the others: what is inside these is inside them."""
    all_of_them = set(elements)
    return [element for element in elements if all_of_them.isdisjoint(element.iterancestors())]
