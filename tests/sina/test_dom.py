"""The page as a tree."""

import pytest

from crawler.sina.dom import parse_html, text_content
from tests.support.snippets import article_body, blocks_html


@pytest.mark.parametrize("tag", ["embed", "source", "track", "wbr", "keygen", "bgsound"])
def test_what_follows_an_element_that_holds_nothing_is_not_lost_in_it(tag: str) -> None:
    assert article_body(f'<p>甲<{tag} src="x">乙</p><p>丙</p>') == "<p>甲乙</p><p>丙</p>"
    assert article_body(f'<p>甲</p><{tag} src="x"><p>乙</p><p>丙</p>') == "<p>甲</p><p>乙</p><p>丙</p>"
    assert blocks_html(f'<p>甲</p><{tag} src="x"></{tag}><p>乙</p>') == "<p>甲</p><p>乙</p>"


def test_a_template_engines_attributes_are_taken_out() -> None:
    root = parse_html(b'<p {{x}} class="a">b</p>')
    assert (root.findall(".//p")[0].items(), text_content(root)) == ([("class", "a")], "b")
