"""The selectors by which a page is asked: the part of CSS that an index can answer.

These are compounds of tag, #id, .class and [attribute=value] ($= too), descendants, and comma lists.
"""

import re
from dataclasses import dataclass
from functools import cache

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


@cache
def parse_selectors(selectors: str) -> list[list[Compound]]:
    """The compounds of each selector, from the outermost to the innermost. Raises ValueError for other CSS."""
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
