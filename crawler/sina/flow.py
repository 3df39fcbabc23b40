"""From a body container to blocks: a walk over the DOM in the order a reader sees it.

What a browser shows as separate lines becomes separate paragraphs (``<p>``, ``<div>``, ``<br>``);
inline markup becomes runs; images, lists, quotes and tables become blocks of their own.
"""

import re

from lxml.etree import XPath, _Comment
from lxml.html import HtmlElement

from crawler.sina import tables
from crawler.sina.blocks import Block, Image, ItemList, Paragraph, Quote, Table
from crawler.sina.images import image_source
from crawler.sina.layouts import END_OF_TEXT, HIDDEN_BUT_READ
from crawler.sina.noise import Noise
from crawler.sina.runs import EDGE, Run, styled, tidy
from crawler.sina.videos import find_video

_INLINE = frozenset(
    [
        "a",
        "abbr",
        "acronym",
        "b",
        "bdo",
        "big",
        "cite",
        "code",
        "dfn",
        "em",
        "font",
        "i",
        "kbd",
        "label",
        "mark",
        "q",
        "s",
        "samp",
        "small",
        "span",
        "strike",
        "strong",
        "sub",
        "sup",
        "text",
        "time",
        "tt",
        "u",
        "var",
        "wbr",
    ]
)
_HEADINGS = {"h1": "h2", "h2": "h2", "h3": "h3", "h4": "h4", "h5": "h5", "h6": "h6"}
_PICTURE_BOX = re.compile(r"\b(?:img_wrapper|art_img_mini|picbox|popimg|artice-pic|article-pic)\b")
_CAPTION = re.compile(r"\b(?:img_descr|art_img_tit)\b")
_HIDDEN = re.compile(r"display\s*:\s*none", re.I)
_HIDDEN_BUT_READ = re.compile(HIDDEN_BUT_READ)
# A quote that a page saved by a browser has behind a stock's name, and the Weibo mark behind a person's.
_ASIDE = re.compile(r"\s*(?:[（(]\s*-?[\d.]+,\s*[-+]?[\d.]+,\s*[-+]?[\d.]+%\s*[)）]|[\[（(]微博[\])）])\s*")
_SPACE = re.compile(r"[ \t\r\f\xa0]*\n[ \t\r\n\f\xa0]*|[ \t\r\f\xa0]+")
_ENDED = tuple("。！？!?…”）)：:；;】》")
_MAX_CAPTION = 200
_COMMENTS = XPath("descendant::comment()")


class Flow:
    """Reads one body container. `noise`: what to pass over, with all that is in it."""

    def __init__(self, base_url: str, noise: Noise) -> None:
        self.blocks: list[Block] = []
        self._base_url = base_url
        self._noise = noise
        self._runs: list[Run] = []
        self._tag = "p"
        self._captioning = False
        self._cut = False  # noise was passed over: bare text behind it may go on with the paragraph
        self._skipping = False
        self._done = False
        self._ends_ahead = 0
        self._last_end: _Comment | None = None

    def read(self, container: HtmlElement) -> list[Block]:
        """The blocks of `container`, none of them empty."""
        for comment in _COMMENTS(container):
            text = comment.text or ""
            self._ends_ahead += "NEWSZW_HZH_END" in text
            if any(mark in text for mark in END_OF_TEXT):
                self._last_end = comment
        self._children(container, Run(""))
        self._flush()
        return self.blocks

    def _children(self, element: HtmlElement, style: Run) -> None:
        self._text(element.text, style)
        for child in element:
            self._node(child, style)
            self._text(child.tail, style)

    def _node(self, node: HtmlElement, style: Run) -> None:
        if isinstance(node, _Comment):
            self._comment(node)
        elif not isinstance(node.tag, str) or self._skipping or self._done:
            pass
        elif self._noise.covers(node) or _is_hidden(node):
            self._cut = True
        elif node.tag == "br":
            self._flush()
        elif "video-2017" in (node.get("class") or ""):
            self._video(node)
        elif node.tag == "img":
            self._image(node)
        elif node.tag in _INLINE and _ASIDE.fullmatch("".join(node.itertext())):
            pass
        elif node.tag in _INLINE:
            self._children(node, styled(node, style, self._base_url))
        else:
            self._block(node, style)

    def _block(self, node: HtmlElement, style: Run) -> None:
        marks = f"{node.get('class') or ''} {node.get('id') or ''}"
        match node.tag:
            case "table":
                self._table(node, style)
            case "ul" | "ol" if not any(True for _ in node.iter("img", "table")):
                self._list(node, style)
            case "blockquote":
                self._quote(node, style)
            case _ if _CAPTION.search(marks) or node.tag == "figcaption":
                self._caption_box(node, style)
            case _ if _PICTURE_BOX.search(marks) or node.tag == "figure" or _is_centred_picture(node, self.blocks):
                self._caption_box(node, style)
            case _:
                self._flush()
                self._cut = False
                self._tag = _HEADINGS.get(str(node.tag), "p")
                self._children(node, style)
                self._flush()

    def _comment(self, comment: _Comment) -> None:
        """An advertisement between NEWSZW_HZH_BEGIN and _END; what stands behind the text's end mark."""
        text = comment.text or ""
        if comment is self._last_end:
            self._flush()
            self._done = True
        elif "NEWSZW_HZH_BEGIN" in text and self._ends_ahead:
            self._skipping = self._cut = True
        elif "NEWSZW_HZH_END" in text:
            self._skipping = False
            self._ends_ahead -= 1

    def _text(self, text: str | None, style: Run) -> None:
        if not text or self._skipping or self._done:
            return
        text = _SPACE.sub(lambda space: "\n" if "\n" in space[0] else " ", text)
        if self._cut and not self._runs and text.strip(EDGE):
            self._rejoin(text)
        if self._runs and self._runs[-1].like(style):
            self._runs[-1].text += text
        elif text.strip(" \n") or self._runs:
            self._runs.append(style.with_text(text))

    def _rejoin(self, text: str) -> None:
        """Text behind an advertisement goes on with the paragraph the advertisement cut in two."""
        self._cut = False
        last = self.blocks[-1] if self.blocks else None
        if not isinstance(last, Paragraph) or last.tag != "p" or text.lstrip(" \n").startswith("\u3000"):
            return
        if not last.text.endswith(_ENDED) and not all(run.bold for run in last.runs):
            self.blocks.pop()
            self._runs = last.runs

    def _flush(self) -> None:
        if self._skipping:
            return
        runs = tidy(self._runs)
        self._runs, tag, self._tag = [], self._tag, "p"
        if not runs:
            return
        self._cut = False
        last = self.blocks[-1] if self.blocks else None
        paragraph = Paragraph(runs, tag)
        if self._captioning and isinstance(last, Image) and len(paragraph.text) <= _MAX_CAPTION:
            last.caption = f"{last.caption} {paragraph.text}".strip()
        else:
            self.blocks.append(paragraph)

    def _image(self, node: HtmlElement) -> None:
        if source := image_source(node, self._base_url):
            self._flush()
            self.blocks.append(Image(source))

    def _video(self, node: HtmlElement) -> None:
        """A player becomes a link with the video's title; a player without an address, nothing."""
        self._flush()
        self._cut = True
        if video := find_video(node):
            self.blocks.append(Paragraph([Run("视频", href=video.url, title=video.title)]))

    def _caption_box(self, node: HtmlElement, style: Run) -> None:
        self._flush()
        before, self._captioning = self._captioning, True
        self._children(node, style)
        self._flush()
        self._captioning = before

    def _table(self, node: HtmlElement, style: Run) -> None:
        self._flush()
        if not tables.is_data(node, self._noise):
            self._children(node, style)
            self._flush()
            return
        if caption := self._paragraph(node.find("caption"), style):
            last = self.blocks[-1] if self.blocks else None
            if not (isinstance(last, Paragraph) and last.text == caption.text):
                self.blocks.append(caption)
        rows = tables.grid(node, self._noise, lambda cell: self._paragraph(cell, style) or Paragraph([]))
        if rows:
            self.blocks.append(Table(rows))

    def _list(self, node: HtmlElement, style: Run) -> None:
        self._flush()
        items = [self._paragraph(item, style) for item in node.iter("li") if not self._noise.covers(item)]
        if found := [item for item in items if item]:
            self.blocks.append(ItemList(found, ordered=node.tag == "ol"))
        else:
            self._cut = True

    def _quote(self, node: HtmlElement, style: Run) -> None:
        self._flush()
        inner = Flow(self._base_url, self._noise)
        inner._children(node, style)
        inner._flush()
        if inner.blocks:
            self.blocks.append(Quote(inner.blocks))

    def _paragraph(self, node: HtmlElement | None, style: Run) -> Paragraph | None:
        """All text of `node` as one paragraph; its own paragraphs are separated by a space."""
        if node is None:
            return None
        if not len(node):  # a table has hundreds of cells with nothing but text
            runs = tidy([style.with_text(node.text or "")])
            return Paragraph(runs) if runs else None
        inner = Flow(self._base_url, self._noise)
        inner._children(node, style)
        inner._flush()
        runs = []
        for block in inner.blocks:
            if isinstance(block, Paragraph):
                runs += [Run(" "), *block.runs] if runs else block.runs
        runs = tidy(runs)
        return Paragraph(runs) if runs else None


def _is_hidden(node: HtmlElement) -> bool:
    if not _HIDDEN.search(node.get("style") or ""):
        return False
    return not any(_HIDDEN_BUT_READ.match(name) for name in (node.get("id") or "", node.get("class") or ""))


def _is_centred_picture(node: HtmlElement, blocks: list[Block]) -> bool:
    """``<center>`` round an image and its caption, or the caption's own right behind the image."""
    if node.tag != "center" and (node.tag, node.get("align")) != ("div", "center"):
        return False
    if any(True for _ in node.iter("img")):
        return True
    bold = any(True for _ in node.iter("b", "strong"))
    return bool(blocks) and isinstance(blocks[-1], Image) and not blocks[-1].caption and not bold
