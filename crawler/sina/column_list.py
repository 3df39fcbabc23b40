"""A column's own page, ``finance.sina.com.cn/roll/c/CID.shtml``: its newest entries, at most 200, all on one page."""

import re
from datetime import datetime

from lxml import etree

from crawler.sina.link_list import LinkList, parse_link_list

_URL = re.compile(r"https?://finance\.sina\.com\.cn/roll/c/(\d{1,9})\.shtml(?:[?#].*)?", re.A)
_ITEMS = etree.XPath("//ul[@id='listcontent']/li")


def column_url(cid: str) -> str:
    """The address of a column's page."""
    return f"https://finance.sina.com.cn/roll/c/{cid}.shtml"


def cid_of(url: str) -> str:
    """The CID of the column whose page is at `url`; empty for any other address."""
    match = _URL.fullmatch(url)
    return match[1] if match else ""


def parse_column(body: bytes, cid: str, seen_at: datetime | None = None) -> LinkList:
    """What the page shows, newest first. Raises ListingError."""
    return parse_link_list(body, _ITEMS, column_url(cid), seen_at)
