"""The project's documents, as a reader of Markdown sees them: headings, links, code, and the rows of tables."""

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from markdown_it import MarkdownIt
from markdown_it.token import Token

from tests.support.crawling import ROOT

CHINESE = ".zh-CN.md"
README, OPERATE = ROOT / "README.md", ROOT / "docs/operate.md"
# What is for readers, and so in two languages; what the program writes, and the history of versions, are in one.
FOR_READERS = sorted(
    path
    for pattern in ("README.md", "CONTRIBUTING.md", "docs/*.md", "deploy/*.md")
    for path in ROOT.glob(pattern)
    if not path.name.endswith(CHINESE)
)
ALL = sorted(path for pattern in ("*.md", "docs/*.md", "deploy/*.md", "bench/*.md") for path in ROOT.glob(pattern))


class Block(NamedTuple):
    """A code block, and the language that it says it is in."""

    language: str
    text: str


def twin(document: Path) -> Path:
    """Its Chinese twin, or that of a picture; it may be missing."""
    return document.with_name(f"{document.stem}.zh-CN{document.suffix}")


@cache
def tokens(document: Path) -> tuple[Token, ...]:
    """What Markdown makes of it."""
    return tuple(MarkdownIt("commonmark").enable("table").parse(document.read_text(encoding="utf-8")))


def inlines(document: Path) -> Iterator[Token]:
    """Every part of a text, a link or code among them."""
    for token in tokens(document):
        yield from token.children or ()


def headings(document: Path) -> list[tuple[int, str]]:
    """Level and text of each."""
    pairs = zip(tokens(document), tokens(document)[1:], strict=False)
    return [(int(first.tag[1:]), _text(second)) for first, second in pairs if first.type == "heading_open"]


def anchors(document: Path) -> set[str]:
    """The names of its headings in addresses, as GitHub makes them; a name that is taken gets a number."""
    seen: Counter[str] = Counter()
    names = set()
    for _, text in headings(document):
        name = re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-")
        names.add(f"{name}-{seen[name]}" if seen[name] else name)
        seen[name] += 1
    return names


def links(document: Path) -> list[str]:
    """Where its links lead, and where its pictures are."""
    targets = [token.attrGet("href") or token.attrGet("src") for token in inlines(document)]
    return [str(target) for target in targets if target]


def spans(document: Path) -> list[str]:
    """What stands in backticks."""
    return [token.content for token in inlines(document) if token.type == "code_inline"]


def blocks(document: Path) -> list[Block]:
    """Its code blocks."""
    return [Block(token.info, token.content) for token in tokens(document) if token.type == "fence"]


def shell_lines(document: Path) -> list[str]:
    """The commands that it shows."""
    return [line for block in blocks(document) if block.language == "sh" for line in block.text.splitlines() if line]


def table_keys(document: Path) -> list[list[str]]:
    """Of each row of its tables, what stands in backticks in the first cell, sorted, or its numbers."""
    return [_keys(row[0]) for row in _rows(document)]


def _rows(document: Path) -> Iterator[list[Token]]:
    row: list[Token] = []
    for first, second in zip(tokens(document), tokens(document)[1:], strict=False):
        if first.type == "td_open":
            row.append(second)
        elif first.type == "tr_close" and row:
            yield row
            row = []


def _keys(cell: Token) -> list[str]:
    named = [token.content for token in cell.children or () if token.type == "code_inline"]
    return sorted(named) or re.findall(r"\d+", cell.content)


def _text(inline: Token) -> str:
    return "".join(token.content for token in inline.children or ())
