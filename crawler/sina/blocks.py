"""The plain blocks that an article's body is made of, and the HTML they are handed on as."""

from collections.abc import Iterable, Iterator
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
    """A video that the page embeds, kept as a link; ``url``, and ``poster``, a picture, are http(s) addresses."""

    title: str
    url: str
    poster: str = ""

    def paragraphs(self) -> list[Paragraph]:
        """The link to the video, as a paragraph."""
        return [Paragraph([Inline("视频", href=self.url, title=self.title)])]


@dataclass(slots=True)
class Item:
    """What stands in one item of a list; ``number`` is the one that a numbered list shows before it."""

    blocks: list["Block"]
    number: int = 1


@dataclass(slots=True)
class ItemList:
    """A bulleted or numbered list. Numbers that are not plain ones (``a.``, ``一、``) are text of the items."""

    items: list[Item]
    ordered: bool = False

    @classmethod
    def of(cls, texts: Iterable[Paragraph], ordered: bool = False) -> "ItemList":
        """A list of one paragraph an item, numbered from 1."""
        return cls([Item([text], number) for number, text in enumerate(texts, start=1)], ordered)

    def paragraphs(self) -> list[Paragraph]:
        """The paragraphs of all items."""
        return [paragraph for item in self.items for block in item.blocks for paragraph in block.paragraphs()]

    @property
    def is_link(self) -> bool:
        """True where nothing but links can be read."""
        return all(
            isinstance(block, (Paragraph, ItemList)) and block.is_link for item in self.items for block in item.blocks
        )


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


@dataclass(slots=True)
class Preformatted:
    """Figures that spaces put in columns; ``text`` keeps its lines and spaces."""

    text: str

    def paragraphs(self) -> list[Paragraph]:
        """A paragraph a line."""
        return [Paragraph([Inline(" ".join(line.split()))]) for line in self.text.split("\n") if line.strip()]


Block = Paragraph | Image | Video | ItemList | Quote | Table | Preformatted


def images_of(blocks: Iterable[Block]) -> Iterator[str]:
    """The addresses of all images, those in lists and quotations too."""
    for block in blocks:
        match block:
            case Image():
                yield block.src
            case Quote():
                yield from images_of(block.blocks)
            case ItemList():
                yield from (src for item in block.items for src in images_of(item.blocks))


def readable_text(block: Block) -> str:
    """What can be read of a block in one line; of a picture without a caption, its address."""
    text = " ".join(paragraph.text for paragraph in block.paragraphs())
    return text or (block.src if isinstance(block, Image) else "")


def to_html(blocks: Iterable[Block]) -> str:
    """A ``<div>`` of p, h2–h6, img, ul, ol, blockquote, table and pre; strong, em, a and MARKS in the line.

    No attributes but href, title, src and alt, and start and value of numbers that are not the next ones.
    """
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
            _append_list(parent, block)
        case Quote():
            quote = SubElement(parent, "blockquote")
            for inner in block.blocks:
                _append(quote, inner)
        case Preformatted():
            SubElement(parent, "pre").text = block.text
        case Table():
            table = SubElement(parent, "table")
            for number, row in enumerate(block.rows):
                line = SubElement(table, "tr")
                for cell in row:
                    _fill(SubElement(line, "td" if number else "th"), cell.inlines)


def _append_list(parent: _Element, block: ItemList) -> None:
    items = SubElement(parent, "ol" if block.ordered else "ul")
    number = 1
    for item in block.items:
        line = SubElement(items, "li")
        if block.ordered and item.number != number:
            (items if item is block.items[0] else line).set(
                "start" if item is block.items[0] else "value", str(item.number)
            )
        number = item.number + 1
        match item.blocks:
            case [Paragraph(inlines, "p"), *others] if not any(isinstance(other, Paragraph) for other in others):
                _fill(line, inlines)
            case others:
                pass
        for inner in others:
            _append(line, inner)


def _fill(element: _Element, inlines: list[Inline]) -> None:
    last: _Element | None = None
    for inline in inlines:
        holder, outermost = element, None
        for tag in (*inline.marks, "a" * bool(inline.href), "strong" * inline.bold, "em" * inline.italic):
            if tag:
                holder = SubElement(holder, tag)
                outermost = holder if outermost is None else outermost
            if tag == "a":
                holder.attrib.update({"href": inline.href} | ({"title": inline.title} if inline.title else {}))
        if outermost is not None:
            holder.text, last = inline.text, outermost
        elif last is not None:
            last.tail = (last.tail or "") + inline.text
        else:
            element.text = (element.text or "") + inline.text
