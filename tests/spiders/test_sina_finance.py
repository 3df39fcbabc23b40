"""What the spider asks for, and what it makes of the answers."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import HtmlResponse, Response
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure

from crawler.archive.archive import Archive
from crawler.items import Article
from crawler.replay.replay import SavedSite
from crawler.run.worker_pool import WorkerPool
from crawler.sina.channels import CHANNELS
from crawler.spiders.sina_finance import SinaFinanceSpider
from tests.support.crawling import SITE
from tests.support.reading import read_here

MakeSpider = Callable[..., SinaFinanceSpider]
ROLL = "https://feed.mix.sina.com.cn/api/roll/get"
PAGES = "http://finance.sina.com.cn/g/20110604/09359912874.shtml"


@pytest.fixture(autouse=True)
def no_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(WorkerPool, "run", read_here)


@pytest.fixture
def make_spider(crawler: Crawler) -> Iterator[MakeSpider]:
    """Spiders with arguments as ``-a`` gives them."""

    def make(**arguments: str) -> SinaFinanceSpider:
        return SinaFinanceSpider.from_crawler(crawler, **arguments)

    yield make
    Archive.of(crawler).close()


def first_requests(spider: SinaFinanceSpider) -> list[Request]:
    """All that the spider begins with."""
    found = []

    async def collect() -> None:
        found.extend([request async for request in spider.start()])

    asyncio.run(collect())
    return found


def answer(request: Request, body: bytes | None = None, **more: Any) -> Response:
    """The saved response to `request`, or one with `body`."""
    saved = SavedSite(SITE).read(request.url) if body is None else body
    assert saved is not None, request.url
    return HtmlResponse(request.url, body=saved, request=request, **more)


def follow(request: Request, body: bytes | None = None) -> list[Any]:
    """What the request's callback yields for its answer."""
    assert request.callback
    found = request.callback(answer(request, body), **request.cb_kwargs)
    return asyncio.run(_listed(found)) if hasattr(found, "__aiter__") else list(found)


async def _listed(found: AsyncIterator[Any]) -> list[Any]:
    return [one async for one in found]


def asked_for(spider: SinaFinanceSpider, *urls: str) -> list[Request]:
    """The article requests for a list that holds `urls`."""
    (first,) = first_requests(spider)
    entries = [{"url": url, "title": "题", "ctime": "1709541308"} for url in urls]
    return [request for request in follow(first, listing(*entries)) if not request.url.startswith(ROLL)]


def listing(*entries: dict[str, Any], lid: str = "1686") -> bytes:
    """A roll API answer that lists `entries`."""
    return json.dumps({"result": {"status": {"code": 0}, "lid": lid, "total": 1, "data": entries}}).encode()


def stats(spider: SinaFinanceSpider) -> dict[str, Any]:
    """The archive's own stats so far."""
    assert spider.crawler.stats
    return {k: v for k, v in spider.crawler.stats.get_stats().items() if k.startswith("archive/")}


def test_by_default_it_asks_for_the_first_page_of_the_rolling_list(make_spider: MakeSpider) -> None:
    assert [r.url for r in first_requests(make_spider())] == [f"{ROLL}?pageid=155&lid=1686&num=50&page=1"]


def test_channels_are_given_by_lid_or_name_and_asked_once_each(make_spider: MakeSpider) -> None:
    urls = [request.url for request in first_requests(make_spider(channels="宏观经济, 1693,1687"))]
    assert urls == [f"{ROLL}?pageid=155&lid=1687&num=50&page=1", f"{ROLL}?pageid=164&lid=1693&num=50&page=1"]


def test_every_entry_of_a_list_is_asked_for_once_and_then_the_next_page(make_spider: MakeSpider) -> None:
    (first,) = first_requests(make_spider())
    *articles, following = follow(first)
    assert following.url == f"{ROLL}?pageid=155&lid=1686&num=50&page=2"
    assert len({request.url for request in articles}) == len(articles) == 10
    assert not any(request.url.startswith(ROLL) for request in articles)


def test_a_list_without_entries_is_the_last(make_spider: MakeSpider) -> None:
    (first,) = first_requests(make_spider(sources="roll"))
    assert follow(first, listing()) == []


def test_max_pages_bounds_the_pages_of_a_channel(make_spider: MakeSpider) -> None:
    (first,) = first_requests(make_spider(max_pages="1"))
    assert not any(request.url.startswith(ROLL) for request in follow(first))


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"<html><body>busy</body></html>", "html"),
        (b'{"result":{"status":{"code":0},"data":[{"url":"http', "not_json"),
        (b'{"result":{"status":{"code":0},"lid":1686,"data":{}}}', "no_list"),
        (b'{"result":{"status":{"code":11,"msg":"error"},"data":[]}}', "error_status"),
        (b'{"result":{"status":{"code":0},"lid":2516,"data":[]}}', "other_channel"),
        (b"", "not_json"),
    ],
    ids=["html", "truncated", "data is an object", "error code", "another channel's", "empty"],
)
def test_an_unreadable_list_is_counted_and_named_and_nothing_is_asked_for(
    make_spider: MakeSpider, caplog: pytest.LogCaptureFixture, body: bytes, reason: str
) -> None:
    spider = make_spider(sources="roll")
    (first,) = first_requests(spider)
    assert follow(first, body) == []
    assert stats(spider) == {f"archive/listing/{reason}": 1}
    assert f"unreadable listing ({reason}): {first.url}" in caplog.text


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://video.sina.com.cn/p/finance/2022-06-22/detail-imizmscv5500112.d.html", "video"),
        ("http://live.sina.com.cn/zt/l/v/finance/x/", "live"),
        ("https://finance.sina.com.cn/zt_d/2019forum/", "special"),
        ("https://example.com/doc-inamqhtv5093318.shtml", "other_site"),
        ("https://finance.sina.com.cn.example.com/2024-03-04/doc-inamqhtv5093318.shtml", "other_site"),
        ("ftp://finance.sina.com.cn/2024-03-04/doc-inamqhtv5093318.shtml", "no_http_url"),
        ("https://finance.sina.com.cn/2024-03-04/doc-i..%2f..%2fetc.shtml", "no_article_url"),
        ("http://[::1", "bad_url"),
    ],
    ids=["video", "live", "special", "elsewhere", "looks like Sina", "ftp", "path characters", "broken"],
)
def test_an_entry_that_is_no_article_is_counted_with_its_reason(make_spider: MakeSpider, url: str, reason: str) -> None:
    spider = make_spider()
    assert asked_for(spider, url) == []
    assert stats(spider)[f"archive/skip/{reason}"] == 1


def test_tracking_is_not_asked_for_and_a_redirector_is_gone_round(make_spider: MakeSpider) -> None:
    plain = "https://finance.sina.com.cn/roll/2024-03-04/doc-inamqhtv5093318.shtml"
    behind = "http://finance.sina.com.cn/roll/2024-03-05/doc-inamqhtv5093319.shtml"
    listed = [f"{plain}?cre=tianyi&loc=3", f"https://dp.sina.cn/dpool/cms/jump.php?url={behind}"]
    asked = asked_for(make_spider(), *listed)
    assert [request.url for request in asked] == [plain, behind.replace("http:", "https:")]


def test_an_article_keeps_its_entry_and_the_urls_it_was_seen_under(make_spider: MakeSpider) -> None:
    url = "https://finance.sina.com.cn/roll/2024-03-04/doc-inamqhtv5093318.shtml"
    (request,) = asked_for(make_spider(), f"{url}?cre=x")
    (article,) = follow(request)
    assert isinstance(article, Article)
    assert (article.doc_id, article.url, article.aliases) == ("namqhtv5093318", url, (url,))
    assert article.entry
    assert article.entry.title == "题"


def test_the_pages_of_an_article_become_one_article_in_order(make_spider: MakeSpider) -> None:
    got: Any
    (got,) = asked_for(make_spider(), PAGES)
    asked = []
    while isinstance(got, Request):
        asked.append(got.url)
        (got,) = follow(got)
    assert asked == [PAGES, PAGES.replace(".shtml", "_2.shtml"), PAGES.replace(".shtml", "_3.shtml")]
    places = [got.body_html.index(text) for text in ("本报记者 田既明", "隐形条款", "把厂房拆小")]
    assert places == sorted(places)


def test_an_article_whose_next_page_fails_is_not_kept_in_part(
    make_spider: MakeSpider, caplog: pytest.LogCaptureFixture
) -> None:
    spider = make_spider()
    (first,) = asked_for(spider, PAGES)
    (second,) = follow(first)
    failure = Failure(HttpError(Response(second.url, status=502)))
    failure.request = second  # type: ignore[attr-defined]
    assert second.errback
    assert not second.errback(failure)
    assert stats(spider)["archive/fetch/http_502"] == 1
    assert f"not fetched (http_502): {second.url}" in caplog.text


def test_the_url_of_a_later_page_leads_to_the_whole_article(make_spider: MakeSpider, tmp_path: Path) -> None:
    urls = tmp_path / "urls.txt"
    urls.write_text(PAGES.replace(".shtml", "_2.shtml"))
    (request,) = first_requests(make_spider(urls=str(urls)))
    assert request.url.partition("://")[2] == PAGES.partition("://")[2]


def test_a_page_that_is_no_article_is_refused_and_named(
    make_spider: MakeSpider, caplog: pytest.LogCaptureFixture
) -> None:
    spider = make_spider()
    url = "https://finance.sina.com.cn/china/2024-02-29/doc-inakqvty1457208.shtml"
    (request,) = asked_for(spider, url)
    assert follow(request) == []
    assert stats(spider)["archive/refuse/gone"] == 1
    assert f"no article (gone): {url}" in caplog.text


def test_a_page_that_takes_too_long_to_read_is_named_and_tried_again(
    make_spider: MakeSpider, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never(*_: Any) -> Any:
        raise TimeoutError

    monkeypatch.setattr(WorkerPool, "run", never)
    spider = make_spider()
    url = "https://finance.sina.com.cn/china/2024-02-29/doc-inakqvty1457208.shtml"
    (request,) = asked_for(spider, url)
    assert follow(request) == []
    assert stats(spider)["archive/parse/timeout"] == 1
    assert f"not read after 30 s: {url}" in caplog.text
    known = spider.archive.ledger.known(["nakqvty1457208"])["nakqvty1457208"]
    assert (known.state, known.reason) == ("failed", "timeout")


def test_arguments_that_scrapyd_adds_pass_and_replace_nothing_of_the_spider(make_spider: MakeSpider) -> None:
    spider = make_spider(_job="6a1b", _version="1", _article="x", channels="1687")
    assert spider.arguments == {"channels": "1687"}
    assert callable(spider._article)


@pytest.mark.parametrize(
    ("name", "complaint"),
    [
        ("chanels", r"unknown argument 'chanels' \(did you mean channels\?\); known are: channels, since, until"),
        ("Since", r"unknown argument 'Since' \(did you mean since\?\)"),
        ("colour", "unknown argument 'colour'; known are: channels"),
        *((name, f"unknown argument '{name}'") for name in ("start", "name", "parse_article", "allowed_domains")),
    ],
)
def test_an_unknown_argument_is_refused_with_those_that_are_known(
    make_spider: MakeSpider, name: str, complaint: str
) -> None:
    with pytest.raises(ValueError, match=complaint):
        make_spider(**{name: "1687"})


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"", "urls.txt has no line that is an article's URL$"),
        (b"# https://finance.sina.com.cn/china/2024-03-05/doc-inamrkwx3817264.shtml\n", "has no line"),
        (b"see below\nhttps://example.com/\nhttps://finance.sina.com.cn/\n", "of 3 the first is 'see below'$"),
        ("标题".encode("gb18030"), "urls.txt is no text in UTF-8"),
    ],
    ids=["empty", "comments", "other lines", "another encoding"],
)
def test_a_file_that_names_no_article_is_refused_by_name(
    make_spider: MakeSpider, tmp_path: Path, content: bytes, complaint: str
) -> None:
    urls = tmp_path / "urls.txt"
    urls.write_bytes(content)
    with pytest.raises(ValueError, match=f"^urls: {tmp_path}.*{complaint}"):
        make_spider(urls=str(urls))


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (
            {"sources": "roll,colums"},
            r"unknown source 'colums' \(did you mean columns\?\); known are: roll, colu",
        ),
        ({"sources": "list:../x/index_1"}, "unknown source 'list:../x/index_1'.*list:SECTION/index_N"),
        ({"sources": "columns", "urls": "urls.txt"}, "urls is given together with sources"),
        ({"sources": "roll,columns", "since": "2024-03-01"}, "sources: a window is read in the lists of the roll API"),
        ({"flashes": "articles"}, "flashes: 'articles' is wanted, with sources=7x24"),
        ({"flashes": "yes", "sources": "7x24"}, "flashes: 'articles' is wanted, with sources=7x24, not 'yes'"),
    ],
    ids=["unknown", "leads out", "with urls", "of a window", "no feed", "no such flashes"],
)
def test_sources_that_are_none_or_do_not_go_together_are_refused(
    make_spider: MakeSpider, arguments: dict[str, str], complaint: str
) -> None:
    with pytest.raises(ValueError, match=complaint):
        make_spider(**arguments)


@pytest.mark.parametrize("value", ["0", "-1", "x", "1.5", "２"], ids=str)
def test_max_pages_is_a_number_from_1_on(make_spider: MakeSpider, value: str) -> None:
    with pytest.raises(ValueError, match=r"max_pages: a number from 1 on is wanted"):
        make_spider(max_pages=value)


def test_an_unknown_channel_is_named_with_all_that_are_known(make_spider: MakeSpider) -> None:
    with pytest.raises(ValueError, match="unknown channel '9999'") as error:
        make_spider(channels="1686,9999")
    assert all(channel.lid in str(error.value) for channel in CHANNELS)


def test_a_missing_file_of_urls_is_named(make_spider: MakeSpider) -> None:
    with pytest.raises(FileNotFoundError, match=r"no/such/file\.txt"):
        make_spider(urls="no/such/file.txt")


def test_the_listings_time_becomes_the_posts_date(make_spider: MakeSpider) -> None:
    (first,) = first_requests(make_spider())
    request = next(r for r in follow(first) if "namrkwx3817264" in r.url)
    (article,) = follow(request)
    assert article.date == request.cb_kwargs["entry"].created_at
    assert f"{article.date:%Y-%m-%d %H:%M:%S %z}" == "2024-03-05 09:17:43 +0800"
