"""What must be seen of the posts, whichever generator made the pages."""

from dataclasses import fields
from itertools import zip_longest

from lxml import html
from lxml.html import HtmlElement

from crawler.sina.blocks import Block, to_html
from crawler.sina.inline import EDGE
from tests.support.hard_posts import blocks_of_all_kinds, hostile_blocks
from tests.support.hostile import HOSTILE
from tests.support.published_site import squeeze, text_of
from tests.support.read_back import Held, read_back

PLAIN = {"p", "h2", "h3", "h4", "h5", "h6", "img", "a", "strong", "em", "br", "ul", "ol", "li", "blockquote",
         "table", "thead", "tbody", "tr", "th", "td", "sup", "sub", "del", "u", "pre"}  # fmt: skip


def check_hostile_texts(body: HtmlElement) -> None:
    """Each block of the hard post is there, in order, with its text and nothing of it taken for markup."""
    *found, source = [element for element in body if isinstance(element.tag, str)]
    assert text_of(source) == "原文链接"
    for element, block in zip(found, hostile_blocks(), strict=True):
        assert _parts(element) == _texts(block)


def check_forms(body: HtmlElement) -> None:
    """The post of all kinds of blocks is shown as it was written."""
    held = read_back(body)
    written = read_back(html.fragment_fromstring(to_html(blocks_of_all_kinds())))
    for field in fields(Held):
        shown, meant = getattr(held, field.name), getattr(written, field.name)
        if isinstance(shown, str):
            shown, meant = shown.removesuffix("原文链接").split("之间。"), meant.split("之间。")
        elif field.name == "links":
            shown = shown[:-1]  # that of the original
        assert [pair for pair in zip_longest(shown, meant) if pair[0] != pair[1]] == [], field.name


def check_hostile_captions(body: HtmlElement) -> None:
    """Each picture of the hard post has its text."""
    images = body.findall(".//img")
    assert [squeeze(image.get("alt") or "") for image in images] == [squeeze(text.strip(EDGE)) for text in HOSTILE]


def check_plain(body: HtmlElement) -> None:
    """Nothing but text, links, tables and pictures: no script, style or frame, and no handler."""
    elements = [element for element in body.iterdescendants() if isinstance(element.tag, str)]
    assert {element.tag for element in elements} <= PLAIN
    assert not [name for element in elements for name in element.attrib if name.startswith("on")]
    assert not [link for link in body.iter("a") if not link.get("href", "").startswith(("http://", "https://"))]


def _parts(element: HtmlElement) -> list[str]:
    parts = list(element.iter("li", "th", "td")) or (list(element) if element.tag == "blockquote" else [element])
    return [text_of(part) for part in parts]


def _texts(block: Block) -> list[str]:
    return [squeeze(paragraph.text) for paragraph in block.paragraphs()]
