"""What mkdocs does besides: every document of the project is a page, in the order in which README.md links them."""

import re
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import event_priority

ROOT = Path(__file__).resolve().parents[1]
_CHINESE = ".zh-CN.md"
_PAGES = ("*.md", "docs/*.md", "deploy/*.md", "bench/*.md")
_PICTURES = ("docs/images/*", "bench/*.svg")
# mkdocs takes all that is in one folder, which can't be the checkout: it has environments and archives in it.
_STAGE = TemporaryDirectory(prefix="docs-")


def _paths(patterns: tuple[str, ...]) -> list[str]:
    return sorted(path.relative_to(ROOT).as_posix() for pattern in patterns for path in ROOT.glob(pattern))


@event_priority(100)  # before the languages are told apart
def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """The pages, at the paths of the checkout, so that links between them hold; and the navigation."""
    config.docs_dir = _STAGE.name
    for path in _paths(_PAGES + _PICTURES):
        copy = Path(_STAGE.name, path)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / path, copy)
    pages = [path for path in _paths(_PAGES) if not path.endswith(_CHINESE)]
    linked = re.findall(r"\]\(([\w./-]+\.md)", (ROOT / "README.md").read_text(encoding="utf-8"))
    first = [path for path in dict.fromkeys(["README.md", *linked]) if path in pages]
    config.nav = [*first, *(path for path in pages if path not in first)]
    return config


@event_priority(100)
def on_page_markdown(markdown: str, **_about: Any) -> str:
    """The site has a switch for the language: the line for it goes, and links lead to pages of the same language."""
    markdown = re.sub(r"^\[(?:中文|English)\]\([^)]+\)\n", "", markdown, count=1, flags=re.M)
    return re.sub(rf"\]\(([^):]+){re.escape(_CHINESE)}", r"](\1.md", markdown)
