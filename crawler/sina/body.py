"""From a body container to blocks: a walk over the DOM in the order a reader sees it.

What a browser shows as separate lines becomes separate paragraphs (``<p>``, ``<div>``, ``<br>``);
inline markup becomes inlines; images, lists, quotes and tables become blocks of their own. The walk
keeps its own stack: old pages leave hundreds of inline elements open.
"""

from dataclasses import dataclass

from lxml import etree
from lxml.etree import _Element

from crawler.items import Removal
from crawler.sina.asides import is_aside
from crawler.sina.blocks import Block, Image, Paragraph, Quote
from crawler.sina.boilerplate_markup import BoilerplateMarkup, readable
from crawler.sina.captions import is_captioning
from crawler.sina.formulas import formula_alt, read_formula
from crawler.sina.images import icon_text, image_source, is_icon
from crawler.sina.inline import EDGE, Inline, has_brackets, spaced, styled, tidy
from crawler.sina.lists import read_list
from crawler.sina.page_comments import PageComments
from crawler.sina.preformatted import keeps_lines, preformatted
from crawler.sina.tables import read_table
from crawler.sina.videos import find_video

# All other elements, unknown ones too, stand in the line, as in a browser.
_BLOCKS = frozenset(
    "address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption figure "  # noqa: SIM905
    "footer form h1 h2 h3 h4 h5 h6 header hgroup hr html li main menu nav ol p pre section summary table tbody td "
    "tfoot th thead tr ul".split()
)
_HEADINGS = {"h1": "h2", "h2": "h2", "h3": "h3", "h4": "h4", "h5": "h5", "h6": "h6"}
_ENDED = tuple("。！？!?…”）)：:；;】》")
_MAX_CAPTION = 200  # characters
_MAX_BLOCKS = 20_000
_MAX_NESTING = 8  # quotes in quotes, lists in cells; deeper ones are read as plain blocks


class TooManyBlocks(ValueError):
    """The container holds more blocks than any article."""


@dataclass(slots=True)
class _Frame:
    """An open element: its style, what was true outside it, and what is read where it ends."""

    style: Inline
    is_block: bool
    tag: str
    captioning: bool
    keeps_lines: bool
    closing: str = ""


class BodyReader:
    """Reads a body container into blocks. `boilerplate`: what to pass over, with all that is in it.

    ``removed``: what of that could be read.
    """

    def __init__(self, base_url: str, boilerplate: BoilerplateMarkup, removed: list[Removal] | None = None) -> None:
        self.blocks: list[Block] = []
        self.removed: list[Removal] = [] if removed is None else removed
        self._base_url = base_url
        self._boilerplate = boilerplate
        self._nesting = 0
        self._in_table = False
        self._inlines: list[Inline] = []
        self._tag = "p"
        self._captioning = False
        self._keeps_lines = False
        self._cut = False  # boilerplate was passed over: bare text behind it may go on with the paragraph
        self._comments: PageComments

    def read(self, container: _Element, style: Inline | None = None) -> list[Block]:
        """The blocks of `container`, none of them empty. Raises TooManyBlocks."""
        self._comments = PageComments(container)
        frames = [self._frame(style or Inline(""), is_block=True)]
        self._keeps_lines = keeps_lines(container, self._keeps_lines)
        self._text(container.text, frames[-1].style)
        walk = etree.iterwalk(container, events=("start", "end", "comment"))
        for event, node in walk:
            if node is container:
                continue
            if event == "comment":
                if self._comments.ends_text(node):
                    self._flush()
                self._comments.meet(node)
                self._cut = self._cut or bool(self._comments.skipping)
            elif event == "start":
                frame = self._enter(node, frames[-1])
                if frame is None:
                    walk.skip_subtree()
                    frame = self._frame(frames[-1].style)
                else:
                    self._text(node.text, frame.style)
                frames.append(frame)
                continue
            else:
                self._leave(frames.pop())
            self._text(node.tail, frames[-1].style)
        self.removed += self._comments.skipped()
        self._comments.skipping = ""  # of an advertisement without an end
        self._flush()
        return self.blocks

    def _frame(self, style: Inline, is_block: bool = False, closing: str = "") -> _Frame:
        return _Frame(style, is_block, self._tag, self._captioning, self._keeps_lines, closing)

    def _enter(self, node: _Element, outside: _Frame) -> _Frame | None:
        """The frame of an element to walk through, or None for one that is dealt with whole."""
        if self._comments.skipping:
            return None if node.tag in ("script", "style") else self._frame(outside.style)
        if rule := self._boilerplate.rule_for(node):
            self._pass_over(node, rule)
        elif node.tag == "br" or node.tag == "hr":
            self._flush()
            self._cut = False
        elif node.tag == "img":
            self._image(node, outside.style)
        elif node.tag == "math":
            self._inlines += read_formula(node, outside.style)
        elif "video-2017" in (node.get("class") or ""):
            self._video(node)
        elif node.tag in _BLOCKS:
            return self._enter_block(node, outside)
        elif not is_aside(node):
            return self._enter_inline(node, outside)
        return None

    def _enter_inline(self, node: _Element, outside: _Frame) -> _Frame:
        """A reading above words stands in brackets behind them."""
        brackets = ("（", "）") if node.tag == "rt" and not has_brackets(node) else ("", "")
        frame = self._frame(styled(node, outside.style, self._base_url), closing=brackets[1])
        self._text(brackets[0], frame.style)
        self._keeps_lines = keeps_lines(node, self._keeps_lines)
        return frame

    def _enter_block(self, node: _Element, outside: _Frame) -> _Frame | None:
        self._flush()
        if self._is_whole(node, outside.style):
            return None
        frame = self._frame(outside.style, is_block=True)
        self._cut = False
        self._tag = _HEADINGS.get(str(node.tag), self._tag)
        self._keeps_lines = keeps_lines(node, self._keeps_lines)
        if is_captioning(node, self.blocks):
            self._captioning, self._tag = True, "p"
        return frame

    def _is_whole(self, node: _Element, style: Inline) -> bool:
        """Reads a table, list, quotation or aligned figures into a block of its own, if it is one."""
        if self._nesting >= _MAX_NESTING:
            return False
        if node.tag == "table":
            return self._table(node, style)
        if node.tag in ("ul", "ol"):
            return self._list(node, style)
        if node.tag == "blockquote":
            blocks = self._inside(node, style)
            self.blocks += [Quote(blocks)] if blocks else []
            return True
        if block := preformatted(node, self._boilerplate):
            self._add(block)
            return True
        return False

    def _leave(self, frame: _Frame) -> None:
        if frame.is_block:
            self._flush()
            self._tag, self._captioning = frame.tag, frame.captioning
        elif frame.closing:
            self._text(frame.closing, frame.style)
        self._keeps_lines = frame.keeps_lines

    def _pass_over(self, node: _Element, rule: str) -> None:
        self._cut = True
        if text := readable(node):
            self.removed.append(Removal(rule, text))

    def _text(self, text: str | None, style: Inline) -> None:
        if not text or self._comments.take(text):
            return
        if self._keeps_lines and "\n" in text:
            first, *others = text.split("\n")
            self._text(first, style)
            for line in others:
                self._flush()
                self._text(line, style)
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
        if self._comments.skipping or not self._inlines:
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

    def _add(self, *blocks: Block) -> None:
        self.blocks += blocks
        if len(self.blocks) > _MAX_BLOCKS:
            raise TooManyBlocks(f"more than {_MAX_BLOCKS} blocks")

    def _image(self, node: _Element, style: Inline) -> None:
        source = image_source(node, self._base_url)
        if text := formula_alt(node):
            self._text(text, style)
        elif is_icon(node) and (self._in_table or not source):
            self._text(icon_text(node, self._in_table), style)
        elif source:
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
        blocks = read_table(node, self._boilerplate, lambda cell: self._cell(cell, style), self._is_picture)
        last = self.blocks[-1] if self.blocks else None
        if blocks and isinstance(last, Paragraph) and isinstance(blocks[0], Paragraph) and blocks[0].text == last.text:
            del blocks[0]  # its caption is the line above it
        self._add(*blocks or [])
        return blocks is not None

    def _is_picture(self, node: _Element) -> bool:
        return not is_icon(node) and bool(image_source(node, self._base_url))

    def _list(self, node: _Element, style: Inline) -> bool:
        blocks = read_list(
            node,
            self._boilerplate,
            lambda child: self._part_of_list(child, style),
            lambda text: [Paragraph(inlines)] if (inlines := tidy([style.with_text(spaced(text))])) else [],
            self._is_picture,
        )
        self._add(*blocks or [])
        return blocks is not None

    def _part_of_list(self, node: _Element, style: Inline) -> list[Block]:
        if node.tag not in ("ul", "ol"):
            return self._inside(node, style if node.tag in _BLOCKS else styled(node, style, self._base_url))
        reader = self._nested()
        return reader.blocks if reader._is_whole(node, style) else self._inside(node, style)

    def _nested(self) -> "BodyReader":
        reader = BodyReader(self._base_url, self._boilerplate, self.removed)
        reader._nesting = self._nesting + 1
        reader._in_table, reader._keeps_lines = self._in_table, self._keeps_lines
        return reader

    def _inside(self, node: _Element, style: Inline) -> list[Block]:
        return self._nested().read(node, style)

    def _cell(self, node: _Element, style: Inline) -> tuple[Paragraph, list[Image]]:
        """All text of `node` as one paragraph, and its pictures; what stands apart in it is separated by a space."""
        if not len(node):  # a table has hundreds of cells with nothing but text
            return Paragraph(tidy([style.with_text(spaced(node.text or ""))])), []
        reader = self._nested()
        reader._in_table = True
        blocks = reader.read(node, style)
        inlines: list[Inline] = []
        for paragraph in (text for block in blocks if not isinstance(block, Image) for text in block.paragraphs()):
            inlines += [Inline(" "), *paragraph.inlines] if inlines else paragraph.inlines
        return Paragraph(tidy(inlines)), [block for block in blocks if isinstance(block, Image)]
