"""The spider for archives that begin to keep their images late: it fetches those of the posts that are there."""

import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import ClassVar

import scrapy
import sqlalchemy as sa

from crawler.archive.archive import Archive
from crawler.archive.files import read_regular
from crawler.archive.tables import articles
from crawler.items import ArticleImages
from crawler.post.plain_text import IMAGE

_REMOTE = re.compile(r"https?://\S+")


class SinaImagesSpider(scrapy.Spider):
    """Reads the posts, lists nothing, and fetches no article; ``scrapy rebuild --all`` then shows them."""

    name = "sina_images"
    allowed_domains: ClassVar = ["sinaimg.cn", "sina.com.cn", "sina.cn"]
    custom_settings = {  # noqa: RUF012  # Scrapy's own name, and no ClassVar there
        "ARCHIVE_IMAGES": "local",
        "ITEM_PIPELINES": {"pipelines.keep_images.KeepImages": 100},
        "SPIDER_MIDDLEWARES": {},
    }

    async def start(self) -> AsyncIterator[ArticleImages]:
        """The images of each post that is there, newest first."""
        assert self.crawler
        archive = Archive.of(self.crawler)
        for doc_id, path in _posts(archive.engine):
            if images := images_of(archive.root / path):
                yield ArticleImages(doc_id, images)


def images_of(post: Path) -> tuple[str, ...]:
    """The remote images of a post, in order; none of one that is not there."""
    try:
        text = read_regular(post).decode()
    except (OSError, UnicodeDecodeError):
        return ()
    addresses = (address for _, address in IMAGE.findall(text) if _REMOTE.fullmatch(address))
    return tuple(address.replace("&amp;", "&") for address in addresses)


def _posts(engine: sa.Engine) -> Iterator[tuple[str, str]]:
    query = sa.select(articles.c.doc_id, articles.c.path).order_by(articles.c.date.desc())
    with engine.connect() as connection:
        yield from (tuple(row) for row in connection.execution_options(yield_per=1000).execute(query))
