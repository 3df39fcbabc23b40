"""A host that blocks us is asked no more, and the run says so; over real sockets."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.archives import Archive, Run
from tests.support.local_sina import LocalSina, crawl, local_sina, reply
from tests.support.sites import Site, stories

HOST = "finance.sina.com.cn"
URLS = [one.url for one in stories(40)]
PATHS = [url.partition("://")[2] for url in URLS]
CHALLENGE = "<html><body><p>请完成验证后继续访问</p></body></html>"
GONE = "<html><body><div class='main'>页面没有找到 5秒钟之后将会带您进入新浪首页!</div></body></html>"


@pytest.fixture
def sina(tmp_path: Path) -> Iterator[LocalSina]:
    """Forty articles."""
    with local_sina(Site(tmp_path / "site").add(*stories(40))) as server:
        yield server


def slowly(sina: LocalSina, tmp_path: Path, **settings: float) -> Run:
    """Two at a time and one after the other, as a run does it; the others wait in Scrapy's queue."""
    pace = {"CONCURRENT_REQUESTS_PER_DOMAIN": 2, "DOWNLOAD_DELAY": 0.05}
    return crawl(sina, tmp_path / "archive", **pace | settings)


@pytest.mark.parametrize(
    ("answer", "sign", "most", "delay"),
    [
        pytest.param(reply(403), "answered 403 to", 7, 0.05, id="403"),
        pytest.param(reply(418), "answered 418 to", 7, 0.05, id="418"),
        pytest.param(reply(429), "answered 429 to", 7, 0.05, id="429"),
        pytest.param(reply(456), "answered 456 to", 7, 0.05, id="456"),
        pytest.param(reply(302, Location="/verify?from=here"), f"led to https://{HOST}/verify", 8, 0.05,
                     id="one place"),
        # The workers that read pages are only starting.
        pytest.param(reply(200, CHALLENGE, Content_Type="text/html"), "gave one same page, no article, for", 30, 0.3,
                     id="one page"),
    ],
)  # fmt: skip
def test_a_host_that_blocks_us_is_asked_no_more(
    sina: LocalSina, tmp_path: Path, answer: bytes, sign: str, most: int, delay: float
) -> None:
    sina.answers |= dict.fromkeys(PATHS, answer)
    run = slowly(sina, tmp_path, DOWNLOAD_DELAY=delay)
    assert run.status == 18
    assert f"blocked (exit status 18): {HOST} {sign} 5 different articles in a row, the last was" in run.log[-1]
    assert len(sina.articles) <= most  # the fifth answer, and what was under way
    assert run.report
    assert run.report["counts"]["fetch/blocked"] >= 40 - most


def test_what_was_not_asked_for_stays_due_and_the_next_run_gets_it(sina: LocalSina, tmp_path: Path) -> None:
    archive = Archive(sina.site, tmp_path / "archive")
    sina.answers |= dict.fromkeys(PATHS, reply(403))
    slowly(sina, tmp_path)
    asked = len(sina.articles)
    assert asked <= 7
    now = "strftime('%Y-%m-%dT%H:%M:%SZ', 'now')"
    query = f"SELECT reason, attempts, count(*), sum(next_try_at <= {now}) FROM entries GROUP BY 1, 2 ORDER BY 1"
    assert archive.rows(query) == [("blocked", 0, 40 - asked, 40 - asked), ("http_403", 1, asked, 0)]
    sina.answers.clear()
    assert slowly(sina, tmp_path).status == 0
    assert len(archive.posts()) == 40 - asked


def test_refusals_between_good_answers_are_no_block(sina: LocalSina, tmp_path: Path) -> None:
    sina.answers |= dict.fromkeys(PATHS[::4], reply(403))
    run = crawl(sina, tmp_path / "archive", CONCURRENT_REQUESTS_PER_DOMAIN=1, CONCURRENT_REQUESTS=1)
    assert len(sina.articles) == 40
    assert run.report
    assert run.report["outcome"] == "too_many_failures"


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(reply(404), id="404"),
        pytest.param(reply(200, GONE, Content_Type="text/html; charset=utf-8"), id="Sina's page for it"),
    ],
)
def test_many_pages_that_sina_says_are_gone_are_no_block(sina: LocalSina, tmp_path: Path, answer: bytes) -> None:
    sina.answers |= dict.fromkeys(PATHS, answer)
    run = slowly(sina, tmp_path)
    assert len(sina.articles) == 40
    assert run.status != 18


def test_a_refusal_that_is_tried_again_counts_once(sina: LocalSina, tmp_path: Path) -> None:
    sina.answers |= dict.fromkeys(PATHS[:4], reply(429))
    file = tmp_path / "urls.txt"
    file.write_text("\n".join(URLS[:4]), encoding="utf-8")
    run = crawl(sina, tmp_path / "archive", "-a", f"urls={file}", RETRY_TIMES=2)
    assert len(sina.articles) == 12
    assert run.status == 11
