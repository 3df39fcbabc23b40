"""A list of records, as the queries in docs/history.md write it from Common Crawl's table in Parquet."""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from crawler.sina.urls import doc_id_of
from crawler.webarchive.memento import BadIndexLine, Memento
from crawler.webarchive.records_file import read_records_file
from crawler.webarchive.warc_record import read_record
from tests.support.crawling import ROOT
from tests.support.webarchive.holdings import Holding, record_of

NOW = datetime(2026, 11, 26, tzinfo=UTC)
NOON = datetime(2010, 3, 12, 12, 0, 5, tzinfo=UTC)
TABLE = "s3://commoncrawl/cc-index/table/cc-main/warc/"
NAME = "crawl-data/CC-MAIN-2010/segments/1.0/warc/CC-MAIN-00000.warc.gz"
ARTICLES = [
    "http://finance.sina.com.cn/g/20051229/1801472429.shtml",
    "http://finance.sina.com.cn/china/20140301/024218372262.shtml",
    "http://chanye.finance.sina.com.cn/sm/2005-03-21/244339.shtml",
    "https://finance.sina.com.cn/china/gncj/2022-02-23/doc-imcwiwss2403820.shtml",
    "https://finance.sina.cn/china/2022-02-23/detail-imcwiwss2403820.d.html",
    "https://k.sina.com.cn/article_1644114654_61ff32de02000mz0l.html",
    "https://t.cj.sina.com.cn/articles/view/1644114654/61ff32de02000mz0l",
    "https://cj.sina.cn/article/view/1644114654/61ff32de02000mz0l/",
]
OTHERS = [
    "https://finance.sina.com.cn/china/",
    "https://finance.sina.com.cn/realstock/company/sh600519/nc.shtml",
    "https://sports.sina.com.cn/2022-02-23/doc-imcwiwss2403821.shtml",
    "https://finance.example.com/china/2022-02-23/doc-imcwiwss2403822.shtml",
    "https://notfinance.sina.com.cn/china/2022-02-23/doc-imcwiwss2403823.shtml",
]
HOLDINGS = [Holding(url, NOON + timedelta(days=day), b"page %d" % day) for day, url in enumerate(ARTICLES + OTHERS)]


def table(holdings: list[Holding], zone: str | None, is_new: bool) -> pa.Table:
    """As github.com/commoncrawl/cc-index-table describes it; older crawls have no column `content_truncated`."""
    offsets, offset = [], 0
    for holding in holdings:
        offsets.append(offset)
        offset += len(record_of(holding))
    hosts = [holding.url.split("/")[2] for holding in holdings]
    domains = [re.sub(r"^.*?([^.]+(\.com)?\.[a-z]+)$", r"\1", host) for host in hosts]
    columns = {
        "url_surtkey": pa.array([holding.urlkey for holding in holdings]),
        "url": pa.array([holding.url for holding in holdings]),
        "url_host_name": pa.array(hosts),
        "url_host_registered_domain": pa.array(domains),
        "url_path": pa.array([f"/{holding.url.split('/', 3)[3]}" for holding in holdings]),
        "fetch_time": pa.array([holding.at for holding in holdings], pa.timestamp("ms", zone)),
        "fetch_status": pa.array([holding.status for holding in holdings], pa.int16()),
        "content_digest": pa.array([holding.digest for holding in holdings]),
        "content_mime_type": pa.array([holding.mime for holding in holdings]),
        "warc_filename": pa.array([NAME] * len(holdings)),
        "warc_record_offset": pa.array(offsets, pa.int32()),
        "warc_record_length": pa.array([len(record_of(holding)) for holding in holdings], pa.int32()),
    }
    if is_new:
        columns["content_truncated"] = pa.array([holding.truncated or None for holding in holdings])
    return pa.table(columns)


def queries() -> list[str]:
    return re.findall(r"```sql\n(.*?)```", (ROOT / "docs/history.md").read_text(encoding="utf-8"), re.S)


@pytest.mark.parametrize("zone", [None, "UTC"])
def test_the_documented_query_gives_a_list_that_leads_to_every_article(tmp_path: Path, zone: str | None) -> None:
    warc = b"".join(record_of(holding) for holding in HOLDINGS)
    for crawl, is_new in (("CC-MAIN-2010", False), ("CC-MAIN-2022-05", True)):
        folder = tmp_path / "table" / f"crawl={crawl}" / "subset=warc"
        folder.mkdir(parents=True)
        pq.write_table(table(HOLDINGS if is_new else [], zone, is_new), folder / "part-00000.c000.gz.parquet")
    query = queries()[0]
    assert query.count(TABLE) == 1 and "'records.jsonl'" in query
    local = query[query.index("SET TimeZone") :].replace(TABLE, f"{tmp_path}/table/")
    duckdb.connect().execute(local.replace("'records.jsonl'", f"'{tmp_path}/records.jsonl'"))

    mementos = list(read_records_file((tmp_path / "records.jsonl").read_text(encoding="utf-8").splitlines(), NOW))
    assert [memento.url for memento in mementos if isinstance(memento, Memento)] == ARTICLES
    assert all(doc_id_of(url) for url in ARTICLES)
    for memento, holding in zip(mementos, HOLDINGS, strict=False):
        assert isinstance(memento, Memento) and memento.offset is not None and memento.length
        original = read_record(memento, NAME, warc[memento.offset : memento.offset + memento.length])
        assert (original.url, original.at, original.body) == (holding.url, holding.at, holding.body)


def test_athenas_query_is_duckdbs_in_its_own_words() -> None:
    duck, athena = (re.sub(r"\s+", " ", query[query.index("SELECT") :]) for query in queries())
    words = {"regexp_matches(": "regexp_like(", "strftime(": "date_format(", "%H%M%S": "%H%i%s"}
    for ours, theirs in words.items():
        duck = duck.replace(ours, theirs)
    named = re.compile(r" FROM .*? (?=\w+ IN \()")
    assert named.sub(" ", duck).partition(" ORDER BY")[0] == named.sub(" ", athena).partition(" ) TO")[0]


LINE = {
    "urlkey": HOLDINGS[0].urlkey, "timestamp": HOLDINGS[0].timestamp, "url": ARTICLES[0], "mime": "text/html",
    "status": "200", "digest": HOLDINGS[0].digest, "length": "300", "offset": "0", "filename": NAME,
}  # fmt: skip


@pytest.mark.parametrize("line", ["http://finance.sina.com.cn/a.shtml", "{", "[]", json.dumps(LINE | {"offset": None})])
def test_a_bad_line_is_named_and_the_others_go_on(line: str) -> None:
    bad, good = read_records_file([line, json.dumps(LINE)], NOW)
    assert isinstance(bad, BadIndexLine) and line[:20] in str(bad).replace('\\"', '"')
    assert isinstance(good, Memento)
