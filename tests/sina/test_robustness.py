"""Whatever the bytes of a page are, they give an article with a body or a reason why there is none, in time."""

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.sina.article import parse_page
from crawler.sina.urls import NotAnArticle
from tests.support.snippets import PICTURE, SITE, URL, page

pytestmark = pytest.mark.slow

IMG = f'<img src="{PICTURE}">'
CELLS = "<tr><td>1<td>2<tr><td>3<td>4"


@cache
def bundled() -> tuple[bytes, ...]:
    """All bundled pages, the smallest first."""
    paths = (path for path in SITE.rglob("*") if path.is_file() and "feed.mix" not in path.parts[-4])
    return tuple(sorted((path.read_bytes() for path in paths), key=lambda body: (len(body), body)))


def holds(body: bytes) -> None:
    """Fails unless `body` is an article with a body, or none for a reason of one word."""
    try:
        article = parse_page(body, URL).article
    except NotAnArticle as refused:
        assert refused.reason.isidentifier()
        return
    assert article.body_html.removeprefix("<div>").removesuffix("</div>")
    assert article.title.strip() == article.title != ""
    article.body_html.encode()


@contextmanager
def within(seconds: float) -> Iterator[None]:
    began = time.process_time()
    yield
    assert time.process_time() - began < seconds


def test_the_bundled_pages_are_among_those_that_are_mutated() -> None:
    assert len(bundled()) == 34


@pytest.mark.parametrize("number", range(0, 34, 2))
def test_a_page_may_be_cut_anywhere(number: int) -> None:
    body = bundled()[number]
    for end in range(0, len(body), 251):
        holds(body[:end])
        if end % 3 == 0:
            holds(body[end:])


@pytest.mark.parametrize("number", range(1, 34, 2))
def test_any_bytes_of_a_page_may_be_wrong(number: int) -> None:
    chance = random.Random(number)
    body = bundled()[number]
    for _ in range(25):
        broken = bytearray(body)
        for place in chance.choices(range(len(body)), k=chance.choice([1, 20, 500])):
            broken[place] = chance.randrange(256)
        holds(bytes(broken))


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32-be", "big5", "shift_jis", "utf-7", "latin-1", "gb18030"])
def test_a_page_may_be_in_any_encoding(encoding: str) -> None:
    for body in bundled()[::5]:
        text = body.decode("gb18030", errors="ignore").encode(encoding, errors="ignore")
        holds(text)


TOKENS = """
<p> </p> <div> </div> <b> </b> <a> </a> <br> <table> <tr> <td> </table> <ul> <li> </ul> <center> </center> <h2> <font>
<blockquote> </blockquote> <script> </script> <!-- --> <![CDATA[ <?xml &nbsp; &#xd800; 文 文。
<!--NEWSZW_HZH_BEGIN--> <!--NEWSZW_HZH_END--> <!--publish_helper_end--> 原标题：乙 相关新闻 往期回顾
<a/href=//a.cn> <font/id=zoom> <div/id=artibody> <div/class=video-2017> 编辑：甲
"""
PIECES = [*TOKENS.split(), IMG, "（记者 丙）", "\u3000", "\n"]


@settings(max_examples=400, deadline=None, derandomize=True, database=None)
@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=2), max_size=25).map("".join))
def test_any_markup_in_a_body_is_read_or_refused(body: str) -> None:
    holds(page(body, tail=body))


@settings(max_examples=200, deadline=None, derandomize=True, database=None)
@given(st.binary(max_size=60))
def test_any_bytes_in_a_body_are_read_or_refused(any_bytes: bytes) -> None:
    holds(page("<p>文MARK章</p>").replace(b"MARK", any_bytes))
    holds(any_bytes)


UNFIT = ["&#1;", "&#8;", "&#31;", "&#xfffe;"]


@pytest.mark.parametrize(
    "reference",
    ["&#0;", "&#x7f;", "&#xd83d;", "&#99999999;", *(pytest.param(unfit) for unfit in UNFIT)],
)
def test_any_character_by_number_is_read_or_refused(reference: str) -> None:
    holds(page(f'<p title="{reference}">文{reference}</p><a href="//a.cn/">{reference}甲</a>'))


@pytest.mark.parametrize("depth", [100, 10_000])
@pytest.mark.parametrize("tag", ["div", "span", "font", "table><tr><td", "ul", "a"])
def test_tags_may_nest_as_deep_as_they_like(tag: str, depth: int) -> None:
    with within(10):
        holds(page("<p>文</p>" + f"<{tag}>{IMG}" * depth + "文"))


@pytest.mark.parametrize("depth", [100, pytest.param(250)])
@pytest.mark.parametrize("tag", ["center", "blockquote", "figure"])
def test_boxes_may_nest_as_deep_as_they_like(tag: str, depth: int) -> None:
    holds(page("<p>文</p>" + f"<{tag}>{IMG}" * depth + "文"))


@pytest.mark.parametrize("depth", [5, 10, pytest.param(40), pytest.param(10_000)])
def test_lists_in_lists_do_not_multiply(depth: int) -> None:
    with within(1):
        holds(page("<ul><li>文" * depth))


@pytest.mark.parametrize("tag", ["font", "span", "div"])
def test_text_behind_hundreds_of_unclosed_tags_is_not_lost(tag: str) -> None:
    assert "末段" in parse_page(page(f"<{tag}>文<br>" * 400 + "末段"), URL).article.body_html


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(page("文<br>" * 20_000), id="lines"),
        pytest.param(page("<br>" * 20_000 + "文"), id="empty-lines"),
        pytest.param(page("<p>" + "<span>文</span>" * 10_000), id="spans"),
        pytest.param(page("<p>文" + "<b> </b> " * 5_000), id="bold-spaces"),
        pytest.param(page("<p>文" + "&nbsp;" * 100_000 + "章"), id="spaces"),
        pytest.param(page("<p>文" + "<i>\n</i>\n" * 5_000 + "章"), id="line-ends"),
        pytest.param(page(f"<table>{CELLS}</table>" * 2_000), id="small-tables"),
        pytest.param(page(f"<table>{CELLS * 2_000}</table>"), id="long-table"),
        pytest.param(
            page("<table><tr><td colspan=99999999 rowspan=99999999>甲<td>乙<tr><td>丙</table>"), id="spans-of-cells"
        ),
        pytest.param(page("<p " + " ".join(f"a{number}=1" for number in range(5_000)) + ">文"), id="attributes"),
        pytest.param(page(f'<p style="{";" * 500_000}" class="{"a " * 200_000}">文'), id="long-attributes"),
        pytest.param(page("文<script></script>" * 5_000), id="boilerplate"),
        pytest.param(page("<p>文</p>" + "<a href=//a.cn>下一页" * 5_000), id="unclosed-links"),
        pytest.param(page("<p>相关阅读</p><p><a href=//a.cn>甲</a></p>" * 2_000), id="related-links"),
        pytest.param(page("<p>文</p>" + '<div class="video-2017"></div>' * 2_000), id="players"),
        pytest.param(page(f"<center>{IMG}" + "<br>注" * 5_000), id="captions"),
        pytest.param(page("（记者：" + "\u3000" * 20_000 + "甲"), id="byline-of-spaces"),
        pytest.param(page("文<!-- x -->" * 2_000), id="comments"),
        pytest.param(b"<!-- x -->" * 100_000, id="only-comments"),
        pytest.param(page("\0文" * 100_000), id="nul-bytes"),
        pytest.param(b"\0" * 1_000_000, id="only-nul-bytes"),
        pytest.param(b"<" * 1_000_000, id="angle-brackets"),
        pytest.param(b"&#" * 500_000, id="references"),
        pytest.param(page("<p>" + "文" * 6_600_000), id="20-mb-of-text"),
        pytest.param(b"x" * 20_000_001, id="too-large"),
    ],
)
def test_no_page_takes_long(body: bytes) -> None:
    with within(10):
        holds(body)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(page("文<br>" * 1_000_000), id="a-million-lines"),
        pytest.param(page(f"<table>{CELLS}</table>" * 50_000), id="50000-tables"),
        pytest.param(page("<div>文</div>" * 1_600_000), id="18-mb-of-divs"),
        pytest.param(page("<p>" + "<b>文</b>章" * 50_000), id="changing-styles"),
        pytest.param(page("<p>" + "<b>文</b>\n章" * 40_000), id="line-ends-between-styles"),
        pytest.param(page("<p>" + "<b>文</b>  <i>章</i>\n\n" * 40_000), id="gaps-between-styles"),
        pytest.param(page("<p>" + "<span>文</span>" * 100_000), id="spans"),
        pytest.param(page("<ul><li>文<ul><li>甲</ul>" + "文<br>" * 19_000), id="lines-in-an-item"),
        pytest.param(page("（记者" + "\u3000" * 8_000), id="byline-without-end"),
        pytest.param(page(f'<img src="http://a.cn/{"weibo.com/" * 60_000}">文'), id="address-of-repeated-pieces"),
        pytest.param(page(f'<img width="1{" " * 500_000}x" src="{PICTURE}">文'), id="size-of-spaces"),
        pytest.param(page("文<!-- x -->" * 50_000), id="comments"),
        pytest.param(page("<p><a href=//a.cn>甲</a></p>" * 20_000 + "<p>文。</p>"), id="paragraphs-of-links"),
        pytest.param(page("<p>往期回顾</p>" * 20_000 + f"<p>{'文' * 100}</p>"), id="footer-headings"),
        pytest.param(page("编辑：甲" + "\u3000" * 20_000 + "乙"), id="editor-of-spaces"),
        pytest.param(b'<h1 class="main-title">x</h1><div>y</div>' * 3_000, id="headlines"),
        pytest.param(page("<table><tr>" + "<td>x" * 9_000 + "<tr><td>y" * 9_000 + "</table>"), id="crossed-table"),
    ],
)
def test_no_page_takes_long_however_large(body: bytes) -> None:
    with within(10):
        holds(body)
