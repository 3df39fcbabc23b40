"""Many selectors on one page, at the price of one walk over it.

A page is asked for some forty selectors, nearly all of which find nothing. Elements are therefore
indexed once by class and id, and the selectors are the part of CSS that an index can answer:
compounds of tag, #id, .class and [attribute=value] ($= too), descendants, and comma lists.
"""

import re
from dataclasses import dataclass
from functools import cache

from lxml import etree
from lxml.etree import _Element

_PART = re.compile(
    r"""(?P<kind>[.\#]?)(?P<name>[\w-]+) | \[(?P<attribute>[\w-]+)(?P<operator>\$?=)['"]?(?P<value>[^\]'"]*)['"]?\]""",
    re.X,
)


@dataclass(frozen=True, slots=True)
class Compound:
    """One element's part of a selector."""

    tag: str
    id: str
    classes: frozenset[str]
    attributes: tuple[tuple[str, str, str], ...]

    def fits(self, element: _Element) -> bool:
        """True if the element has all that the compound names."""
        return (
            isinstance(element.tag, str)
            and (not self.tag or element.tag == self.tag)
            and (not self.id or element.get("id") == self.id)
            and self.classes.issubset((element.get("class") or "").split())
            and all(_has(element, *attribute) for attribute in self.attributes)
        )


class PageIndex:
    """The elements of one page by class and id, in document order."""

    def __init__(self, tree: _Element) -> None:
        self._tree = tree
        self._by_id: dict[str, list[_Element]] = {}
        self._by_class: dict[str, list[_Element]] = {}
        for element in tree.iter(etree.Element):
            if name := element.get("id"):
                self._by_id.setdefault(name, []).append(element)
            if names := element.get("class"):
                for name in names.split():
                    self._by_class.setdefault(name, []).append(element)

    def find(self, selectors: str) -> list[_Element]:
        """What the selectors find, the first selector's finds first, each in document order."""
        return [element for chain in _parse(selectors) for element in self._follow(chain)]

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


@cache
def _parse(selectors: str) -> list[list[Compound]]:
    return [[_compound(part) for part in selector.split()] for selector in selectors.split(",")]


def _compound(text: str) -> Compound:
    if _PART.sub("", text):
        raise ValueError(f"not a selector that an index can answer: {text!r}")
    tag, name, classes, attributes = "", "", set(), []
    for part in _PART.finditer(text):
        match part["kind"]:
            case None:
                attributes.append((part["attribute"], part["operator"], part["value"]))
            case "#":
                name = part["name"]
            case ".":
                classes.add(part["name"])
            case _:
                tag = part["name"]
    return Compound(tag, name, frozenset(classes), tuple(attributes))


def _has(element: _Element, attribute: str, operator: str, value: str) -> bool:
    present = element.get(attribute)
    if present is None:
        return False
    return present == value if operator == "=" else present.endswith(value)
