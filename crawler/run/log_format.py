"""The log's lines about articles: one line each, and at its end the doc id, by which one finds its whole story."""

from scrapy import Request, Spider
from scrapy.http import Response
from scrapy.logformatter import LogFormatter, LogFormatterResult
from twisted.python.failure import Failure

from crawler.items import Article


class LogFormat(LogFormatter):
    """Scrapy's own would print a dropped article whole."""

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
