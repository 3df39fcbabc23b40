"""What stands in an answer, whatever its form: blocks of text, table cells, and images."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from lxml import html
from markdown_it import MarkdownIt

from bench.extractors import Output

_BLOCKS = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "li", "blockquote", "pre"})
_UNSEEN = re.compile(r"[\s\u3000\u200b\ufeff]+")
_markdown = MarkdownIt("commonmark").enable("table")


@dataclass(frozen=True, slots=True)
class Answer:
    """``text`` is all that can be read outside tables; blocks and cells are without whitespace."""

    text: str
    blocks: tuple[str, ...]
    images: tuple[str, ...]
    cells: tuple[str, ...] = ()


def read(output: Output) -> Answer:
    """The answer in an extractor's output."""
    match output.form:
        case "markdown":
            return read_markdown(output.text)
        case "html":
            return _read_html(output.text)
        case "plain":
            blocks = _filled(squeeze(line) for line in output.text.splitlines())
            return Answer("".join(blocks), blocks, output.images)


def read_markdown(text: str) -> Answer:
    """The answer that CommonMark with tables shows."""
    return _read_html(_markdown.render(text))


def squeeze(text: str) -> str:
    """`text` without whitespace and characters that can't be seen."""
    return _UNSEEN.sub("", text)


def _read_html(text: str) -> Answer:
    tree = html.fragment_fromstring(text, create_parent="div")
    images = _filled(image.get("src") or "" for image in tree.iter("img"))
    cells = _filled(squeeze(str(cell.text_content())) for cell in tree.iter("td", "th"))
    for table in list(tree.iter("table")):
        table.drop_tree()
    innermost = (
        block for block in tree.iter(*_BLOCKS) if not any(inner.tag in _BLOCKS for inner in block.iterdescendants())
    )
    blocks = _filled(squeeze(str(block.text_content())) for block in innermost)
    return Answer(squeeze(str(tree.text_content())), blocks, images, cells)


def _filled(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(text for text in texts if text)
