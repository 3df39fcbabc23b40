"""The tools side by side: each a function from a page's bytes and address to what it takes for the article.

All are used as their own documentation shows, told that the page is Chinese where they ask. A tool
that takes bytes gets the bytes and finds the encoding itself; one that takes text gets text that is
decoded rightly, since decoding is not what is compared.
"""

import functools
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import goose3
import justext
import newspaper
import readability
import trafilatura
from gne import GeneralNewsExtractor
from goose3.text import StopWordsChinese
from lxml import html

from crawler.post.extraction import extract
from crawler.sina.article import parse_page
from crawler.sina.decoding import decode
from crawler.sina.urls import NotAnArticle


@dataclass(frozen=True, slots=True)
class Output:
    """What a tool gives. ``images`` are addresses that it gives beside the text, not in it."""

    text: str
    form: Literal["markdown", "html", "plain"]
    images: tuple[str, ...] = ()


NOTHING = Output("", "plain")
Extractor = Callable[[bytes, str], Output]


def ours(page: bytes, url: str) -> Output:
    """What the crawl does with a page, from its bytes to the Markdown of the post."""
    try:
        article = parse_page(page, url).article
    except NotAnArticle:
        return NOTHING
    return Output(extract(article.body_html, article.layout, article.url).markdown, "markdown")


def trafilatura_page(page: bytes | str, url: str, include_images: bool = True, **options: Any) -> Output:
    """trafilatura on the whole page, as it comes but for Markdown and the images.

    With ``include_links``, which our posts have too, it is less exact: so it is compared at its best.
    """
    text = trafilatura.extract(page, url=url, output_format="markdown", include_images=include_images, **options)
    return Output(text or "", "markdown")


_CONTAINERS = "artibody", "article", "zoom", "articleContent"
_CONTAINER_CLASSES = re.compile(r"\b(?:article|art_content|blkContainerSblkCon|l17)\b")


def naive_cut(page: bytes, url: str) -> Output:
    """What a few lines do: the body container by id or class, written out as HTML, then trafilatura."""
    tree = html.document_fromstring(decode(page).encode(), parser=html.HTMLParser(encoding="utf-8"))
    containers = [tree.get_element_by_id(name, None) for name in _CONTAINERS]
    sections = tree.iter("div", "section", "td")
    containers += [element for element in sections if _CONTAINER_CLASSES.search(_class(element))]
    body = next((element for element in containers if element is not None), tree)
    return trafilatura_page(f"<html><body>{html.tostring(body, encoding='unicode')}</body></html>", url)


def newspaper4k(page: bytes, url: str) -> Output:
    article = newspaper.Article(url, language="zh", fetch_images=False, keep_article_html=True)
    article.download(input_html=decode(page))
    article.parse()
    return Output(article.article_html or "", "html")


def readability_lxml(page: bytes, url: str) -> Output:
    return Output(readability.Document(decode(page), url=url).summary(html_partial=True), "html")


def goose(page: bytes, url: str) -> Output:
    """Without images: it would fetch them."""
    return Output(_goose().extract(url=url, raw_html=page).cleaned_text, "plain")


def gne(page: bytes, url: str) -> Output:
    article = GeneralNewsExtractor().extract(decode(page), host=url)
    return Output(article["content"], "plain", tuple(article["images"]))


def jus_text(page: bytes, _url: str) -> Output:
    """Without stop words, as its documentation says for a language that it has none for."""
    paragraphs = justext.justext(decode(page), frozenset(), stopwords_low=0, stopwords_high=0)
    return Output("\n".join(p.text for p in paragraphs if not p.is_boilerplate), "plain")


OURS = "this project"
BASELINE = "trafilatura, whole page"
EXTRACTORS: dict[str, Extractor] = {
    OURS: ours,
    "naive cut + trafilatura": naive_cut,
    BASELINE: trafilatura_page,
    f"{BASELINE}, favor_precision": functools.partial(trafilatura_page, favor_precision=True),
    f"{BASELINE}, fast": functools.partial(trafilatura_page, fast=True),
    f"{BASELINE}, no images": functools.partial(trafilatura_page, include_images=False),
    f"{BASELINE}, no images, favor_precision": functools.partial(
        trafilatura_page, include_images=False, favor_precision=True
    ),
    "newspaper4k": newspaper4k,
    "readability-lxml": readability_lxml,
    "goose3": goose,
    "GNE": gne,
    "jusText": jus_text,
}


@functools.cache
def _goose() -> goose3.Goose:
    return goose3.Goose({"stopwords_class": StopWordsChinese, "enable_image_fetching": False})


def _class(element: html.HtmlElement) -> str:
    return element.get("class") or ""
