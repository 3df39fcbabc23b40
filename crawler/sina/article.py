"""From a saved page to an Article: layout, metadata and isolated body; pure and deterministic."""

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from lxml import etree
from lxml.etree import _Element

from crawler.items import Article, ListEntry
from crawler.sina.blocks import Block, ItemList, Paragraph, Video, images_of, to_html
from crawler.sina.body import BodyReader, TooManyBlocks
from crawler.sina.boilerplate_text import Cleaned, without_boilerplate
from crawler.sina.dates import parse_date, published_at
from crawler.sina.decoding import to_utf8
from crawler.sina.dom import parse_html, text_content
from crawler.sina.gallery import NAME as GALLERY
from crawler.sina.gallery import Gallery, find_gallery
from crawler.sina.layouts import UNKNOWN, Layout, choose_layout
from crawler.sina.page_address import address_of, own_address
from crawler.sina.page_index import PageIndex
from crawler.sina.removed import says_removed
from crawler.sina.rest_of_page import NeedsWholePage, RestOfPage, parse_front
from crawler.sina.unknown_page import names_itself, shown_time, title_of
from crawler.sina.urls import Address, NotAnArticle, identify, without_tracking
from crawler.sina.web_address import BadAddress, web_address

GONE = "gone"  # the reason for Sina's own word that a page is no more
MAX_PAGE = 20_000_000  # bytes; no article page of Sina's comes near

_METAS = (
    "weibo: article:create_at", "article:published_time", "bytedance:published_time", "og:title", "og:url",
    "keywords", "mediaid", "article:author",
)  # fmt: skip
_PLATFORMS = ("新浪看点", "财经头条", "新浪财经头条", "新浪网")
_ORIGINAL = re.compile(r"^(?:原标题|原文标题)\s*[：:]\s*(.+)$")
_BYLINE = re.compile(r"[（(](?:[^（()）]{0,12}?(?:记者|作者|文)\s*(?:[：:/／]\s*)?)([\u4e00-\u9fff·\s、]{2,30})[）)]")
_EDITOR_NAME = re.compile(r"(?:责任编辑|责编|编辑)\s*[：:]\s*([^\s）)]+)")
_STOCK_ID = re.compile(r"^(?:stock|usstock|hkstock)_(\w{2,12})$")
_ANY_DATE = re.compile(r"(?:19|20)\d\d\s*[年./-]|\d{1,2}月\d{1,2}日")
_AFTER_TIME = re.compile(r"^.*?\d\d[:：]\d\d(?:[:：]\d\d)?\s*")
_NEXT_PAGE = "下一页"
_LAST_PAGE = 30
_DATES_BEFORE = etree.XPath("preceding::text()[contains(., '年') and contains(., '月')][not(parent::script)]")


@dataclass(frozen=True, slots=True)
class Page:
    """One page of an article, and the address of the next one where there is one."""

    article: Article
    next_url: str | None


def parse_page(body: bytes, url: str, seen_at: datetime | None = None) -> Page:
    """The article on the page that was fetched from `url`, at `seen_at` if that is known.

    Raises NotAnArticle, with the reason, for pages that hold none: Sina's 404 text, an empty
    body, a page without a headline.
    """
    if len(body) > MAX_PAGE:
        raise NotAnArticle("too_large", url)
    address = address_of(url)
    text = to_utf8(body)
    names_next = _NEXT_PAGE.encode() in text
    if not address.is_by_place and not names_next:
        with suppress(NeedsWholePage, NotAnArticle):  # no page is refused for its front alone
            return _read(*parse_front(text), names_next, address, url, seen_at)
    return _read(_parse(text, url), RestOfPage(), names_next, address, url, seen_at)


def _read(
    tree: _Element, rest: RestOfPage, names_next: bool, address: Address, url: str, seen_at: datetime | None
) -> Page:
    index = PageIndex(tree, rest)
    metas = _metas(tree)
    if not all(metas.values()) and rest.has_tag("meta"):
        raise NeedsWholePage
    if address.is_by_place:
        address = own_address(tree, metas["og:url"], address)
    chosen = choose_layout(index)
    if rest.text and (chosen is None or chosen[1] in rest.around):
        raise NeedsWholePage
    if chosen is None:
        gallery = find_gallery(tree, index)
        if gallery:
            return Page(_gallery(gallery, metas, address, url, seen_at), None)
        return Page(_unknown(tree, metas, address, url, seen_at), None)
    layout, container = chosen
    cleaned = _body(container, layout, url)
    blocks = cleaned.blocks
    if all(_leads_elsewhere(block) for block in blocks):
        raise NotAnArticle(GONE if says_removed(tree) else "empty_body", url)
    title = _title(index, tree, layout, metas)
    if not title:
        raise NotAnArticle("no_title", url)
    displayed = _displayed_date(index, layout, container)
    published = published_at(displayed, _times(metas), address.day, seen_at)
    if address.is_by_place and not published:
        raise NotAnArticle("no_article_marks", url)
    article = Article(
        doc_id=address.doc_id,
        url=address.url,
        title=title,
        published_at=published,
        body_html=to_html(blocks),
        layout=layout.name,
        media=_media(index, layout, displayed, metas),
        byline=_byline(blocks),
        editor=_editor(index, layout) or cleaned.editor,
        keywords=_keywords(metas),
        stocks=_stocks(container),
        original_title=_original_title(blocks),
        images=tuple(images_of(blocks)),
        poster=next((block.poster for block in blocks if isinstance(block, Video) and block.poster), ""),
        removed=tuple(cleaned.removed),
    )
    return Page(article, _next_page(tree, address, url) if names_next else None)


def _parse(text: bytes, url: str) -> _Element:
    try:
        return parse_html(text)
    except ValueError as error:
        raise NotAnArticle("empty_page", url) from error


def _body(container: _Element, layout: Layout, url: str) -> Cleaned:
    reader = BodyReader(url, layout.boilerplate)
    try:
        cleaned = without_boilerplate(reader.read(container))
    except TooManyBlocks as error:
        raise NotAnArticle("too_large", url) from error
    return Cleaned(cleaned.blocks, cleaned.editor, reader.removed + cleaned.removed)


def _metas(tree: _Element) -> dict[str, str]:
    metas = dict.fromkeys(_METAS, "")
    for meta in tree.iter("meta"):
        name = meta.get("property") or meta.get("name") or ""
        if name in metas and not metas[name]:
            metas[name] = (meta.get("content") or "").strip()
    return metas


def _times(metas: dict[str, str]) -> list[str]:
    return [metas[name] for name in _METAS[:3]]


def _title(index: PageIndex, tree: _Element, layout: Layout, metas: dict[str, str]) -> str:
    """The headline, else og:title, else the first part of the window's title ("…_新浪财经_新浪网")."""
    headline = next((text for element in index.find(layout.title) if (text := _line(element))), "")
    window_title = (tree.findtext("head/title") or "").partition("_")[0]
    return headline or " ".join(metas["og:title"].split()) or " ".join(window_title.split())


def _displayed_date(index: PageIndex, layout: Layout, container: _Element) -> str:
    """The text of the date element that holds a date, else the last text before the body that does."""
    for element in index.find(layout.date):
        if _ANY_DATE.search(text := _line(element)):
            return text
    before = [text for text in _DATES_BEFORE(container) if parse_date(text)]
    return str(before[-1]) if before else ""


def _media(index: PageIndex, layout: Layout, displayed: str, metas: dict[str, str]) -> str:
    """Who published it; on Sina's own platforms the account behind it."""
    media = next((text for element in index.find(layout.source) if (text := _line(element))), "")
    if not media or media.startswith("http"):  # "2016年05月25日10:10 新浪财经" in one element
        media = _AFTER_TIME.sub("", displayed) if _AFTER_TIME.search(displayed) else ""
    if not media or media in _PLATFORMS:
        return metas["article:author"] or metas["mediaid"] or media
    return media


def _editor(index: PageIndex, layout: Layout) -> str:
    for element in index.find(layout.editor):
        if match := _EDITOR_NAME.search(_line(element)):
            return match[1]
    return ""


def _byline(blocks: list[Block]) -> str:
    for block in blocks[:3] + blocks[-2:]:
        if isinstance(block, Paragraph) and (match := _BYLINE.search(block.text)):
            return " ".join(match[1].split())
    return ""


def _original_title(blocks: list[Block]) -> str:
    for block in blocks:
        if isinstance(block, Paragraph) and (match := _ORIGINAL.match(block.text)):
            return match[1].strip()
    return ""


def _stocks(container: _Element) -> tuple[str, ...]:
    codes = [match[1] for span in container.iter("span") if (match := _STOCK_ID.match(span.get("id") or ""))]
    return tuple(dict.fromkeys(codes))


def _next_page(tree: _Element, address: Address, url: str) -> str | None:
    """下一页 of the same article; links to other articles and backwards are not followed."""
    for link in tree.iter("a"):
        if _NEXT_PAGE in (label := text_content(link)) and len(label) < 10:
            try:
                target = web_address(link.get("href") or "", url)
                linked = identify(target)
            except (NotAnArticle, BadAddress):
                continue
            if linked.doc_id == address.doc_id and linked.page == address.page + 1 <= _LAST_PAGE:
                return target
    return None


def _gallery(gallery: Gallery, metas: dict[str, str], address: Address, url: str, seen_at: datetime | None) -> Article:
    title = gallery.title or " ".join(metas["og:title"].split())
    if not title:
        raise NotAnArticle("no_title", url)
    return Article(
        doc_id=address.doc_id,
        url=address.url,
        title=title,
        published_at=published_at(gallery.created, _times(metas), seen_at=seen_at),
        body_html=to_html(gallery.blocks),
        layout=GALLERY,
        media=metas["article:author"] or metas["mediaid"],
        keywords=_keywords(metas),
        images=tuple(images_of(gallery.blocks)),
    )


def _keywords(metas: dict[str, str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word.strip() for word in metas["keywords"].split(",") if word.strip()))


def _unknown(tree: _Element, metas: dict[str, str], address: Address, url: str, seen_at: datetime | None) -> Article:
    """An article in a template that is not known yet: its body is left to trafilatura's own search.

    It has to prove that it is one, by a time or by its own address: a page that asks who is there has a
    heading and a text, too.
    """
    if says_removed(tree):
        raise NotAnArticle(GONE, url)
    title = title_of(tree)
    if not title:
        raise NotAnArticle("no_title", url)
    moment = published_at(shown_time(tree, address, seen_at), _times(metas), address.day, seen_at)
    if moment is None and (address.is_by_place or not names_itself(tree, metas["og:url"], address)):
        raise NotAnArticle("no_article_marks", url)
    return Article(
        doc_id=address.doc_id,
        url=address.url,
        title=title,
        published_at=moment,
        body_html=etree.tostring(tree, encoding="unicode", method="html"),
        layout=UNKNOWN,
        media=metas["article:author"] or metas["mediaid"],
        keywords=_keywords(metas),
    )


def _leads_elsewhere(block: Block) -> bool:
    """True for a block that alone makes no article: links and videos."""
    return isinstance(block, Video) or (isinstance(block, (Paragraph, ItemList)) and block.is_link)


def _line(element: _Element) -> str:
    return " ".join(text_content(element).split())


class OtherLayout(ValueError):
    """A later page of an article is of another layout than its first: they can't be one text."""


def join_pages(article: Article, following: Article) -> None:
    """Puts the body of the following page behind that of `article`. Raises OtherLayout, changing nothing."""
    if following.layout != article.layout:
        raise OtherLayout(f"{following.layout} behind {article.layout}: {following.url}")
    article.body_html = article.body_html.removesuffix("</div>") + following.body_html.removeprefix("<div>")
    article.images += following.images
    article.removed += following.removed
    article.poster = article.poster or following.poster
    article.stocks = tuple(dict.fromkeys(article.stocks + following.stocks))
    article.editor = article.editor or following.editor


def set_provenance(
    article: Article, entry: ListEntry | None, url: str, etag: str | None, last_modified: str | None
) -> None:
    """Records where the article came from: the entry that led to it, and the response, of `url`, in which it was read.

    An entry without a title is no listing's: it only carries the address that was asked for.
    """
    article.entry = entry if entry and entry.title else None
    requested = [without_tracking(entry.url)] if entry else []
    article.aliases = tuple(dict.fromkeys([*requested, url]))
    article.etag, article.last_modified = etag or None, last_modified or None
