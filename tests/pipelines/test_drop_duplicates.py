"""One article is archived once, however many URLs lead to it and however many runs meet it."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem

from pipelines.drop_duplicates import DropDuplicates
from pipelines.record_article import RecordArticle
from tests.support.articles import make_article

OTHER = "https://finance.sina.com.cn/jjxw/2024-03-04/doc-inamqhtv5093318.shtml"


def test_different_articles_pass(crawler: Crawler, opened: Callable[..., Any]) -> None:
    pipeline = opened(DropDuplicates, crawler)
    for doc_id in ("a000001", "a000002"):
        article = make_article(doc_id=doc_id, url=f"https://finance.sina.com.cn/2024-03-04/doc-i{doc_id}.shtml")
        assert pipeline.process_item(article) is article


@pytest.mark.parametrize("changes", [{"url": OTHER}, {"doc_id": "a000002"}], ids=["same doc id", "same URL"])
def test_the_second_of_a_run_is_dropped_and_counted(
    crawler: Crawler, opened: Callable[..., Any], changes: dict[str, str]
) -> None:
    pipeline = opened(DropDuplicates, crawler)
    pipeline.process_item(make_article())
    with pytest.raises(DropItem, match=r"duplicate \(in_run\)"):
        pipeline.process_item(make_article(**changes))
    assert crawler.stats
    assert crawler.stats.get_value("archive/drop_duplicates/in_run") == 1


def archive_one(crawler: Crawler, opened: Callable[..., Any]) -> None:
    """An earlier run's article, known under its own URL and OTHER."""
    archived = make_article(aliases=(OTHER,), path="posts/2024/03/04/namqhtv5093318.md", content_hash="0")
    asyncio.run(opened(RecordArticle, crawler).process_item(archived))


@pytest.mark.parametrize("url", [make_article().url, OTHER], ids=["canonical", "alias"])
def test_another_doc_id_at_the_url_of_an_archived_article_is_dropped_and_counted(
    crawler: Crawler, opened: Callable[..., Any], url: str
) -> None:
    archive_one(crawler, opened)
    with pytest.raises(DropItem, match=r"duplicate \(archived\)"):
        opened(DropDuplicates, crawler).process_item(make_article(doc_id="a000002", url=url))
    assert crawler.stats
    assert crawler.stats.get_value("archive/drop_duplicates/archived") == 1


@pytest.mark.parametrize("url", [make_article().url, OTHER], ids=["same URL", "another URL"])
def test_an_archived_article_that_comes_again_passes_to_be_compared(
    crawler: Crawler, opened: Callable[..., Any], url: str
) -> None:
    archive_one(crawler, opened)
    article = make_article(url=url)
    assert opened(DropDuplicates, crawler).process_item(article) is article
