"""The spider of `scrapy probe`: a few polite requests, one after the other, that show what holds today."""

from collections.abc import AsyncIterator
from datetime import timedelta
from math import isqrt
from typing import Any, ClassVar, Self

import scrapy
from scrapy.crawler import Crawler
from scrapy.utils.asyncio import run_in_thread

from crawler.archive.archive import Archive
from crawler.items import Article
from crawler.run import probe_facts as judge
from crawler.run.few_requests import FewRequests
from crawler.run.probe_facts import Fact, listing_of
from crawler.run.robots import agent_of
from crawler.sina.article import parse_page
from crawler.sina.channels import DEFAULT_CHANNEL, Channel, find_channels
from crawler.sina.layouts import UNKNOWN
from crawler.sina.roll_api import PAGE_SIZE, Listing, cursor_url, listing_url, window_url
from crawler.sina.urls import NotAnArticle, mobile_twin
from crawler.times import BEIJING, now

MOST_REQUESTS = 15  # with those for robots.txt
_OF_153 = find_channels("2516")[0]
_MANY = 100  # entries, more than an answer has
_BEYOND = 100_000  # a page that no list has
_DEEP = 200  # a page to try where the list has no total
_SECOND, _DAY = timedelta(seconds=1), timedelta(days=1)


class SinaProbeSpider(scrapy.Spider):
    """Asks nothing twice: an error and a redirection are answers. What it finds is in ``facts`` and in the catalog."""

    name = "sina_probe"
    allowed_domains: ClassVar = ["sina.com.cn", "sina.cn", "sinaimg.cn"]
    custom_settings = {"RETRY_ENABLED": False, "REDIRECT_ENABLED": False}  # noqa: RUF012  # Scrapy's own name
    requests: FewRequests

    def __init__(self) -> None:
        super().__init__()
        self.facts: list[Fact] = []

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        spider = super().from_crawler(crawler, *args, **kwargs)
        spider.requests = FewRequests.of(crawler, MOST_REQUESTS)
        return spider

    async def start(self) -> AsyncIterator[scrapy.Request]:
        """All of the probe: nothing goes through the scheduler."""
        top = await self._ask(listing_url(DEFAULT_CHANNEL, 1), DEFAULT_CHANNEL)
        self.facts += [judge.clock(self.requests.date, now()), judge.list_shape(top), judge.freshness(top, now())]
        if isinstance(top, Listing) and top.entries:
            await self._probe_list(top)
        else:
            self._count("listing", top if isinstance(top, str) else "empty")
        self.facts.append(judge.column_list())
        self._keep()
        nothing: tuple[scrapy.Request, ...] = ()
        for request in nothing:  # an asynchronous generator, as Scrapy wants it
            yield request

    async def _probe_list(self, top: Listing) -> None:
        """What the first page leads to: other questions to the list, an article, its twin and an image."""
        newest = max((entry.created_at for entry in top.entries if entry.created_at), default=now())
        oldest = min((entry.created_at for entry in top.entries if entry.created_at), default=now())
        pageid = DEFAULT_CHANNEL.pageid
        after = oldest + _SECOND
        url = cursor_url(DEFAULT_CHANNEL, after).replace(f"num={PAGE_SIZE}", f"num={_MANY}")
        following = await self._ask(url, DEFAULT_CHANNEL)
        self.facts += [judge.num_cap(following, _MANY), judge.cursor(pageid, following, top, after)]
        start = newest.astimezone(BEIJING).replace(hour=0, minute=0, second=0) - 2 * _DAY
        for channel in (DEFAULT_CHANNEL, _OF_153):
            listing = await self._ask(window_url(channel, 1, start, start + _DAY), channel)
            self.facts.append(judge.window(channel.pageid, listing, start, start + _DAY))
        await self._probe_article(top)
        await self._probe_depth(top)

    async def _probe_article(self, top: Listing) -> None:
        """The newest one of the list that stands on the site itself."""
        entry = next((entry for entry in top.entries if mobile_twin(entry.url)), None)
        url = entry.url if entry else ""
        desktop = await self._read(url)
        if not isinstance(desktop, str):
            desktop.entry = entry  # its ctime is the date, as in a crawl
        if lack := desktop if isinstance(desktop, str) else desktop.lacks():
            self._count("parse", lack)
        elif not isinstance(desktop, str):
            self._count("layout", desktop.layout)
            if desktop.layout == UNKNOWN and self.crawler.stats:
                self.crawler.stats.set_value("archive/layout/unknown_example", url)
        twin = await self._read(mobile_twin(url))
        self.facts += [judge.article(desktop), judge.mobile(twin, desktop)]
        images = () if isinstance(desktop, str) else desktop.images
        image = images[0] if images else self.crawler.settings["ARCHIVE_DEFAULT_IMAGE"]
        self.facts.append(judge.image(await self.requests.get(image, Referer=url or image), True))
        self.facts.append(judge.image(await self.requests.get(image), False))

    async def _probe_depth(self, top: Listing) -> None:
        """With what is left of the requests: the last page but one by the total; if it is not shown, nearer."""
        beyond = await self._ask(listing_url(DEFAULT_CHANNEL, _BEYOND), DEFAULT_CHANNEL)
        self.facts.append(judge.beyond_end(_BEYOND, beyond, top))
        last = -(-top.total // len(top.entries)) if top.total else _DEEP  # num may be capped lower
        deepest, missing, page = 1, 0, last - 1
        while self.requests.left and page not in (deepest, missing) and page > 1:
            listing = await self._ask(listing_url(DEFAULT_CHANNEL, page), DEFAULT_CHANNEL)
            if judge.is_another_page(listing, (top, beyond)):
                deepest = page
            else:
                missing = page
            page = isqrt(deepest * missing)
            if not missing:
                break
        self.facts.append(judge.paging(deepest, missing, last))

    async def _ask(self, url: str, channel: Channel) -> Listing | str:
        return listing_of(await self.requests.get(url), channel)

    async def _read(self, url: str) -> Article | str:
        reply = await self.requests.get(url)
        if reply.trouble:
            return reply.trouble
        try:
            return (await run_in_thread(parse_page, reply.body, reply.url)).article
        except NotAnArticle as error:
            return error.reason

    def _keep(self) -> None:
        agent = agent_of(self.crawler.settings)
        robots = [
            judge.robots(host, self.requests.robots_of(host), agent, urls) for host, urls in self.requests.asked.items()
        ]
        self.facts[:0] = robots
        Archive.of(self.crawler).facts.keep({fact.name: (fact.holds, fact.line()) for fact in self.facts}, now())

    def _count(self, component: str, reason: str) -> None:
        assert self.crawler.stats
        self.crawler.stats.inc_value(f"archive/{component}/{reason}")
