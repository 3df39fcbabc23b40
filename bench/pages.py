"""Saved pages with checked expectations: what the tools are given and what a perfect answer holds.

A folder of pages has ``site/`` (laid out as ``wget -x`` lays it) and ``expected/*.json``, one an
article: ``url``, ``blocks`` (its paragraphs in order), and if it has any ``captions``, ``images``
and ``tables`` (rows of cells).
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.reading import read_markdown
from crawler.post.front_matter import load
from crawler.replay.saved_site import SavedSite

BUNDLED = Path("tests/fixtures")
_SOURCE = re.compile(r"\[原文链接\]\((\S+?)\)\s*$")


@dataclass(frozen=True, slots=True)
class SavedPage:
    """One article. ``may`` is text that may stand in an answer or not: captions, and table cells."""

    name: str
    url: str
    body: bytes
    blocks: tuple[str, ...]
    may: tuple[str, ...]
    images: tuple[str, ...]


def load_pages(folder: Path) -> list[SavedPage]:
    """The articles of `folder`; for the bundled fixtures the expected posts are the expectation."""
    pages = list(_from_posts(folder) if folder == BUNDLED else _from_json(folder))
    if not pages:
        raise FileNotFoundError(f"no expectations with saved pages in {folder}/expected")
    return pages


def _from_json(folder: Path) -> Iterator[SavedPage]:
    site = SavedSite(folder / "site")
    for path in sorted((folder / "expected").glob("*.json")):
        gold: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        cells = [cell for table in gold.get("tables") or () for row in table for cell in row]
        if body := site.read(gold["url"]):
            may = (*gold.get("captions", ()), *cells)
            yield SavedPage(path.stem, gold["url"], body, tuple(gold["blocks"]), may, tuple(gold.get("images", ())))


def _from_posts(folder: Path) -> Iterator[SavedPage]:
    """Single pages only: a tool is given one page, and a post may join several."""
    site = SavedSite(folder / "site")
    for path in sorted((folder / "expected").rglob("*.md")):
        _, content = load(path.read_text(encoding="utf-8"))
        source = _SOURCE.search(content)
        body = source and site.read(source[1])
        if source and body and "下一页".encode() not in body and "下一页".encode("gb18030") not in body:
            answer = read_markdown(content[: source.start()])
            yield SavedPage(path.stem, source[1], body, answer.blocks, answer.cells, answer.images)
