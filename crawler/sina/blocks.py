"""The plain blocks that an article's body is made of, and the HTML they are handed on as."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from lxml import etree
from lxml.etree import SubElement, _Element

from crawler.sina.inline import Inline


@dataclass(slots=True)
class Paragraph:
    """``tag`` is p, or h2–h6 for a heading."""

    inlines: list[Inline]
    tag: str = "p"

    @property
    def text(self) -> str:
        """What can be read of the paragraph."""
        return "".join(inline.text for inline in self.inlines)

    def paragraphs(self) -> list["Paragraph"]:
        """The paragraph itself, as the only one of the block."""
        return [self]

    @property
    def is_link(self) -> bool:
        """True where nothing but links can be read."""
        return any(inline.href for inline in self.inlines) and not any(
            inline.text.strip() for inline in self.inlines if not inline.href
        )


@dataclass(slots=True)
class Image:
    """``caption`` is the text under the image, empty where there is none."""

    src: str
    caption: str = ""

    def takes(self, text: str, longest: int, indented: bool) -> bool:
        """True if `text` may be a part of the caption: short in all, and not the next paragraph's indent."""
        return len(self.caption) + len(text) <= longest and not (indented and self.caption)

    def paragraphs(self) -> list[Paragraph]:
        """The caption as a paragraph, if the image has one."""
        return [Paragraph([Inline(self.caption)])] if self.caption else []


@dataclass(slots=True)
class Video:
    """A video that the page embeds, kept as a link; ``url`` is an absolute http(s) address."""

    title: str
    url: str

    def paragraphs(self) -> list[Paragraph]:
        """The link to the video, as a paragraph."""
        return [Paragraph([Inline("视频", href=self.url, title=self.title)])]


@dataclass(slots=True)
class ItemList:
    """A bulleted or numbered list; each item is one paragraph."""

    items: list[Paragraph]
    ordered: bool = False

    def paragraphs(self) -> list[Paragraph]:
        """The items of the list."""
        return self.items

    @property
    def is_link(self) -> bool:
        """True where nothing but links can be read."""
        return all(item.is_link for item in self.items)


@dataclass(slots=True)
class Quote:
    """A block quotation."""

    blocks: list["Block"]

    def paragraphs(self) -> list[Paragraph]:
        """The paragraphs of all blocks in the quotation."""
        return [paragraph for block in self.blocks for paragraph in block.paragraphs()]


@dataclass(slots=True)
class Table:
    """Rows of equal length, the first is the header; a merged cell has its value in its first place."""

    rows: list[list[Paragraph]] = field(default_factory=list)

    def paragraphs(self) -> list[Paragraph]:
        """The cells that are not empty."""
        return [cell for row in self.rows for cell in row if cell.inlines]


Block = Paragraph | Image | Video | ItemList | Quote | Table


def to_html(blocks: Iterable[Block]) -> str:
    """A ``<div>`` of p, h2–h6, img, ul, ol, blockquote and table; no attributes but href, title, src and alt."""
    root = etree.Element("div")
    for block in blocks:
        _append(root, block)
    return etree.tostring(root, encoding="unicode", method="html")


def _append(parent: _Element, block: Block) -> None:
    match block:
        case Paragraph():
            _fill(SubElement(parent, block.tag), block.inlines)
        case Video():
            _fill(SubElement(parent, "p"), block.paragraphs()[0].inlines)
        case Image():
            SubElement(SubElement(parent, "p"), "img", src=block.src, alt=block.caption)
            if block.caption:
                _fill(SubElement(parent, "p"), [Inline(block.caption, italic=True)])
        case ItemList():
            items = SubElement(parent, "ol" if block.ordered else "ul")
            for item in block.items:
                _fill(SubElement(items, "li"), item.inlines)
        case Quote():
            quote = SubElement(parent, "blockquote")
            for inner in block.blocks:
                _append(quote, inner)
        case Table():
            table = SubElement(parent, "table")
            for number, row in enumerate(block.rows):
                line = SubElement(table, "tr")
                for cell in row:
                    _fill(SubElement(line, "td" if number else "th"), cell.inlines)


def _fill(element: _Element, inlines: list[Inline]) -> None:
    last: _Element | None = None
    for inline in inlines:
        holder = element
        if inline.href:
            holder = SubElement(holder, "a", {"href": inline.href} | ({"title": inline.title} if inline.title else {}))
        outermost = holder
        if inline.bold:
            holder = SubElement(holder, "strong")
            outermost = holder if outermost is element else outermost
        if inline.italic:
            holder = SubElement(holder, "em")
            outermost = holder if outermost is element else outermost
        if holder is not element:
            holder.text, last = inline.text, outermost
        elif last is not None:
            last.tail = (last.tail or "") + inline.text
        else:
            element.text = (element.text or "") + inline.text
