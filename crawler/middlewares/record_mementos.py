"""Keeps what web archives hold, each capture as a record of its own address and time."""

from scrapy import Request
from scrapy.http import Response

from crawler.middlewares.record_captures import RecordCaptures
from crawler.warc.memento_record import MementoRecord
from crawler.warc.records import Exchange


class RecordMementos(RecordCaptures):
    """In the place of RecordCaptures, behind ProveMemento: what is not proved is not kept, nor are index answers."""

    def exchange(self, request: Request, response: Response) -> Exchange | None:  # noqa: ARG002  # as RecordCaptures has it
        """The proved capture, if the response is one."""
        original = request.meta.get("original")
        return MementoRecord(original) if original else None
