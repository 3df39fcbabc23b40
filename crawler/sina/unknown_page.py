"""An article in a template that is not known yet: where it proves to be one, and what of its text is its head's.

Its body is found by trafilatura's own search (crawler/post/extraction.py).
"""

import re
from collections.abc import Iterator
from datetime import datetime

from lxml import etree
from lxml.etree import _Element

from crawler.items import Removal
from crawler.sina.blocks import Block, Paragraph
from crawler.sina.dates import published_at
from crawler.sina.dom import text_content
from crawler.sina.urls import Address, identify

TITLE, SHOWN_TIME = "repeated_title", "shown_time"
_HEAD = 4  # blocks that may belong to the headline
_LONGEST_HEAD = 80  # characters of a line of it that shows the time
_MINUTE = re.compile(r"\d\s?[:：]\s?\d\d")
# The line under a headline; a sentence that begins with a date has its signs.
_DATE_LINE = re.compile(
    r"(?:(?:19|20)\d\d\s?[年./-]\s?)?\d{1,2}\s?[月./-]\s?\d{1,2}\b[^，。；！？]*|(?:19|20)\d\d年[^，。；！？]*"
)
_TIMES = etree.XPath(
    "descendant::text()[contains(., ':') or contains(., '：')][not(parent::script or parent::style)]",
    smart_strings=True,
)


def title_of(tree: _Element) -> str:
    """That of og:title, else the first headline; empty where there is none."""
    metas = [meta.get("content") or "" for meta in tree.iter("meta") if meta.get("property") == "og:title"]
    headings = [text_content(heading) for heading in tree.iter("h1")]
    return next((title for text in [*metas, *headings] if (title := " ".join(text.split()))), "")


def shown_time(tree: _Element, address: Address, seen_at: datetime | None) -> str:
    """The first text that shows a minute of the day in the address, with its year if any does; empty where none does.

    Day and minute may stand in neighbouring elements.
    """
    if address.day is None:
        return ""
    texts = list(_lines_with_minutes(tree))
    for day in (None, address.day):
        for text in texts:
            shown = published_at(text, [], day, seen_at)
            if shown and shown.date() == address.day and (shown.hour or shown.minute or "00:00" in text):
                return text
    return ""


def _lines_with_minutes(tree: _Element) -> Iterator[str]:
    for text in _TIMES(tree):
        if _MINUTE.search(text):
            yield str(text)
            before = text.getparent()  # of a text behind an element, which may be a comment, that element
            parent = before.getparent() if text.is_tail else before
            for element in (parent, parent.getparent() if parent is not None else None):
                if element is not None and len(line := " ".join(text_content(element).split())) <= _LONGEST_HEAD:
                    yield line


def names_itself(tree: _Element, og_url: str, address: Address) -> bool:
    """True if the page says that its address is that of the article that was asked for."""
    canonical = [link.get("href") or "" for link in tree.iter("link") if link.get("rel") == "canonical"]
    for url in filter(None, [og_url, *canonical]):
        try:
            if identify(url).doc_id == address.doc_id:
                return True
        except ValueError:
            continue
    return False


def without_head(blocks: list[Block], title: str, removed: list[Removal]) -> list[Block]:
    """The blocks without the headline, and the line of time and source, that stand before the text."""
    head: list[Block] = []
    for block in blocks[:_HEAD]:
        text = block.text if isinstance(block, Paragraph) else ""
        if text and "".join(text.split()) == "".join(title.split()):
            removed.append(Removal(TITLE, text))
        elif text and len(text) <= _LONGEST_HEAD and _MINUTE.search(text) and _DATE_LINE.fullmatch(text):
            removed.append(Removal(SHOWN_TIME, text))
        else:
            head.append(block)
    return head + blocks[_HEAD:]
