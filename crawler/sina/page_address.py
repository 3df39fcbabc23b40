"""Addresses that may be those of articles although their form is unknown: the page decides, not the address.

Whoever names an address wants it fetched; the page's own address, which it says in its head, is then the identity,
and only where that is of no known form the place on Sina's hosts is.
"""

import re
from hashlib import blake2b

from lxml import etree
from lxml.etree import _Element

from crawler.sina.urls import (
    Address,
    NotAnArticle,
    canonical_url,
    identify,
    is_redirector,
    page_parts,
    without_tracking,
)
from crawler.sina.web_address import web_address

# A page's path. What ends in a slash is an index, what has another ending a file.
_PLACE = re.compile(
    r"(?:/[\w~@+,-][\w.~@+,-]{0,80}){0,8}/(?!(?:index|default)\.)[\w~@+,-]{1,80}(?:\.d)?(?:\.(?:s?html?|php))?", re.A
)
_NO_PAGES = re.compile(
    r"^(?:feed|interface|api|comment\d?|control|stat|beacon|doc|slide|dp|go)\.|^[^/]*/(?:api|roll|comment|js|css|images?)/"
)
_OTHER_FORM = re.compile(
    r"doc-i|/norm_detail|/\d{4}-?\d\d-?\d\d/\d+[a-z]?\.|/slide_\d", re.I
)  # of an article, but broken
_OWN = re.compile(r"URL\s?[：:]\s?(https?://\S{1,300})")


def address_of(url: str) -> Address:
    """The article that `url` leads to if its page is one: by its form, else by its place. Raises NotAnArticle."""
    try:
        return identify(url)
    except NotAnArticle as error:
        if error.reason != "no_article_url":
            raise
    parts = page_parts(url)
    host = (parts.hostname or "").lower()
    if not _PLACE.fullmatch(parts.path) or _NO_PAGES.match(host + parts.path) or _OTHER_FORM.search(parts.path):
        raise NotAnArticle("no_article_url", url)
    place = canonical_url(host, parts.path, parts.query)
    digest = blake2b(place.encode(), digest_size=8).hexdigest()
    return Address(f"page-{digest}", place, None, 1, is_by_place=True)


def address_to_ask(url: str) -> str:
    """What to ask for to get the article that `url` leads to. Raises NotAnArticle.

    It is the URL without tracking; for a redirector its target, for a later page the first.
    """
    address = address_of(url)
    return address.url if is_redirector(url) or address.page > 1 else without_tracking(web_address(url))


def own_address(tree: _Element, og_url: str, asked: Address) -> Address:
    """The address that a page of unknown place says is its own, of a known form if it names one; else the asked one."""
    links = [link.get("href") or "" for link in tree.iter("link") if link.get("rel") == "canonical"]
    remarks = [match[1] for comment in tree.iter(etree.Comment) if (match := _OWN.search(comment.text or ""))]
    addresses = [address for url in (og_url, *links, *remarks) if (address := _address_or_none(url))]
    return next((address for address in addresses if not address.is_by_place), next(iter(addresses), asked))


def _address_or_none(url: str) -> Address | None:
    try:
        return address_of(url)
    except NotAnArticle:
        return None
