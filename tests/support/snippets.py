"""Pages round a body, saved pages, and what the parsers make of them, as plain HTML."""

from pathlib import Path

from lxml import html
from lxml.html import HtmlElement

from crawler.sina.article import parse_page
from crawler.sina.blocks import Block, to_html
from crawler.sina.body import BodyReader
from crawler.sina.boilerplate_markup import BOILERPLATE

SITE = Path(__file__).parents[1] / "fixtures" / "site"
URL = "https://finance.sina.com.cn/china/2024-03-05/doc-inamrkwx3817264.shtml"
PICTURE = "https://n.sinaimg.cn/finance/a.jpg"
SHOWN = f'<p><img src="{PICTURE}" alt=""></p>'


def shown(caption: str) -> str:
    """The picture with a caption, as the walk hands it on."""
    return f'<p><img src="{PICTURE}" alt="{caption}"></p><p><em>{caption}</em></p>'


def element(markup: str) -> HtmlElement:
    """The one element of `markup`."""
    return html.fragment_fromstring(markup)


def page(body: str, head: str = "", title: str = "题目", date: str = "2024年03月05日 09:17", tail: str = "") -> bytes:
    """A page in the layout of 2017 and later."""
    return (
        f'<html><head>{head}</head><body><h1 class="main-title">{title}</h1>'
        f'<div class="date-source"><span class="date">{date}</span></div>'
        f'<div class="article" id="artibody">{body}</div>{tail}</body></html>'
    ).encode()


def walk(body: str) -> list[Block]:
    """The blocks of a body container, boilerplate text still among them."""
    container = html.document_fromstring(f'<div id="artibody">{body}</div>').find(".//div")
    assert container is not None
    return BodyReader(URL, BOILERPLATE).read(container)


def blocks_html(body: str) -> str:
    """The HTML of these blocks, without the ``<div>`` round them."""
    return bare(to_html(walk(body)))


def article_body(body: str) -> str:
    """The HTML of what is left of a body on a page, without the ``<div>`` round it."""
    return bare(parse_page(page(body), URL).article.body_html)


def bare(body_html: str) -> str:
    """`body_html` without the ``<div>`` round it."""
    return body_html.removeprefix("<div>").removesuffix("</div>")


def saved(url: str) -> bytes:
    """The bundled page of `url`."""
    return Path(SITE, url.partition("://")[2]).read_bytes()
