"""What Sina, or a browser that saved the page, puts behind a name: a live quote, a mark of Weibo."""

import re

from lxml.etree import _Element

_ASIDE = re.compile(r"[（(]\s*-?[\d.]+,\s*[-+]?[\d.]+,\s*[-+]?[\d.]+%\s*[)）]|[\[（(]微博[\])）]")
_LONGEST = 40  # characters


def is_aside(node: _Element) -> bool:
    """True for an inline element that holds nothing else."""
    if len(node) > 2 or any(len(child) for child in node):
        return False
    text = "".join(node.itertext())
    return len(text) <= _LONGEST and bool(_ASIDE.fullmatch(text.strip()))
