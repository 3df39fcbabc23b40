"""``python -m tests.support.make_webarchive``: writes the bundled web archive of the demo anew.

It holds what the Internet Archive would say of one article of the bundled site: the query that
sina_history asks, and two captures, of which the older one has another number and another sentence.
"""

import json
import sys
from datetime import UTC, datetime
from email.utils import format_datetime

from crawler.run.index_reader import LINES
from crawler.run.index_search import searches_of_article
from crawler.webarchive.internet_archive import BASE, memento_url, read_index, search_url
from tests.support.crawling import FIXTURES, SITE
from tests.support.warcs import http, record
from tests.support.webarchive.fake_internet_archive import NAMES
from tests.support.webarchive.holdings import Holding

ARTICLE = "http://finance.sina.com.cn/chanjing/cyxw/20120517/064015084461.shtml"
FOLDER = FIXTURES / "webarchive"
WARC, URLS = FOLDER / "internet_archive.warc", FOLDER / "urls.txt"
_FIRST, _LATER = datetime(2012, 5, 17, 3, 12, 40, tzinfo=UTC), datetime(2013, 1, 9, 18, 5, 2, tzinfo=UTC)
_SAVED_AT = "2026-01-05T04:00:00Z"
_EDITS = {"四月份的四十七张订单": "四月份的四十一张订单", "这种办法成本低，却要求各家的质量标准一致。": ""}


def holdings() -> list[Holding]:
    """The article's page as it was on its first day, and as it is on the bundled site."""
    page = (SITE / ARTICLE.partition("://")[2]).read_bytes()
    first = page
    for now, then in _EDITS.items():
        assert now.encode("gb18030") in first
        first = first.replace(now.encode("gb18030"), then.encode("gb18030"))
    headers = (("Content-Type", "text/html"), ("Server", "nginx"))
    return [Holding(ARTICLE, _FIRST, first, headers=headers), Holding(ARTICLE, _LATER, page, headers=headers)]


def warc() -> bytes:
    """The answers to what the demo asks."""
    (search,) = searches_of_article(ARTICLE)
    held = holdings()
    lines = [
        [
            holding.urlkey, holding.timestamp, holding.url, holding.mime, str(holding.status), holding.digest,
            str(len(holding.body)),
        ]
        for holding in held
    ]  # fmt: skip
    index = json.dumps([list(NAMES), *lines]).encode()
    asked = search_url(BASE, search.prefix, None, None, LINES)
    records = [record(http(index, Content_Type="application/json"), asked, _SAVED_AT)]
    for memento, holding in zip(read_index(index, datetime.now(UTC)).mementos, held, strict=True):
        at = format_datetime(holding.at, usegmt=True)
        headers = {"Content_Type": "text/html", "X_Archive_Orig_Server": "nginx", "Memento_Datetime": at}
        headers |= {"Link": f'<{holding.url}>; rel="original"'}
        records.append(record(http(holding.body, **headers), memento_url(BASE, memento), _SAVED_AT))
    return b"".join(records)


def main() -> int:
    """Writes it."""
    FOLDER.mkdir(exist_ok=True)
    WARC.write_bytes(warc())
    URLS.write_text(f"{ARTICLE}\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
