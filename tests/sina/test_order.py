"""Any text in an article comes out, in order and once."""

import re
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html

from crawler.post.extraction import extract
from crawler.post.plain_text import plain_text
from crawler.sina.article import parse_page
from tests.support.random_markup import Words, random_body
from tests.support.snippets import URL, page

WORD = re.compile(r"词\d+词")
DESCRIPTION = re.compile(r"!\[[^\]]*\]")  # of a picture: its caption, which stands below it, too


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(st.integers(0, 2**32))
def test_every_word_of_a_body_is_read_once_and_in_order(seed: int) -> None:
    words = Words()
    body = random_body(Random(seed), words)
    article = parse_page(page(body), URL).article
    assert WORD.findall(html.fragment_fromstring(article.body_html).text_content()) == words.all


@settings(max_examples=60, deadline=None, derandomize=True, database=None)
@given(st.integers(0, 2**32))
def test_every_word_of_a_body_stands_in_its_post(seed: int) -> None:
    words = Words()
    article = parse_page(page(f"{random_body(Random(seed), words)}<p>尾。</p>"), URL).article
    markdown = extract(article.body_html, article.layout, URL).markdown
    assert WORD.findall(DESCRIPTION.sub("", markdown)) == words.all
    assert WORD.findall(plain_text(markdown)) == words.all
