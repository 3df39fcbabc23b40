"""Text in one style, the least part of a paragraph: how it is read from markup and tidied up."""

import re
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from lxml.html import HtmlElement

# Names round single words that are no link of the article's: Sina's own search, stock and Weibo links.
_WORD_LINK = re.compile(r"\b(?:keyword|akey|wt_article_link|vipmark)\b")
_STOCK = re.compile(r"^(?:stock|usstock|hkstock|fund|forex)_")
_CJK = r"[\u2e80-\u2fff\u3001-\u9fff\uf900-\ufaff\uff00-\uffef\u2014\u2018-\u201d\u2026]"
_LINE_ENDS = re.compile(r" *\n[ \n]*")
_CJK_LINES = re.compile(rf"(?<={_CJK})\n|\n(?={_CJK})")
EDGE = " \n\u3000\u200b\ufeff"  # what a paragraph neither begins nor ends with


@dataclass(slots=True)
class Run:
    """Text in one style; ``href`` is an absolute http(s) address or empty, ``title`` the link's."""

    text: str
    bold: bool = False
    italic: bool = False
    href: str = ""
    title: str = ""

    def like(self, other: "Run") -> bool:
        """True if both are in the same style and lead to the same place."""
        return (self.bold, self.italic, self.href) == (other.bold, other.italic, other.href)

    def with_text(self, text: str) -> "Run":
        """Other text in the same style."""
        return Run(text, self.bold, self.italic, self.href, self.title)


def tidy(runs: list[Run]) -> list[Run]:
    """Runs of one paragraph with lines joined, indents and empty runs gone, equal neighbours merged."""
    merged: list[Run] = []
    for run in runs:
        if merged and (merged[-1].like(run) or not run.text.strip(EDGE)):
            merged[-1].text += run.text
        elif run.text:
            merged.append(run.with_text(run.text))
    for number, run in enumerate(merged):
        before = merged[number - 1].text[-1:] if number else ""
        after = merged[number + 1].text[:1] if number + 1 < len(merged) else ""
        text = _CJK_LINES.sub("", before + _LINE_ENDS.sub("\n", run.text) + after)
        run.text = re.sub(r" {2,}", " ", text[len(before) : len(text) - len(after)].replace("\n", " "))
    while merged and not merged[0].text.strip(EDGE):
        merged.pop(0)
    while merged and not merged[-1].text.strip(EDGE):
        merged.pop()
    if merged:
        merged[0].text = merged[0].text.lstrip(EDGE)
        merged[-1].text = merged[-1].text.rstrip(EDGE)
    return merged


def styled(node: HtmlElement, style: Run, base_url: str) -> Run:
    bold = style.bold or node.tag in ("b", "strong") or "Bold" in (node.get("cms-style") or "")
    italic = style.italic or node.tag in ("em", "i")
    return Run("", bold, italic, link_of(node, base_url) if node.tag == "a" else style.href)


def link_of(node: HtmlElement, base_url: str) -> str:
    """The address of a real link; Sina's links on single words, and scripts, are no links."""
    parent = node.getparent()
    if _WORD_LINK.search(node.get("class") or "") or (parent is not None and _STOCK.match(parent.get("id") or "")):
        return ""
    try:
        href = urljoin(base_url, (node.get("href") or "").strip())
        return href if urlsplit(href).scheme in ("http", "https") and urlsplit(href).hostname else ""
    except ValueError:
        return ""
