"""Names of characters, as a browser reads them."""

import pytest

from crawler.sina.dom import parse_html, text_content
from crawler.sina.entities import known_entities
from tests.support.snippets import blocks_html


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("A&nbspB", "A\xa0B"),
        ("&copy2024 &times3 AT&amp;T R&D a&b", "©2024 ×3 AT&T R&D a&b"),
        ("5&lt6，&ltscript>", "5<6，<script>"),
        ("&apos;q&apos;&comma;&hellip;", "'q',…"),
        ("&amp;nbsp;&nosuch;", "&nbsp;&nosuch;"),
        ('<a href="?a=1&copy=2&lt=3">甲&nbsp</a>', "甲\xa0"),
    ],
    ids=["without semicolon", "old ones", "markup", "of HTML 5", "neither", "beside a tag"],
)
def test_a_name_shows_its_character(text: str, shown: str) -> None:
    assert text_content(parse_html(known_entities(f"<p>{text}</p>".encode()))) == shown


def test_an_address_keeps_its_parameters() -> None:
    link = b'<a href="http://a.cn/?a=1&copy=2&lt=3&para4">&nbsp</a>'
    assert known_entities(link) == link.replace(b">&nbsp<", ">\xa0<".encode())


def test_a_text_of_known_names_stays_as_it_is() -> None:
    assert known_entities(b"&nbsp;&lt;&hellip;") == b"&nbsp;&lt;&hellip;"


@pytest.mark.parametrize(
    ("text", "shown"),
    [("1&nbsp;234.5", "1 234.5"), ("3&nbsp;%", "3 %"), ("12&nbsp;\n亿", "12亿"), ("１２３４", "１２３４")],
)
def test_numbers_stay_what_they_are(text: str, shown: str) -> None:
    assert blocks_html(f"<p>{text}</p>") == f"<p>{shown}</p>"
