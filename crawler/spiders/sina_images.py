"""The spider for archives that begin to keep their images late: it fetches those of the posts that are there."""

import re
from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path
from typing import ClassVar

import scrapy
import sqlalchemy as sa
from scrapy.settings import BaseSettings

from crawler.archive.archive import Archive
from crawler.archive.files import read_regular
from crawler.archive.presence import require_catalog
from crawler.archive.tables import articles
from crawler.items import ArticleImages
from crawler.post.plain_text import IMAGE
from crawler.run.arguments import refuse_unknown

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

    def __init__(self, **arguments: str) -> None:
        super().__init__()  # not with the arguments: Scrapy would put them in the place of our methods
        refuse_unknown(arguments, ())

    @classmethod
    def check(cls, settings: BaseSettings, arguments: Mapping[str, str]) -> None:
        """Raises ValueError for any argument, and NoArchive where there are no posts known whose images to fetch."""
        refuse_unknown(arguments, ())
        require_catalog(settings)

    async def start(self) -> AsyncIterator[ArticleImages]:
        """The images of each post that is there, newest first; one that can't be read is named."""
        assert self.crawler.stats
        archive = Archive.of(self.crawler)
        for doc_id, path in _posts(archive.engine):
            try:
                images = images_of(archive.root / path)
            except (OSError, UnicodeDecodeError) as error:
                self.crawler.stats.inc_value("archive/keep_images/no_post")
                said = "no images, its post is not to be read (%s); `scrapy rebuild` makes it anew: %s [%s]"
                self.logger.warning(said, type(error).__name__, path, doc_id)
                continue
            if images:
                yield ArticleImages(doc_id, images)


def images_of(post: Path) -> tuple[str, ...]:
    """The remote images of a post, in order. Raises OSError, or UnicodeDecodeError, for one that can't be read."""
    text = read_regular(post).decode()
    addresses = (address for _, address in IMAGE.findall(text) if _REMOTE.fullmatch(address))
    return tuple(address.replace("&amp;", "&") for address in addresses)


def _posts(engine: sa.Engine) -> Iterator[tuple[str, str]]:
    query = sa.select(articles.c.doc_id, articles.c.path).order_by(articles.c.date.desc())
    with engine.connect() as connection:
        yield from (tuple(row) for row in connection.execution_options(yield_per=1000).execute(query))
