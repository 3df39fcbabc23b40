"""The list pages of 2005 to about 2016: read where a web archive's captures or a saved site have them.

Sina itself is asked for one only where an argument names it: whether they are still there is not known.
"""

from collections.abc import Iterator
from datetime import datetime

from crawler.archive.ledger import OLD_LIST
from crawler.sina.json_answer import ListingError
from crawler.sina.link_list import LinkList
from crawler.sina.old_list import old_list_url, parse_old_list, section_of
from crawler.sources.source import Answer, Ask, ListCapture, NoAnswer
from crawler.times import now


def recognise(url: str) -> ListCapture | None:
    """A captured page of the list of whatever section."""
    section = section_of(url)
    return ListCapture(OLD_LIST + section, lambda body, at: parse(body, url, at).entries) if section else None


def parse(body: bytes, url: str, at: datetime) -> LinkList:
    """The page at `url`, as it came at `at`. Raises NoAnswer."""
    try:
        return parse_old_list(body, url, at)
    except ListingError as error:
        raise NoAnswer(error.reason, str(error)) from error


class OldListPage:
    """One page; there is no state."""

    is_second = True

    def __init__(self, page: str, after: str = "") -> None:
        """`page`: as its address has it, ``finance/zq1/ssgs/index_2``."""
        self.name = OLD_LIST + page
        self.channel = OLD_LIST + page.rpartition("/")[0]
        self.after = after
        self._url = old_list_url(page)

    def start(self) -> Iterator[Ask]:
        """The page."""
        yield Ask(self._url, None)

    def read(self, ask: Ask, body: bytes) -> Answer:
        """A list that is read nowhere near its top proves no day."""
        page = parse(body, ask.url, now())
        return Answer(page.entries, left_out=page.left_out)

    def failed(self, ask: Ask, reason: str) -> None:
        """Who named it may name it again."""
