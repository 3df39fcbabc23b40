"""The log's lines: one an event, whatever it holds; about an article with its doc id at the end, to find its story."""

import logging
from typing import Self

from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.logformatter import LogFormatter, LogFormatterResult
from twisted.python.failure import Failure

from crawler.items import Article
from crawler.run.one_line import escaped, one_line

# These show what Scrapy is made of and what it counted, as Python writes it, over several lines.
_TABLES = {"scrapy.crawler", "scrapy.middleware", "scrapy.statscollectors", "scrapy.utils.log"}


class OneLineRecord(logging.LogRecord):
    """An event of which no value can look like another event. A traceback follows it on lines of its own."""

    def getMessage(self) -> str:  # logging's own name
        """The message on one line."""
        message = super().getMessage()
        return escaped(message) if self.name in _TABLES and self.levelno <= logging.INFO else one_line(message)


def install_one_line_records() -> None:
    """Every handler of this process gets such records from now on. Safe to repeat."""
    logging.setLogRecordFactory(OneLineRecord)


class LogFormat(LogFormatter):
    """Scrapy's own would print a dropped article whole."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        install_one_line_records()  # for crawls that no command began
        return super().from_crawler(crawler)

    def dropped(
        self, item: Article, exception: BaseException, response: Response | Failure | None, spider: Spider
    ) -> LogFormatterResult:
        """Why a pipeline let an article go."""
        said = super().dropped(item, exception, response, spider)
        return _named(said, exception, item.doc_id)

    def item_error(
        self, item: Article, exception: BaseException, response: Response | Failure | None, spider: Spider
    ) -> LogFormatterResult:
        """A pipeline broke on it; the traceback follows."""
        said = super().item_error(item, exception, response, spider)
        return _named(said, f"broken in a pipeline: {item.url}", item.doc_id)

    def spider_error(
        self, failure: Failure, request: Request, response: Response | Failure, spider: Spider
    ) -> LogFormatterResult:
        """The spider broke on a page; the traceback follows."""
        said = super().spider_error(failure, request, response, spider)
        doc_id = request.meta.get("doc_id") or request.meta.get("part_of")
        return _named(said, f"broken in the spider: {request.url}", doc_id) if doc_id else said


def _named(said: LogFormatterResult, what: object, doc_id: str) -> LogFormatterResult:
    return {"level": said["level"], "msg": "%(what)s [%(doc_id)s]", "args": {"what": what, "doc_id": doc_id}}
