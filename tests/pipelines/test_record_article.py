"""The catalog learns of an article after its file is safe."""

import asyncio
from collections.abc import Callable
from typing import Any

from scrapy.crawler import Crawler

from crawler.archive.paths import database_url
from pipelines.record_article import RecordArticle
from tests.support.articles import make_article
from tests.support.catalogs import OpenCatalog


def test_the_article_is_known_by_doc_id_and_by_every_url(crawler: Crawler, opened: Callable[..., Any]) -> None:
    alias = "http://finance.sina.com.cn/roll/2024-03-04/doc-inamqhtv5093318.shtml"
    article = make_article(aliases=(alias,), path="posts/2024/03/04/namqhtv5093318.md", content_hash="0")
    assert asyncio.run(opened(RecordArticle, crawler).process_item(article)) is article

    catalog = OpenCatalog(database_url(crawler.settings))
    assert catalog.known([article.doc_id]) == {article.doc_id}
    assert catalog.doc_id_of(article.url) == catalog.doc_id_of(alias) == article.doc_id
    catalog.close()
    assert crawler.stats
    assert crawler.stats.get_value("archive/record_article/archived") == 1
