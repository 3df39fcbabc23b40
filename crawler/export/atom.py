"""A feed as Atom (RFC 4287)."""

from typing import IO

from lxml import etree

from crawler.export.feed import GENERATOR, HOME, LANGUAGE, Entry, Feed, fit_for_xml
from crawler.times import iso

_NAMESPACE = "http://www.w3.org/2005/Atom"
_XML = "{http://www.w3.org/XML/1998/namespace}"
_Element = etree._Element


def write_atom(feed: Feed, file: IO[bytes]) -> int:
    """Writes it as UTF-8, with the texts as escaped HTML. Returns how many entries it has."""
    root = etree.Element(f"{{{_NAMESPACE}}}feed", {f"{_XML}lang": LANGUAGE}, {None: _NAMESPACE})
    _add(root, "id", feed.id)
    _add(root, "title", feed.title)
    _add(root, "updated", iso(feed.updated))
    _add(_add(root, "author"), "name", feed.author)
    _add(root, "link", rel="alternate", type="text/html", href=HOME)
    _add(root, "generator", GENERATOR)
    for entry in feed.entries:
        _add_entry(root, entry)
    etree.indent(root)
    file.write(etree.tostring(root, encoding="utf-8", xml_declaration=True) + b"\n")
    return len(feed.entries)


def _add_entry(root: _Element, entry: Entry) -> None:
    element = _add(root, "entry")
    _add(element, "id", entry.id)
    _add(element, "title", entry.title)
    _add(element, "published", iso(entry.published))
    _add(element, "updated", iso(entry.updated))
    if entry.author:
        _add(_add(element, "author"), "name", entry.author)
    if entry.url:
        _add(element, "link", rel="alternate", type="text/html", href=entry.url)
    for keyword in entry.keywords:
        _add(element, "category", term=keyword)
    _add(element, "content", entry.html, type="html")


def _add(parent: _Element, name: str, text: str = "", **attributes: str) -> _Element:
    fit = {key: fit_for_xml(value) for key, value in attributes.items()}
    element = etree.SubElement(parent, f"{{{_NAMESPACE}}}{name}", fit)
    element.text = fit_for_xml(text) or None
    return element
