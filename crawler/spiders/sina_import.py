"""The spider for what somebody else has captured: it reads their file, by the rules of the past, and asks nobody."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any, Self

import scrapy
from scrapy.crawler import Crawler
from scrapy.settings import BaseSettings

from crawler.run.arguments import refuse_unknown
from crawler.run.import_arguments import IMPORT, IMPORT_NAMES
from crawler.spiders.sina_history import SinaHistorySpider
from crawler.times import now
from crawler.wacz.wacz_source import WaczSource, open_source
from crawler.webarchive.memento import Memento

_BATCH = 1000  # captures that are entered at once


class SinaImportSpider(SinaHistorySpider):
    """A source is a web archive with a name: it has seen what it has captured, and an older text is of the past.

    Arguments, all text: ``wacz``, the file; ``name``, whose it is, else as the file says; ``key``, a PEM file with the
    public key that it is to be signed with. A bad one, or a file that is not what it says, raises ValueError.
    """

    name = "sina_import"
    source: WaczSource

    def __init__(self, **arguments: str) -> None:
        super().__init__()
        self.arguments = _known(arguments)

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        spider = super().from_crawler(crawler, *args, **kwargs)
        spider.source = _source(spider.arguments)
        spider.parsed = replace(spider.parsed, archives=(spider.source.name,))
        spider.allowed_domains = [spider.source.name]
        return spider

    @classmethod
    def check(cls, _settings: BaseSettings, arguments: Mapping[str, str]) -> None:
        """Reads all of the file, before anything is made. Raises ValueError and OSError."""
        _source(_known(arguments))

    @property
    def provenance(self) -> dict[str, str]:
        """For the warcinfo of its captures."""
        return super().provenance | {
            "description": "Captures out of a WACZ, each proved by its digest. WARC-Target-URI and WARC-Date are those"
            " of the original capture; the host in WARC-Source-URI is the name of whom it is from.",
            "source": f"{self.source.name}: {Path(self.arguments['wacz']).name}",
            "robots": "not asked: nobody was",
        }

    async def start(self) -> AsyncIterator[scrapy.Request]:
        """The first capture of each article that has one to be read."""
        await asyncio.to_thread(self._hold)
        async for request in super().start():
            yield request

    def _hold(self) -> None:
        held = self.source.held(lambda reason: self._count("skip", reason))
        while batch := list(islice(held, _BATCH)):
            self._count(IMPORT, "held", self.archive.mementos.hold(batch, now()))

    def _next(self, doc_id: str, after: Memento | None = None) -> scrapy.Request | None:
        """What another file of the source has is left to that."""
        request = super()._next(doc_id, after)
        while request and not self.source.has(request.meta["memento"]):
            request = super()._next(doc_id, request.meta["memento"])
        return request

    def _count(self, component: str, reason: str, count: int = 1) -> None:
        super()._count(IMPORT if component == self.source.name else component, reason, count)


def _known(arguments: Mapping[str, str]) -> dict[str, str]:
    refuse_unknown(arguments, IMPORT_NAMES)
    return {name: arguments[name] for name in IMPORT_NAMES if arguments.get(name)}


def _source(arguments: Mapping[str, str]) -> WaczSource:
    if "wacz" not in arguments:
        raise ValueError("wacz is wanted: the file, such as march.wacz")
    key = Path(arguments["key"]) if "key" in arguments else None
    return open_source(Path(arguments["wacz"]), arguments.get("name", ""), key)
