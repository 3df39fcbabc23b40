"""Sina's own word that a page is gone: the short page that it sends in the place of a removed one."""

import re

from lxml.etree import XPath, _Element

_WORD = re.compile(
    r"页面没有找到|您访问的页面不存在|该页面已被删除|文章不存在|内容不存在或已被删除|404\s{0,9}Not\s{0,9}Found", re.I
)
# Such a page says little else. An article that quotes the words has paragraphs of its own.
_MOST_TEXT = 600  # characters, without white space
_LONGEST_PARAGRAPH = 60
_SHOWN = XPath("descendant::text()[not(ancestor::script or ancestor::style or ancestor::noscript)]")
_PARAGRAPHS = XPath("descendant::p")


def says_removed(tree: _Element) -> bool:
    """True for Sina's page for lost pages; False for one that only quotes its words."""
    body = tree.find("body")
    if body is None:
        return False
    text = "".join("".join(_SHOWN(body)).split())
    if len(text) > _MOST_TEXT or not _WORD.search(" ".join(_SHOWN(body))):
        return False
    paragraphs = ("".join("".join(_SHOWN(paragraph)).split()) for paragraph in _PARAGRAPHS(body))
    return not any(len(paragraph) > _LONGEST_PARAGRAPH for paragraph in paragraphs)
