"""Which elements hold the text under a picture."""

import re

from lxml.etree import _Element

from crawler.sina.blocks import Block, Image

_PICTURE_BOX = re.compile(r"\b(?:img_wrapper|art_img_mini|picbox|popimg|artice-pic|article-pic)\b")
_CAPTION = re.compile(r"\b(?:img_descr|art_img_tit)\b")


def is_captioning(node: _Element, blocks: list[Block]) -> bool:
    """True for a caption, and for a box in which text is one: round a picture, or right behind one.

    `blocks`: those before it.
    """
    marks = f"{node.get('class') or ''} {node.get('id') or ''}"
    if node.tag in ("figure", "figcaption") or _CAPTION.search(marks) or _PICTURE_BOX.search(marks):
        return True
    if node.tag != "center" and (node.tag, node.get("align")) != ("div", "center"):
        return False
    if next(node.iter("img"), None) is not None:
        return True
    last = blocks[-1] if blocks else None
    return isinstance(last, Image) and not last.caption and next(node.iter("b", "strong"), None) is None
