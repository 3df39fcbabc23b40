"""From a body container to blocks: a walk over the DOM in the order a reader sees it.

What a browser shows as separate lines becomes separate paragraphs (``<p>``, ``<div>``, ``<br>``);
inline markup becomes inlines; images, lists, quotes and tables become blocks of their own. The walk
keeps its own stack: old pages leave hundreds of inline elements open.
"""

import re
from dataclasses import dataclass

from lxml import etree
from lxml.etree import _Element

from crawler.sina import tables
from crawler.sina.blocks import Block, Image, ItemList, Paragraph, Quote, Table
from crawler.sina.boilerplate_markup import BoilerplateMarkup
from crawler.sina.images import image_source
from crawler.sina.inline import EDGE, Inline, spaced, styled, tidy
from crawler.sina.layouts import END_OF_TEXT
from crawler.sina.videos import find_video

# All other elements, unknown ones too, stand in the line, as in a browser.
_BLOCKS = frozenset(
    "address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption figure "  # noqa: SIM905
    "footer form h1 h2 h3 h4 h5 h6 header hgroup hr html li main menu nav ol p pre section summary table tbody td "
    "tfoot th thead tr ul".split()
)
_HEADINGS = {"h1": "h2", "h2": "h2", "h3": "h3", "h4": "h4", "h5": "h5", "h6": "h6"}
_PICTURE_BOX = re.compile(r"\b(?:img_wrapper|art_img_mini|picbox|popimg|artice-pic|article-pic)\b")
_CAPTION = re.compile(r"\b(?:img_descr|art_img_tit)\b")
# A quote that a page saved by a browser has behind a stock's name, and the Weibo mark behind a person's.
_ASIDE = re.compile(r"[（(]\s*-?[\d.]+,\s*[-+]?[\d.]+,\s*[-+]?[\d.]+%\s*[)）]|[\[（(]微博[\])）]")
_LONGEST_ASIDE = 40
_ENDED = tuple("。！？!?…”）)：:；;】》")
_MAX_CAPTION = 200  # characters
_MAX_BLOCKS = 20_000
_MAX_NESTING = 8  # quotes in quotes, lists in cells; deeper ones are read as plain blocks


class TooManyBlocks(ValueError):
    """The container holds more blocks than any article."""


@dataclass(slots=True)
class _Frame:
    """An open element: its style, and what was true outside it."""

    style: Inline
    is_block: bool
    tag: str
    captioning: bool


class BodyReader:
    """Reads a body container into blocks. `boilerplate`: what to pass over, with all that is in it."""

    def __init__(self, base_url: str, boilerplate: BoilerplateMarkup, nesting: int = 0) -> None:
        self.blocks: list[Block] = []
        self._base_url = base_url
        self._boilerplate = boilerplate
        self._nesting = nesting
        self._inlines: list[Inline] = []
        self._tag = "p"
        self._captioning = False
        self._cut = False  # boilerplate was passed over: bare text behind it may go on with the paragraph
        self._skipping = False
        self._ends_ahead = 0
        self._last_end: _Element | None = None

    def read(self, container: _Element, style: Inline | None = None) -> list[Block]:
        """The blocks of `container`, none of them empty. Raises TooManyBlocks."""
        for comment in container.iter(etree.Comment):
            text = comment.text or ""
            self._ends_ahead += "NEWSZW_HZH_END" in text
            if any(mark in text for mark in END_OF_TEXT):
                self._last_end = comment
        frames = [_Frame(style or Inline(""), True, "p", False)]
        self._text(container.text, frames[-1].style)
        walk = etree.iterwalk(container, events=("start", "end", "comment"))
        for event, node in walk:
            if node is container:
                continue
            if event == "comment":
                if node is self._last_end:
                    break
                self._comment(node.text or "")
            elif event == "start":
                frame = self._enter(node, frames[-1])
                if frame is None:
                    walk.skip_subtree()
                    frame = _Frame(frames[-1].style, False, self._tag, self._captioning)
                else:
                    self._text(node.text, frame.style)
                frames.append(frame)
                continue
            else:
                self._leave(frames.pop())
            self._text(node.tail, frames[-1].style)
        self._flush()
        return self.blocks

    def _enter(self, node: _Element, outside: _Frame) -> _Frame | None:
        """The frame of an element to walk through, or None for one that is dealt with whole."""
        if self._skipping:
            return _Frame(outside.style, False, self._tag, self._captioning)
        if self._boilerplate.covers(node):
            self._cut = True
        elif node.tag == "br" or node.tag == "hr":
            self._flush()
            self._cut = False
        elif node.tag == "img":
            self._image(node)
        elif "video-2017" in (node.get("class") or ""):
            self._video(node)
        elif node.tag in _BLOCKS:
            return self._enter_block(node, outside)
        elif not _is_aside(node):
            return _Frame(styled(node, outside.style, self._base_url), False, self._tag, self._captioning)
        return None

    def _enter_block(self, node: _Element, outside: _Frame) -> _Frame | None:
        self._flush()
        if self._is_whole(node, outside.style):
            return None
        frame = _Frame(outside.style, True, self._tag, self._captioning)
        marks = f"{node.get('class') or ''} {node.get('id') or ''}"
        self._cut = False
        self._tag = _HEADINGS.get(str(node.tag), self._tag)
        if _CAPTION.search(marks) or node.tag == "figcaption" or _is_picture_box(node, marks, self.blocks):
            self._captioning, self._tag = True, "p"
        return frame

    def _is_whole(self, node: _Element, style: Inline) -> bool:
        """Reads a table, list or quotation into a block of its own, if it is one."""
        if self._nesting >= _MAX_NESTING:
            return False
        if node.tag == "table":
            return self._table(node, style)
        if node.tag in ("ul", "ol") and _is_list(node):
            return self._list(node, style)
        if node.tag == "blockquote":
            blocks = self._inside(node, style)
            self.blocks += [Quote(blocks)] if blocks else []
            return True
        return False

    def _leave(self, frame: _Frame) -> None:
        if frame.is_block:
            self._flush()
            self._tag, self._captioning = frame.tag, frame.captioning

    def _comment(self, text: str) -> None:
        """An advertisement stands between NEWSZW_HZH_BEGIN and _END."""
        if "NEWSZW_HZH_BEGIN" in text and self._ends_ahead:
            self._skipping = self._cut = True
        elif "NEWSZW_HZH_END" in text:
            self._skipping = False
            self._ends_ahead -= 1

    def _text(self, text: str | None, style: Inline) -> None:
        if not text or self._skipping:
            return
        text = spaced(text)
        if self._cut and not self._inlines and text.strip(EDGE):
            self._rejoin(text)
        if self._inlines and self._inlines[-1].like(style):
            self._inlines[-1].add(text)
        elif self._inlines or text.strip(" \n"):
            self._inlines.append(style.with_text(text))

    def _rejoin(self, text: str) -> None:
        """Text behind an advertisement goes on with the paragraph the advertisement cut in two."""
        self._cut = False
        last = self.blocks[-1] if self.blocks else None
        if not isinstance(last, Paragraph) or last.tag != "p" or text.lstrip(" \n").startswith("\u3000"):
            return
        if not last.text.endswith(_ENDED) and not all(inline.bold for inline in last.inlines):
            self.blocks.pop()
            self._inlines = last.inlines

    def _flush(self) -> None:
        """Ends the paragraph."""
        if self._skipping or not self._inlines:
            return
        indented = self._inlines[0].text.lstrip(" \n").startswith("\u3000")
        inlines = tidy(self._inlines)
        self._inlines = []
        if not inlines:
            return
        self._cut = False
        last = self.blocks[-1] if self.blocks else None
        paragraph = Paragraph(inlines, self._tag)
        if self._captioning and isinstance(last, Image) and last.takes(paragraph.text, _MAX_CAPTION, indented):
            last.caption = f"{last.caption} {paragraph.text}".strip()
        else:
            self._add(paragraph)

    def _add(self, block: Block) -> None:
        self.blocks.append(block)
        if len(self.blocks) > _MAX_BLOCKS:
            raise TooManyBlocks(f"more than {_MAX_BLOCKS} blocks")

    def _image(self, node: _Element) -> None:
        if source := image_source(node, self._base_url):
            self._flush()
            self._cut = False
            self._add(Image(source))

    def _video(self, node: _Element) -> None:
        """A player becomes a link with the video's title; a player without an address, nothing."""
        self._flush()
        self._cut = True
        if video := find_video(node):
            self._add(video)

    def _table(self, node: _Element, style: Inline) -> bool:
        """False for a table that only lays the page out: it is walked like any block."""
        if not tables.is_data(node, self._boilerplate):
            return False
        rows = tables.grid(node, self._boilerplate, lambda cell: self._paragraph(cell, style))
        if rows is None:
            return False
        caption = node.find("caption")
        title = Paragraph([]) if caption is None else self._paragraph(caption, style)
        last = self.blocks[-1] if self.blocks else None
        if title.inlines and not (isinstance(last, Paragraph) and last.text == title.text):
            self._add(title)
        self._add(Table(rows))
        return True

    def _list(self, node: _Element, style: Inline) -> bool:
        shown = [item for item in node.iterchildren("li") if not self._boilerplate.covers(item)]
        if items := [paragraph for item in shown for paragraph in self._items(item, style)]:
            self._add(ItemList(items, ordered=node.tag == "ol"))
        return True

    def _items(self, node: _Element, style: Inline) -> list[Paragraph]:
        """An item as one paragraph; those of a list in it follow it."""
        texts: list[list[Inline]] = [[]]
        for block in self._inside(node, style):
            if isinstance(block, ItemList):
                texts += [item.inlines for item in block.items]
            else:
                _put_behind(texts[-1], block)
        first, *others = (Paragraph(tidy(inlines)) for inlines in texts)
        return [first, *others] if first.inlines else others

    def _inside(self, node: _Element, style: Inline) -> list[Block]:
        return BodyReader(self._base_url, self._boilerplate, self._nesting + 1).read(node, style)

    def _paragraph(self, node: _Element, style: Inline) -> Paragraph:
        """All text of `node` as one paragraph; what stands apart in it is separated by a space."""
        if not len(node):  # a table has hundreds of cells with nothing but text
            return Paragraph(tidy([style.with_text(spaced(node.text or ""))]))
        inlines: list[Inline] = []
        for block in self._inside(node, style):
            _put_behind(inlines, block)
        return Paragraph(tidy(inlines))


def _put_behind(inlines: list[Inline], block: Block) -> None:
    """All text of the block comes behind the inlines."""
    for paragraph in block.paragraphs():
        inlines += [Inline(" "), *paragraph.inlines] if inlines else paragraph.inlines


def _is_aside(node: _Element) -> bool:
    if len(node) > 2 or any(len(child) for child in node):
        return False
    text = "".join(node.itertext())
    return len(text) <= _LONGEST_ASIDE and bool(_ASIDE.fullmatch(text.strip()))


def _is_list(node: _Element) -> bool:
    """True where all that can be read is in items; a list without them only indents."""
    if (node.text or "").strip() or any(child.tag != "li" or (child.tail or "").strip() for child in node):
        return False
    return len(node) > 0 and next(node.iter("img", "table"), None) is None


def _is_picture_box(node: _Element, marks: str, blocks: list[Block]) -> bool:
    """A box round an image and its caption, or the caption's own ``<center>`` right behind the image."""
    if node.tag == "figure" or _PICTURE_BOX.search(marks):
        return True
    if node.tag != "center" and (node.tag, node.get("align")) != ("div", "center"):
        return False
    if next(node.iter("img"), None) is not None:
        return True
    last = blocks[-1] if blocks else None
    return isinstance(last, Image) and not last.caption and next(node.iter("b", "strong"), None) is None
