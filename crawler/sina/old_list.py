"""The list pages of 2005 to about 2016, ``roll.finance.sina.com.cn/SECTION/index_N.shtml``, as web archives hold them.

Source of the markup: public crawlers of those years. Page 1 is the newest; there are some 40 to 80 entries on each.
"""

import re
from datetime import datetime

from lxml import etree

from crawler.sina.link_list import LinkList, parse_link_list

_HOST = "roll.finance.sina.com.cn"
_URL = re.compile(rf"https?://{re.escape(_HOST)}/([a-z0-9_/]{{1,60}})/index(?:_\d{{1,5}})?\.shtml(?:[?#].*)?", re.A)
PAGE = re.compile(r"[a-z0-9_]{1,20}(?:/[a-z0-9_]{1,20}){0,4}/index(?:_\d{1,5})?", re.A)
_ITEMS = etree.XPath("//ul[contains(concat(' ', normalize-space(@class), ' '), ' list_009 ')]/li")


def old_list_url(page: str) -> str:
    """The address of a page named as PAGE has it: ``finance/zq1/ssgs/index_2``."""
    return f"http://{_HOST}/{page}.shtml"


def section_of(url: str) -> str:
    """The section whose list a page of it is, ``finance/zq1/ssgs``; empty for any other address."""
    match = _URL.fullmatch(url)
    return match[1] if match else ""


def parse_old_list(body: bytes, url: str, seen_at: datetime | None = None) -> LinkList:
    """What the page at `url` shows, newest first. Raises ListingError."""
    return parse_link_list(body, _ITEMS, url, seen_at)
