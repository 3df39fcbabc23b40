"""At most so many requests in a run, with those for robots.txt, each answered by a reply or the reason for none."""

from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Self
from urllib.parse import urlsplit

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from crawler.run.probe_facts import NOT_ASKED, Reply


class FewRequests:
    """Asks through the downloader and all of its middlewares, one request after the other."""

    def __init__(self, crawler: Crawler, most: int, needs_robots: bool) -> None:
        """`needs_robots`: the first request to a host costs another one."""
        self._crawler = crawler
        self._most = most
        self._needs_robots = needs_robots
        self._count = 0
        self._robots: dict[str, Reply] = {}  # by host
        self.asked: dict[str, list[str]] = {}  # URLs by host
        self.date: datetime | None = None  # as the first answer says

    @classmethod
    def of(cls, crawler: Crawler, most: int) -> Self:
        """For a crawl that begins."""
        few = cls(crawler, most, crawler.settings.getbool("ROBOTSTXT_OBEY"))
        crawler.signals.connect(few.sent, signals.request_reached_downloader)
        crawler.signals.connect(few.received, signals.response_received)
        return few

    @property
    def left(self) -> int:
        """How many may still be sent."""
        return self._most - self._count

    def robots_of(self, host: str) -> Reply:
        """What robots.txt of a host says that was asked something."""
        lacking = Reply(f"https://{host}/robots.txt", error="no_answer" if self._needs_robots else NOT_ASKED)
        return self._robots.get(host, lacking)

    async def get(self, url: str, **headers: str) -> Reply:
        """The answer, or why there is none; ``not_asked`` for an address that is none, and where too few are left."""
        host = urlsplit(url).netloc
        if not host or self.left < 1 + (self._needs_robots and host not in self.asked):
            return Reply(url, error=NOT_ASKED)
        self.asked.setdefault(host, []).append(url)
        assert self._crawler.engine
        try:
            response = await self._crawler.engine.download_async(Request(url, headers=headers, dont_filter=True))
        except IgnoreRequest:
            return Reply(url, error="forbidden")
        except Exception as error:  # whatever keeps an answer away is the answer
            return Reply(url, error=type(error).__name__)
        self.date = self.date or _date(response)
        return Reply(url, response.status, response.body)

    def sent(self) -> None:
        """A request goes out, be it one for robots.txt."""
        self._count += 1

    def received(self, response: Response, request: Request) -> None:
        """Keeps what robots.txt says; the middleware that asks for it keeps it for itself."""
        parts = urlsplit(request.url)
        if parts.path == "/robots.txt":
            self._robots[parts.netloc] = Reply(request.url, response.status, response.body)


def _date(response: Response) -> datetime | None:
    try:
        return parsedate_to_datetime((response.headers.get("Date") or b"").decode("latin-1"))
    except ValueError:
        return None
