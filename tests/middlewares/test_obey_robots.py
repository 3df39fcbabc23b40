"""What robots.txt says is obeyed by each request, however many wait for it; over real sockets."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from crawler.sina.roll_api import listing_url
from tests.support.archives import Archive
from tests.support.local_sina import PLAIN, LocalSina, crawl, local_sina, reply
from tests.support.sites import CHANNEL, Site, stories

HOST = "finance.sina.com.cn"
ROBOTS = f"{HOST}/robots.txt"
LISTS = listing_url(CHANNEL, 1).partition("://")[2].partition("/")[0]
FORBIDDEN = "User-agent: *\nDisallow: /\n"


@pytest.fixture
def sina(tmp_path: Path) -> Iterator[LocalSina]:
    """Twenty articles; the list's own robots.txt allows everything, and that of the articles is not there."""
    with local_sina(Site(tmp_path / "site").add(*stories(20))) as server:
        server.answers[f"{LISTS}/robots.txt"] = reply(200, PLAIN)
        yield server


def left(sina: LocalSina, folder: Path) -> list[tuple[object, ...]]:
    """State, reason and attempts in the ledger, each once, with the number of articles that are due now."""
    now = "strftime('%Y-%m-%dT%H:%M:%SZ', 'now')"
    query = f"SELECT state, reason, attempts, sum(next_try_at <= {now}) FROM entries GROUP BY 1, 2, 3"
    return Archive(sina.site, folder).rows(query)


def test_of_twenty_that_wait_for_a_robots_txt_that_forbids_none_goes_out(sina: LocalSina, tmp_path: Path) -> None:
    sina.answers[ROBOTS] = reply(200, FORBIDDEN)
    run = crawl(sina, tmp_path / "archive")
    assert sina.articles == []
    assert sina.times(ROBOTS) == 1
    assert run.report
    assert run.report["counts"]["fetch/robots_forbid"] == 20
    assert left(sina, tmp_path / "archive") == [("failed", "robots_forbid", 1, 0)]

    assert run.status == 17
    assert f"robots_forbid (exit status 17): robots.txt of {HOST} forbids us: https://{HOST}/" in run.log[-1]


def test_all_that_wait_go_out_if_it_allows_them(sina: LocalSina, tmp_path: Path) -> None:
    sina.answers[ROBOTS] = reply(200, "User-agent: somebody-else\nDisallow: /\n")
    run = crawl(sina, tmp_path / "archive")
    assert (run.status, len(set(sina.articles))) == (0, 20)


def test_one_forbidden_folder_is_left_out_and_the_rest_goes_on(sina: LocalSina, tmp_path: Path) -> None:
    forbidden = [one.url for one in stories(3)]
    rules = "".join(f"Disallow: {url.partition(HOST)[2]}\n" for url in forbidden)
    sina.answers[ROBOTS] = reply(200, f"User-agent: *\n{rules}")
    run = crawl(sina, tmp_path / "archive")
    assert (run.status, len(sina.articles)) == (0, 17)
    assert left(sina, tmp_path / "archive") == [("archived", None, 0, None), ("failed", "robots_forbid", 1, 0)]


def test_a_list_that_it_forbids_is_not_asked_for(sina: LocalSina, tmp_path: Path) -> None:
    sina.answers[f"{LISTS}/robots.txt"] = reply(200, FORBIDDEN)
    run = crawl(sina, tmp_path / "archive", "-a", "sources=roll")
    assert [asked.url for asked in sina.asked] == [f"{LISTS}/robots.txt"]
    assert f"robots_forbid (exit status 17): robots.txt of {LISTS} forbids us" in run.log[-1]


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        pytest.param(reply(500), "answered 500", id="500"),
        pytest.param(reply(503), "answered 503", id="503"),
        pytest.param(reply(429), "answered 429", id="429"),
        pytest.param(b"", "could not be had (", id="no answer"),
        pytest.param(reply(301, Location="https://elsewhere.test/robots.txt"), "could not be had (OtherSite)",
                     id="on another site"),
    ],
)  # fmt: skip
def test_one_that_cannot_be_had_forbids_all_for_now(sina: LocalSina, tmp_path: Path, answer: bytes, says: str) -> None:
    sina.answers[ROBOTS] = answer
    run = crawl(sina, tmp_path / "archive")
    assert (run.status, sina.articles) == (17, [])
    assert f"robots.txt of {HOST} forbids us: it {says}" in run.log[-1]
    assert left(sina, tmp_path / "archive") == [("failed", "robots_forbid", 0, 20)]
    sina.answers[ROBOTS] = reply(200, PLAIN)
    assert crawl(sina, tmp_path / "archive").status == 0
    assert left(sina, tmp_path / "archive") == [("archived", None, 0, None)]


def test_one_that_never_ends_to_come_forbids_all_for_now(sina: LocalSina, tmp_path: Path) -> None:
    sina.answers[ROBOTS] = b"HTTP/1.1 200 OK\r\nContent-Length: 10000\r\n\r\nUser-agent: *\n"
    run = crawl(sina, tmp_path / "archive")
    assert (run.status, sina.articles) == (17, [])


def test_one_that_keeps_only_second_witnesses_out_fails_no_run(sina: LocalSina, tmp_path: Path) -> None:
    assert crawl(sina, tmp_path / "archive", "-a", "sources=roll").status == 0
    sina.answers[ROBOTS] = reply(503)
    run = crawl(sina, tmp_path / "archive")
    assert run.report
    counts = run.report["counts"]
    assert counts["robots/forbidden"] == counts["second_source/robots_forbid"] > 0
    assert run.status == 0


@pytest.mark.parametrize("status", [403, 404])
def test_where_there_is_none_nothing_is_forbidden(sina: LocalSina, tmp_path: Path, status: int) -> None:
    sina.answers[ROBOTS] = reply(status, FORBIDDEN)
    run = crawl(sina, tmp_path / "archive")
    assert (run.status, len(sina.articles)) == (0, 20)


@pytest.mark.parametrize(("redirections", "articles"), [(5, 0), (6, 20)])
def test_five_redirections_are_followed(sina: LocalSina, tmp_path: Path, redirections: int, articles: int) -> None:
    for number in range(redirections):
        before = f"{HOST}/{number}" if number else ROBOTS
        sina.answers[before] = reply(302, Location=f"/{number + 1}")
    sina.answers[f"{HOST}/{redirections}"] = reply(200, FORBIDDEN)
    crawl(sina, tmp_path / "archive")
    assert len(sina.articles) == articles


@pytest.mark.parametrize(
    ("filler", "articles"),
    [
        pytest.param(lambda: "# filler\n" * 30_000, 0, id="a long one is read"),
        pytest.param(lambda: "# filler\n" * 70_000, 20, id="what is behind 500 KiB is not"),
    ],
)
def test_its_first_500_kib_count(sina: LocalSina, tmp_path: Path, filler: Callable[[], str], articles: int) -> None:
    sina.answers[ROBOTS] = reply(200, filler() + FORBIDDEN)
    crawl(sina, tmp_path / "archive")
    assert len(sina.articles) == articles


def test_a_request_that_a_redirection_leads_to_is_held_to_it_too(sina: LocalSina, tmp_path: Path) -> None:
    first = stories(1)[0].url.partition("://")[2]
    sina.answers[first] = reply(302, Location="https://news.sina.com.cn/china/doc-inaaaaaa0000001.shtml")
    sina.answers["news.sina.com.cn/robots.txt"] = reply(200, FORBIDDEN)
    crawl(sina, tmp_path / "archive")
    assert not any(asked.url.startswith("news.sina.com.cn/china") for asked in sina.asked)
