"""trafilatura's rules for boilerplate find what they found before, and are not asked of what they can't fit."""

import subprocess
import sys

import pytest
from lxml import html
from lxml.etree import XPath

from bench.make_site import article_pages
from crawler.post.trafilatura_rules import RULES, spare_bare_elements
from crawler.sina.decoding import decode
from tests.support.crawling import ROOT, SITE, environment

_UNTOUCHED = """
from trafilatura import xpaths as x
rules = (x.OVERALL_DISCARD_XPATH, x.RAW_TREE_PRUNE_XPATH, x.REMOVE_COMMENTS_AND_LISTS_XPATH)
print([rule.path for of_kind in rules for rule in of_kind])
"""
_TAGS = (
    "div",
    "item",
    "list",
    "p",
    "section",
    "span",
    "aside",
    "details",
    "ol",
    "ul",
    "li",
    "table",
    "a",
    "b",
    "h2",
    "footer",
)
_ATTRIBUTES = ("id", "class", "role", "style", "data-component", "aria-hidden", "title")
_VALUES = ("comments", "share-box", "nav", "hidden", "display:none", "true", "MostPopularStories", "article", "")
_NAMESPACES = {"re": "http://exslt.org/regular-expressions"}


@pytest.fixture(scope="module")
def originals() -> list[XPath]:
    """The rules as the library has them, from a process in which nobody changed them."""
    words = [sys.executable, "-c", _UNTOUCHED]
    run = subprocess.run(words, capture_output=True, text=True, check=True, cwd=ROOT, env=environment())
    paths: list[str] = eval(run.stdout)
    return [XPath(path, namespaces=_NAMESPACES) for path in paths]


def _pages() -> list[html.HtmlElement]:
    bare = "".join(f"<{tag}>分享 share comments nav</{tag}>" for tag in _TAGS)
    marked = "".join(
        f'<{tag} {name}="{value}">文</{tag}>' for tag in _TAGS for name in _ATTRIBUTES for value in _VALUES
    )
    saved = [decode(page) for page in article_pages(SITE)]
    return [html.document_fromstring(page) for page in (f"<body>{bare}{marked}</body>", *saved)]


def test_every_rule_finds_what_it_found(originals: list[XPath]) -> None:
    spare_bare_elements()
    spared = [rule for rules in RULES for rule in rules]
    assert len(spared) == len(originals)
    assert all(".//*[@*]" in rule.path for rule in spared), "a rule of another form: is it as dear?"
    pages = _pages()
    for rule, original in zip(spared, originals, strict=True):
        assert [rule(page) for page in pages] == [original(page) for page in pages]
    assert any(rule(pages[0]) for rule in spared)
