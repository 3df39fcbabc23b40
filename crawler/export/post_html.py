"""The Markdown of a post as HTML, for those who read it outside of a site."""

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it import MarkdownIt


def post_html(markdown: str) -> str:
    """As CommonMark with tables has it; of HTML the posts' own is kept: ``<sup>``, ``<del>``, ``<pre>``."""
    html: str = _renderer().render(markdown)
    return html.rstrip("\n")


@cache
def _renderer() -> "MarkdownIt":
    from markdown_it import MarkdownIt  # a run that writes no feed does without

    return MarkdownIt("commonmark", {"html": True}).enable("table")
