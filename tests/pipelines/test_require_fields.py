"""An article without title, date or body is not archived."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem

from crawler.items import ListEntry
from pipelines.require_fields import RequireFields
from tests.support.articles import make_article


def test_a_complete_article_passes_unchanged(crawler: Crawler, opened: Callable[..., Any]) -> None:
    article = make_article()
    assert opened(RequireFields, crawler).process_item(article) is article
    assert article == make_article()


@pytest.mark.parametrize(
    ("field", "value", "name"),
    [
        ("title", "", "title"),
        ("title", " \u3000\n", "title"),
        ("published_at", None, "date"),
        ("body_html", "", "body"),
    ],
    ids=["no title", "blank title", "no date", "no body"],
)
def test_an_incomplete_article_is_dropped_named_and_counted(
    crawler: Crawler, opened: Callable[..., Any], field: str, value: object, name: str
) -> None:
    article = make_article(**{field: value})
    with pytest.raises(DropItem, match=f"no {name}: {article.url}"):
        opened(RequireFields, crawler).process_item(article)
    assert crawler.stats
    assert crawler.stats.get_value(f"archive/require_fields/no_{name}") == 1


def test_the_listings_time_will_do_where_the_page_has_none(crawler: Crawler, opened: Callable[..., Any]) -> None:
    entry = ListEntry(url="https://finance.sina.com.cn/x", title="x", created_at=datetime(2024, 3, 4, tzinfo=UTC))
    article = replace(make_article(published_at=None), entry=entry)
    assert opened(RequireFields, crawler).process_item(article).date == entry.created_at
