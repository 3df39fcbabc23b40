"""What mkdocs does besides: every document of the project is a page, in the order in which README.md links them."""

import re
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import event_priority
from mkdocs.structure.files import File, Files

ROOT = Path(__file__).resolve().parents[1]
_CHINESE = ".zh-CN.md"
_PAGES = ("*.md", "docs/*.md", "deploy/*.md", "bench/*.md")
_PICTURES = ("docs/images/*", "bench/*.svg")


def _paths(patterns: tuple[str, ...]) -> list[str]:
    return sorted(path.relative_to(ROOT).as_posix() for pattern in patterns for path in ROOT.glob(pattern))


@event_priority(100)  # before the languages are told apart
def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """The navigation: README.md, what it links, and the rest. It is asked once for each language."""
    config.docs_dir = str(ROOT / "docs")  # which is searched, and the whole checkout is not
    pages = [path for path in _paths(_PAGES) if not path.endswith(_CHINESE)]
    linked = re.findall(r"\]\(([\w./-]+\.md)", (ROOT / "README.md").read_text(encoding="utf-8"))
    first = [path for path in dict.fromkeys(["README.md", *linked]) if path in pages]
    config.nav = [*first, *(path for path in pages if path not in first)]
    return config


@event_priority(100)
def on_files(files: Files, config: MkDocsConfig) -> Files:
    """The documents where they stand in the checkout, so that links between them hold; and what the theme brings."""
    ours = [file for file in files if file.src_dir == config.docs_dir]
    for file in ours:
        files.remove(file)
    config.docs_dir = str(ROOT)
    for path in _paths(_PAGES + _PICTURES):
        files.append(File(path, config.docs_dir, config.site_dir, config.use_directory_urls))
    return files


@event_priority(100)
def on_page_markdown(markdown: str, **_about: Any) -> str:
    """The site has a switch for the language: the line for it goes, and links lead to pages of the same language."""
    markdown = re.sub(r"^\[(?:中文|English)\]\([^)]+\)\n", "", markdown, count=1, flags=re.M)
    return re.sub(rf"\]\(([^):]+){re.escape(_CHINESE)}", r"](\1.md", markdown)
