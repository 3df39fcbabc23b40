"""The Markdown read back shows what was written: text, links, images, tables, the numbers of lists, marks and lines."""

from contextlib import suppress
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html
from markdown_it import MarkdownIt

from crawler.items import Article
from crawler.post.extraction import extract
from crawler.post.markdown import to_markdown
from crawler.sina.article import parse_page
from crawler.sina.blocks import Block, to_html
from crawler.sina.layouts import UNKNOWN
from crawler.sina.urls import NotAnArticle
from tests.support.crawling import SITE
from tests.support.random_blocks import random_blocks
from tests.support.read_back import Held, read_back

RENDERER = MarkdownIt("commonmark", {"html": True}).enable("table")


def shown(markdown: str) -> Held:
    return read_back(html.fragment_fromstring(RENDERER.render(markdown), create_parent="div"))


def holds(blocks: list[Block]) -> None:
    body = to_html(blocks)
    assert shown(to_markdown(html.fragment_fromstring(body))) == read_back(html.fragment_fromstring(body))


@settings(max_examples=400, deadline=None, derandomize=True, database=None)
@given(st.integers(0, 2**32))
def test_any_blocks_come_back(seed: int) -> None:
    holds(random_blocks(Random(seed)))


def bundled() -> list[Article]:
    """The articles of the bundled site whose layout is known."""
    articles = []
    for path in sorted(SITE.rglob("*")):
        if path.is_file():
            with suppress(NotAnArticle):
                articles.append(parse_page(path.read_bytes(), f"https://{path.relative_to(SITE)}").article)
    return [article for article in articles if article.layout != UNKNOWN]


@pytest.mark.parametrize("article", bundled(), ids=lambda article: article.doc_id)
def test_a_bundled_article_comes_back(article: Article) -> None:
    markdown = extract(article.body_html, article.layout, article.url).markdown
    assert shown(markdown) == read_back(html.fragment_fromstring(article.body_html))
