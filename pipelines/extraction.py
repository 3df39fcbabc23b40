"""The work of ExtractBody on one article, as a plain function that a worker process can run."""

import functools
from configparser import ConfigParser
from importlib.metadata import version

import trafilatura
from lxml import etree, html
from lxml.etree import _Element
from trafilatura.htmlprocessing import convert_to_html
from trafilatura.settings import use_config

from crawler.items import ExtractedBody
from crawler.sina.blocks import Image, text_of, to_html
from crawler.sina.flow import Flow
from crawler.sina.furniture import without_furniture
from crawler.sina.layouts import UNKNOWN
from pipelines.markdown import to_markdown
from pipelines.near import text_bands

EXTRACTOR = f"1+trafilatura-{version('trafilatura')}"  # the number grows whenever the same page gives other text


def extract(body_html: str, layout: str, url: str) -> ExtractedBody:
    """The Markdown of an article's body.

    An isolated body comes back from trafilatura whole or not at all: it takes short link lines,
    repeated lines and trailing headings for boilerplate, and here they are the article. The page of
    an unknown layout is searched by trafilatura, and what it finds is cleaned like any body.
    """
    if layout == UNKNOWN:
        return _search(body_html, url)
    isolated = html.fragment_fromstring(body_html)
    found = _trafilatura(f"<html><body><article>{body_html}</article></body></html>", url, fast=True)
    lossy = found is None or _readable(found) != _readable(isolated)
    body = isolated if lossy or found is None else found
    bands = text_bands(_text(isolated))
    return ExtractedBody(EXTRACTOR, to_markdown(body), tuple(_images(isolated)), bands, lossy)


def _search(page: str, url: str) -> ExtractedBody:
    found = _trafilatura(page, url, fast=False)
    if found is None:
        return ExtractedBody(EXTRACTOR)
    plain = html.fragment_fromstring(etree.tostring(found, encoding="unicode", method="html"))
    blocks, _ = without_furniture(Flow(url, ()).read(plain))
    images = tuple(block.src for block in blocks if isinstance(block, Image))
    markdown = to_markdown(html.fragment_fromstring(to_html(blocks)))
    return ExtractedBody(EXTRACTOR, markdown, images, text_bands(text_of(blocks)))


def _trafilatura(page: str, url: str, fast: bool) -> _Element | None:
    """What trafilatura takes for the article, as a ``<body>`` of plain HTML."""
    document = trafilatura.bare_extraction(
        html.document_fromstring(page),
        url=url,
        fast=fast,
        include_comments=False,
        include_formatting=True,
        include_links=True,
        include_images=True,
        include_tables=True,
        config=_config(),
    )
    if document is None or isinstance(document, dict) or not len(document.body):
        return None
    for found in document.body.iter("list"):  # convert_to_html makes every list a bulleted one
        found.tag = "ol" if found.get("rend") == "ol" else "ul"
    return convert_to_html(document.body).find("body")


@functools.cache
def _config() -> ConfigParser:
    """No least size: flash news has 40 characters."""
    config = use_config()
    config.set("DEFAULT", "MIN_EXTRACTED_SIZE", "0")
    config.set("DEFAULT", "MIN_OUTPUT_SIZE", "0")
    return config


def _readable(body: _Element) -> tuple[str, list[str], list[tuple[str | None, str | None]]]:
    """All that must not get lost: the text, the images, and where links lead."""
    links = [(link.get("href"), link.get("title")) for link in body.iter("a")]
    return _text(body), _images(body), links


def _text(body: _Element) -> str:
    return "".join("".join(body.itertext()).split())


def _images(body: _Element) -> list[str]:
    return [image.get("src") or "" for image in body.iter("img")]
