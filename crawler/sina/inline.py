"""Text in one style, the least part of a paragraph: how it is read from markup and tidied up."""

import re
from collections import deque
from dataclasses import dataclass
from urllib.parse import urldefrag

from lxml.etree import _Element

from crawler.sina.web_address import BadAddress, web_address

# Names round single words that are no link of the article's: Sina's own search, stock and Weibo links.
_WORD_LINK = re.compile(r"\b(?:keyword|akey|wt_article_link|vipmark)\b")
_STOCK = re.compile(r"^(?:stock|usstock|hkstock|fund|forex)_")
_STYLED_MARK = re.compile(
    r"vertical-align\s*:\s*(?P<raised>super|sub)\b|text-decoration(?:-line)?\s*:\s*line-through", re.I
)
_CJK = re.compile(r"[\u2e80-\u2fff\u3001-\u9fff\uf900-\ufaff\uff00-\uffef\u2014\u2018-\u201d\u2026]")
_SPACES = re.compile(r"[ \t\r\n\f\xa0]+")
_GAP = re.compile(r" *\n[ \n]*| {2,}")
# What a paragraph neither begins nor ends with: white space of all kinds, and characters without width.
EDGE = (
    " \t\n\r\f\v\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000\u200b\u2060\ufeff"
)


# Tags that change what a text says, and that Markdown has no signs for: tag -> how it is written.
MARKS = {"sup": "sup", "sub": "sub", "del": "del", "s": "del", "strike": "del", "u": "u", "ins": "u"}


@dataclass(slots=True)
class Inline:
    """Text in one style; ``href`` is an absolute http(s) address or empty, ``title`` the link's.

    ``marks``: those of MARKS that the text stands in, the outermost first.
    """

    text: str
    bold: bool = False
    italic: bool = False
    href: str = ""
    title: str = ""
    marks: tuple[str, ...] = ()

    def like(self, other: "Inline") -> bool:
        """True if both are in the same style and lead to the same place."""
        return (self.bold, self.italic, self.href, self.marks) == (other.bold, other.italic, other.href, other.marks)

    def with_text(self, text: str) -> "Inline":
        """An inline of this style and address with the text `text`."""
        return Inline(text, self.bold, self.italic, self.href, self.title, self.marks)

    def marked(self, mark: str) -> "Inline":
        """The style inside `mark`, which stands once however often it is said."""
        marks = self.marks if mark in self.marks else (*self.marks, mark)
        return Inline("", self.bold, self.italic, self.href, self.title, marks)

    def add(self, text: str) -> None:
        """Text of the same style behind it."""
        whole, self.text = self.text, ""
        whole += text  # Python makes a text longer in its place where nothing else holds it; thousands come one by one
        self.text = whole


def spaced(text: str) -> str:
    """The text with each stretch of HTML white space as one space, or one line end if it holds any."""
    return _SPACES.sub(lambda space: "\n" if "\n" in space[0] else " ", text)


def tidy(inlines: list[Inline]) -> list[Inline]:
    """The inlines of one paragraph: lines joined, indents and empty inlines gone, neighbours in one style merged."""
    merged: list[Inline] = []
    for inline in inlines:
        if merged and (merged[-1].like(inline) or not inline.text.strip(EDGE)):
            merged[-1].add(inline.text)
        elif inline.text:
            merged.append(inline.with_text(inline.text))
    _close_gaps(merged)
    while merged and not merged[0].text.strip(EDGE):
        merged.pop(0)
    while merged and not merged[-1].text.strip(EDGE):
        merged.pop()
    if merged:
        merged[0].text = merged[0].text.lstrip(EDGE)
        merged[-1].text = merged[-1].text.rstrip(EDGE)
    return [inline for inline in merged if inline.text]


def _close_gaps(inlines: list[Inline]) -> None:
    """A line end becomes a space, and nothing at all beside a Chinese character: Chinese has no spaces."""
    whole = "".join([inline.text for inline in inlines])
    if "\n" not in whole and "  " not in whole:
        return
    gaps = deque((gap.start(), gap.end(), _filling(whole, gap)) for gap in _GAP.finditer(whole))
    start = 0
    for inline in inlines:
        end = start + len(inline.text)
        parts, at = [], start
        while gaps and gaps[0][0] < end:
            first, last, filling = gaps[0]
            parts += [whole[at : max(first, at)], filling if first >= start else ""]
            at = min(last, end)
            if last > end:  # it goes on in the next inline
                break
            gaps.popleft()
        inline.text = "".join([*parts, whole[at:end]])
        start = end


def _filling(whole: str, gap: re.Match[str]) -> str:
    if "\n" not in gap[0]:
        return " "
    before, after = whole[max(gap.start() - 1, 0) : gap.start()], whole[gap.end() : gap.end() + 1]
    return "" if _CJK.match(before) or _CJK.match(after) else " "


def styled(node: _Element, style: Inline, base_url: str) -> Inline:
    """The style inside an inline element."""
    bold = style.bold or node.tag in ("b", "strong") or "Bold" in (node.get("cms-style") or "")
    italic = style.italic or node.tag in ("em", "i")
    href = link_of(node, base_url) if node.tag == "a" else style.href
    inside = Inline("", bold, italic, href, marks=style.marks)
    mark = MARKS.get(str(node.tag)) or _mark_of_style(node.get("style") or "")
    return inside.marked(mark) if mark else inside


def _mark_of_style(style: str) -> str:
    """The mark that a style amounts to. An underline in a style is left out: editors put it under any word."""
    match = _STYLED_MARK.search(style)
    return (match["raised"] or "del").replace("super", "sup") if match else ""


def link_of(node: _Element, base_url: str) -> str:
    """Where a real link leads; Sina's links on single words, scripts, and anchors in the page are none."""
    parent = node.getparent()
    if _WORD_LINK.search(node.get("class") or "") or (parent is not None and _STOCK.match(parent.get("id") or "")):
        return ""
    href = (node.get("href") or "").strip()
    try:
        address = web_address(href, base_url)
    except BadAddress:
        return ""
    return address if href and urldefrag(address).url != urldefrag(base_url).url else ""


def has_brackets(reading: _Element) -> bool:
    """True for a ``<rt>`` whose brackets the page has itself, for browsers that can't show readings above words."""
    parent = reading.getparent()
    return parent is not None and next(parent.iter("rp"), None) is not None
