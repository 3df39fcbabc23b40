"""An article as the spider hands it on, to be varied by a test."""

from datetime import UTC, datetime
from typing import Any

from crawler.items import Article

BODY = "<div><p>第一季度同比增长3.4%，<strong>增速</strong>比上年同期回落。</p></div>"


def make_article(**changes: Any) -> Article:
    """The least complete article, with `changes`."""
    complete = {
        "doc_id": "namqhtv5093318",
        "url": "https://finance.sina.com.cn/roll/2024-03-04/doc-inamqhtv5093318.shtml",
        "title": "一季度轮胎产量同比增长3.4%",
        "published_at": datetime(2024, 3, 4, 8, 35, 8, tzinfo=UTC),
        "body_html": BODY,
        "layout": "article-2017",
    }
    return Article(**complete | changes)
