"""The page as a tree of plain lxml elements.

Not of lxml.html's: finding the class of each element in Python costs as much as a third of the parsing.
"""

from lxml import etree
from lxml.etree import _Element

from crawler.sina.entities import known_entities

# Old pages leave elements open: the depth is theirs, not an attack's.
_PARSER = etree.HTMLParser(encoding="utf-8", remove_pis=True, huge_tree=True)
# Elements that hold nothing, but libxml2 puts all that follows into them: they are no part of a text.
_VOID = ("embed", "source", "track", "wbr", "keygen", "bgsound")
_TEXT = etree.XPath("string()", smart_strings=False)


def parse_html(text: bytes) -> _Element:
    """The ``<html>`` element of a text in UTF-8. Raises ValueError for one without any markup or words."""
    try:
        root = etree.fromstring(known_entities(text), parser=_PARSER)
    except etree.XMLSyntaxError as error:
        raise ValueError(str(error)) from error
    if root is None:
        raise ValueError("an empty document")
    braced = {element for element in root.iter("*") for name in element.keys() if name[0] == "{"}  # noqa: SIM118  # else its children
    for element in braced:
        _drop_braced(element)
    etree.strip_tags(root, *_VOID)
    return root


def _drop_braced(element: _Element) -> None:
    """Takes out the attributes that lxml would look up in a namespace, and for which it raises KeyError.

    They are a template engine's that did not run (``<p {{x}}>``); one alone can't be deleted.
    """
    kept = [(name, value) for name, value in element.items() if not str(name).startswith("{")]
    element.attrib.clear()
    for name, value in kept:
        try:
            element.set(name, value)
        except ValueError:  # no name of an attribute in XML, and so none that anything here asks for
            continue


def text_content(element: _Element) -> str:
    """All text in the element, without comments."""
    return str(_TEXT(element))
