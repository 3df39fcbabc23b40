"""Body HTML -> Markdown with trafilatura: the work on one article, a plain function that a worker process can run."""

import functools
from dataclasses import replace

import trafilatura
from lxml import etree, html
from lxml.etree import _Element
from trafilatura.htmlprocessing import convert_to_html
from trafilatura.settings import Extractor, use_config

from crawler.items import ExtractedBody
from crawler.post.extractor import EXTRACTOR
from crawler.post.markdown import to_markdown
from crawler.post.minhash import text_bands
from crawler.post.trafilatura_rules import spare_bare_elements
from crawler.sina.blocks import Paragraph, images_of, to_html
from crawler.sina.body import BodyReader
from crawler.sina.boilerplate_markup import BOILERPLATE
from crawler.sina.boilerplate_text import without_boilerplate
from crawler.sina.container import PageText
from crawler.sina.dom import text_content
from crawler.sina.layouts import UNKNOWN
from crawler.sina.unknown_page import title_of, without_head

spare_bare_elements()
# Of an isolated body, which has no forms: to find the class of each element in Python takes a tenth of the extraction.
_PARSER = html.HTMLParser(encoding="utf-8")
_PARSER.set_element_class_lookup(etree.ElementDefaultClassLookup(element=html.HtmlElement, comment=html.HtmlComment))
_FORMS = (
    "strong", "em", "sup", "sub", "del", "u", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "pre",
    "table", "tr", "th", "td",
)  # fmt: skip


def extract(body_html: str, layout: str, url: str) -> ExtractedBody:
    """The Markdown of an article's body.

    An isolated body comes back from trafilatura whole or not at all: it takes short link lines,
    repeated lines and trailing headings for boilerplate, and here they are the article. The page of
    an unknown layout is searched by trafilatura; the element that it finds is read and cleaned like any body.
    """
    if layout == UNKNOWN:
        return _search(body_html, url)
    isolated = etree.fromstring(f"<html><body><article>{body_html}</article></body></html>".encode(), _PARSER)
    extracted = _trafilatura(isolated, url, fast=True)
    is_whole = extracted is not None and _readable(extracted) == _readable(isolated)
    body = extracted if extracted is not None and is_whole else isolated.find("body/article")
    assert body is not None
    return _extracted_body(body, tuple(_images(isolated)), lossy=not is_whole)


def _search(page: str, url: str) -> ExtractedBody:
    """The element in which trafilatura's paragraphs stand, read like any body; where none is, what trafilatura says."""
    tree = html.document_fromstring(page)
    extracted = _trafilatura(tree, url, fast=False)
    if extracted is None:
        return ExtractedBody(EXTRACTOR)
    plain = html.document_fromstring(etree.tostring(extracted, encoding="unicode", method="html"))
    title = title_of(tree)
    paragraphs = [block.text for block in _paragraphs(plain, url) if block.text != title]
    container = PageText(tree).element_of(paragraphs)
    reader = BodyReader(url, BOILERPLATE)
    cleaned = without_boilerplate(reader.read(plain if container is None else container))
    removed = reader.removed + cleaned.removed
    blocks = without_head(cleaned.blocks, title, removed)
    body = _extracted_body(html.fragment_fromstring(to_html(blocks)), tuple(images_of(blocks)))
    return replace(body, removed=tuple(removed))


def _paragraphs(body: _Element, url: str) -> list[Paragraph]:
    return [paragraph for block in BodyReader(url, BOILERPLATE).read(body) for paragraph in block.paragraphs()]


def _extracted_body(body: _Element, images: tuple[str, ...], lossy: bool = False) -> ExtractedBody:
    markdown = to_markdown(body)
    return ExtractedBody(EXTRACTOR, markdown, images, text_bands(markdown), lossy)


def _trafilatura(page: html.HtmlElement, url: str, fast: bool) -> _Element | None:
    """What trafilatura takes for the article, as a ``<body>`` of plain HTML; `page` stays as it is."""
    document = trafilatura.bare_extraction(page, url=url, options=_options(fast))
    if document is None or isinstance(document, dict) or not len(document.body):
        return None
    for element in document.body.iter("list"):  # convert_to_html makes every list a bulleted one
        element.tag = "ol" if element.get("rend") == "ol" else "ul"
    return convert_to_html(document.body).find("body")


@functools.cache
def _options(fast: bool) -> Extractor:
    """All that is of the article, and no least size: flash news has 40 characters."""
    config = use_config()
    config.set("DEFAULT", "MIN_EXTRACTED_SIZE", "0")
    config.set("DEFAULT", "MIN_OUTPUT_SIZE", "0")
    return Extractor(
        config=config,
        output_format="html",  # python would make its own text, too
        fast=fast,
        recall=fast,  # nothing of an isolated body is a teaser
        comments=False,
        formatting=True,
        links=True,
        images=True,
        tables=True,
    )


def _readable(body: _Element) -> tuple[object, ...]:
    """All that must not get lost: the text, the images, where links lead, and the form with its numbers and lines."""
    links = [(link.get("href"), link.get("title")) for link in body.iter("a")]
    text = "".join(text_content(body).split())
    form = [(str(element.tag), element.get("start"), element.get("value")) for element in body.iter(*_FORMS)]
    lines = [text_content(element) for element in body.iter("pre")]
    return text, _images(body), links, form, lines


def _images(body: _Element) -> list[str]:
    return [image.get("src") or "" for image in body.iter("img")]
