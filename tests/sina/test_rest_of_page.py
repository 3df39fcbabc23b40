"""A page of which the rest was not parsed says the same as the whole page, whatever stands in the rest."""

from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest

from crawler.sina import article
from crawler.sina.decoding import to_utf8
from crawler.sina.rest_of_page import NeedsWholePage, parse_front
from crawler.sina.urls import NotAnArticle
from tests.support.crawling import SITE

URL = "https://finance.sina.com.cn/roll/2024-03-04/doc-inamqhtv5093318.shtml"
LONG = "<ul>{}</ul>".format("<li><a href='/china/'>新闻</a></li>" * 200).encode()
PAGE = (
    '<html><head><title>t_x</title></head><body><div class="main"><h1 class="main-title">T</h1>'
    '<div class="date-source"><span class="date">2024年03月04日 10:00</span><a class="source">S</a></div>'
    f'<div class="article" id="artibody"><p>正文</p></div><!--rest--></div>{LONG.decode()}</body></html>'
).encode()
EDITOR = '<p class="article-editor">责任编辑：张三</p>'.encode()
# What changes a page's meaning wherever it stands, and what may upset a reader of tags.
PIECES = [
    b"<div>",
    b"</div>",
    b"<DIV >",
    b'"',
    b"'",
    b"<!--",
    b"-->",
    b"<script>",
    b"</script>",
    b"<style>.show_author{}</style>",
    b"<script>document.write('<div id=\"artibody\">')</script>",
    b'<div id="artibody"><p>other</p></div>',
    b"<div id=artibody class=article_16>" + b"x" * 500 + b"</div>",
    b"<div ID = 'artibody'>y</div>",
    b'<div class="x\n article" id="article">z</div>',
    b'<div id="articleContent">',
    b'<h1 class="main-title">U</h1>',
    EDITOR,
    '<p class="show_author">责任编辑：李四'.encode(),
    b'<meta property="og:title" content="V">',
    b"<META name='keywords' content='k'>",
    b'<body class="article" id="artibody">',
    b'<html id="artibody">',
    b"</body></html>",
    b"<table>",
    b"</table>",
    b"<textarea>",
    b"<embed>",
    b"<p>",
    b"</p>",
    b"&lt",
    '<span class="date">2020年01月02日 11:00</span>'.encode(),
    b'<span id="pub_date">2020-01-02</span>',
    b'<td class="l17">w</td>',
    b"<section class='art_content'>v</section>",
    b"<end-of-front>",
    b"<title>W_x</title>",
]


def result(page: bytes) -> Any:
    try:
        return article.parse_page(page, URL)
    except NotAnArticle as error:
        return error.reason


def whole(page: bytes) -> Any:
    def no_front(_text: bytes) -> Any:
        raise NeedsWholePage

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(article, "parse_front", no_front)
        return result(page)


def is_told_by_its_front(page: bytes) -> bool:
    try:
        tree, rest = parse_front(to_utf8(page))
        article._read(tree, rest, False, article.address_of(URL), URL, None)
    except (NeedsWholePage, NotAnArticle):
        return False
    return True


def changed(pages: list[bytes], count: int, seed: int) -> Iterator[bytes]:
    """Pages with pieces put in, parts taken out, and ends cut off, mostly about the end of the article."""
    chance = Random(seed)
    for _ in range(count):
        page = chance.choice(pages)
        for _ in range(chance.randrange(1, 4)):
            middle = max(page.rfind(b"</p>"), 0)
            at = chance.choice([chance.randrange(len(page)), max(middle + chance.randrange(-300, 300), 0)])
            out = chance.choice([0, 0, 0, 1, 7, 40, 3000])
            page = page[:at] + chance.choice(PIECES) + page[at + out :]
        yield page[: chance.choice([len(page)] * 9 + [chance.randrange(len(page))])]


def pages() -> list[bytes]:
    saved = [path.read_bytes() for path in sorted(Path(SITE).rglob("*.s*html")) if path.is_file()]
    return [PAGE, *(page.replace(b"</body>", LONG + b"</body>") for page in saved)]


def test_the_saved_pages_say_the_same() -> None:
    told = [is_told_by_its_front(page) for page in pages()]
    assert sum(told) > 15
    assert [result(page) for page in pages()] == [whole(page) for page in pages()]


def test_changed_pages_say_the_same() -> None:
    differing = [page for page in changed(pages(), 400, seed=1) if result(page) != whole(page)]
    assert differing == []


@pytest.mark.parametrize("piece", PIECES, ids=lambda piece: piece.decode()[:40])
@pytest.mark.parametrize("place", [b"<!--rest-->", b"</body>", b"</div><!--rest-->", b"</p></div>", b"<h1"])
def test_each_piece_says_the_same_at_each_place(piece: bytes, place: bytes) -> None:
    page = PAGE.replace(place, piece + place, 1)
    assert result(page) == whole(page)


@pytest.mark.parametrize(
    "piece",
    [
        b'<script>var bid="artibody"; var date = source; $("#artibody")</script>',
        b"<style>.show_author,#pub_date{}</style>",
        b'<a href="/article/date/">the article</a>',
    ],
)
def test_what_only_looks_like_an_answer_costs_nothing(piece: bytes) -> None:
    assert is_told_by_its_front(PAGE)
    assert is_told_by_its_front(PAGE.replace(b"</body>", piece + b"</body>"))


def test_an_editor_behind_the_body_is_read_with_the_front() -> None:
    page = PAGE.replace(b"<!--rest-->", EDITOR)
    assert is_told_by_its_front(page)
    assert result(page).article.editor == "张三"


@pytest.mark.parametrize("between", [b"", b'"', b" " * 200, b"\n" * 99 + b"'"], ids=["", "quote", "spaces", "lines"])
def test_an_id_is_seen_however_far_its_value_stands(between: bytes) -> None:
    page = PAGE.replace(b"</body>", b"<div class=article id =" + between + b"artibody>" + b"x" * 99 + b"</div></body>")
    assert not is_told_by_its_front(page)
    assert result(page) == whole(page)


def test_a_page_in_doubt_is_not_refused_for_its_front() -> None:
    body = '<div class="article" id="artibody">后面的正文</div>'
    page = PAGE.replace("正文".encode(), b"").replace(b"</body>", f"{body}</body>".encode())
    assert "后面的正文" in result(page).article.body_html
