"""The least a crawl can be: fetch the pages of a file of URLs and do nothing with them."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import ClassVar

import scrapy
from scrapy.http import Response


class BareSpider(scrapy.Spider):
    """``urls`` names the file."""

    name = "bare"
    custom_settings: ClassVar = {  # type: ignore[misc]  # Scrapy's own name
        "ADDONS": {"crawler.replay.replay.Replay": 100},
        "ITEM_PIPELINES": {},
        "EXTENSIONS": {},
        "SPIDER_MIDDLEWARES": {},
        "DOWNLOADER_MIDDLEWARES": {},
    }
    urls: str

    async def start(self) -> AsyncIterator[scrapy.Request]:
        for url in _lines(self.urls):
            yield scrapy.Request(url)

    def parse(self, response: Response) -> None:
        """Nothing."""


def _lines(path: str) -> list[str]:
    return Path(path).read_text(encoding="utf-8").split()
