"""Did a run do its job? From its stats to one word, a sentence and an exit status."""

from typing import Any

import pytest

from crawler.run.outcome import (
    ASKED_TO_WAIT,
    BLOCKED,
    CLOSED,
    FAILURES,
    INTERRUPTED,
    LAYOUTS,
    LISTING,
    LOCKED,
    OK,
    ROBOTS,
    WRITES,
    Outcome,
    judge,
)  # fmt: skip

GOOD = {"archive/listing/pages": 2, "archive/listing/entries": 80, "archive/fetch/pages": 20}
GOOD |= {"archive/layout/article-2017": 20, "archive/record_article/archived": 20}


def judged(reason: str = "finished", ratio: float = 0.2, **stats: Any) -> Outcome:
    """The good run, with other stats."""
    named = {f"archive/{name.replace('__', '/')}": value for name, value in stats.items()}
    return judge(GOOD | named, reason, ratio, ratio)


def test_every_status_is_another_and_none_is_one_of_scrapys() -> None:
    statuses = [LISTING, FAILURES, LAYOUTS, WRITES, INTERRUPTED, LOCKED, CLOSED, ROBOTS, BLOCKED, ASKED_TO_WAIT]
    assert len(set(statuses)) == len(statuses)
    assert not {OK, 1, 2} & set(statuses)


def test_a_host_that_is_not_reached_is_named() -> None:
    said = "no connection to web.archive.org: it has no address"
    outcome = judged(listing__no_connection=4, no_connection__host_example=said)
    assert (outcome.status, outcome.reason) == (LISTING, f"no listing: {said}")


def test_a_good_run_is_ok() -> None:
    assert judged() == Outcome("ok", 0, "the run did its job")


def test_an_idle_run_is_ok() -> None:
    assert judge({"archive/listing/pages": 1, "archive/skip/archived": 50}, "finished", 0.2, 0.2).status == OK


def test_refused_pages_skipped_ones_and_unmodified_ones_are_no_failures() -> None:
    assert judged(refuse__gone=15, skip__archived=60, fetch__not_modified=50, revision__gone=3).status == OK


@pytest.mark.parametrize("reason", ["empty", "html", "error_status", "http_500", "short_answer", "window_ignored"])
def test_one_bad_listing_is_enough(reason: str) -> None:
    outcome = judged(**{f"listing__{reason}": 1})
    assert (outcome.name, outcome.status) == ("listing_failed", LISTING)
    assert f"{reason} 1" in outcome.reason


@pytest.mark.parametrize(
    ("pages", "failures", "status"),
    [
        pytest.param(20, 0, OK, id="none"),
        pytest.param(16, 4, OK, id="few"),
        pytest.param(0, 1, FAILURES, id="the only one"),
        pytest.param(0, 4, FAILURES, id="all of few"),
        pytest.param(20, 5, OK, id="as many as the bound"),
        pytest.param(20, 6, FAILURES, id="more than the bound"),
        pytest.param(400, 90, OK, id="many of many"),
        pytest.param(300, 90, FAILURES, id="too many of many"),
    ],
)
def test_failures_count_by_their_share_of_all_pages_asked_for(pages: int, failures: int, status: int) -> None:
    assert judged(fetch__pages=pages, fetch__http_503=failures).status == status


@pytest.mark.parametrize("reason", ["failed", "timeout", "empty"])
def test_texts_that_did_not_come_out_are_failures_of_pages_that_were_fetched(reason: str) -> None:
    assert judged(fetch__pages=3, **{f"extract_body__{reason}": 3}).status == FAILURES
    assert judged(fetch__pages=20, **{f"extract_body__{reason}": 4}).status == OK
    assert judged(fetch__pages=20, **{f"extract_body__{reason}": 5}).status == FAILURES
    assert judged(fetch__pages=30, **{f"extract_body__{reason}": 5}).status == OK


def test_a_page_on_which_our_code_broke_counts_once() -> None:
    scrapys = {"spider_exceptions/count": 5, "spider_exceptions/KeyError": 5}
    outcome = judge(scrapys | {"archive/fetch/pages": 6, "archive/parse/KeyError": 5}, "finished", 0.2, 0.2)
    assert (outcome.status, outcome.reason) == (FAILURES, "5 of 6 pages failed: KeyError 5")


@pytest.mark.parametrize(
    ("images", "status"),
    [
        ({"known": 7}, OK),
        ({"kept": 7, "other_host": 7}, OK),
        ({"kept": 30, "http_404": 6}, OK),
        ({"kept": 20, "http_404": 6}, FAILURES),
        ({"known": 7, "http_404": 1}, FAILURES),
        ({"no_post": 2}, FAILURES),
    ],
)
def test_a_run_for_images_is_judged_by_them(images: dict[str, int], status: int) -> None:
    stats = {f"archive/keep_images/{name}": count for name, count in images.items()}
    assert judge(stats, "finished", 0.2, 0.2).status == status


def test_so_is_one_for_articles_where_many_failed() -> None:
    assert judged(keep_images__http_404=4).status == OK
    outcome = judged(keep_images__http_403=5, keep_images__kept=2)
    assert (outcome.name, outcome.status) == ("too_many_failures", FAILURES)
    assert outcome.reason == "5 of 7 images could not be had: http_403 5"


def test_a_start_that_broke_is_not_ok() -> None:
    outcome = judge({"archive/start/OperationalError": 1}, "finished", 0.2, 0.2)
    assert (outcome.name, outcome.status) == ("closed_early", CLOSED)
    assert outcome.reason == "the run broke while it took up its work: OperationalError 1"


def test_failures_with_the_same_name_in_two_places_add_up() -> None:
    assert judged(fetch__timeout=4, extract_body__timeout=4).status == FAILURES


@pytest.mark.parametrize("unknown", [5, 20])
def test_too_many_unknown_layouts_name_an_example(unknown: int) -> None:
    outcome = judged(layout__unknown=unknown, layout__unknown_example="https://x.test/", ratio=0.19)
    assert (outcome.name, outcome.status) == ("unknown_layouts", LAYOUTS)
    assert f"{unknown} of {20 + unknown} pages" in outcome.reason
    assert outcome.reason.endswith("https://x.test/")


def test_a_few_unknown_layouts_are_ok() -> None:
    assert judged(layout__unknown=4, layout__unknown_example="https://x.test/").status == OK


def test_one_refused_write_is_enough() -> None:
    assert judged(write_markdown__failed=1).status == WRITES


@pytest.mark.parametrize("stat", ["archive/feed/not_written", "feedexport/failed_count/FTPFeedStorage"])
def test_what_was_asked_for_beside_the_archive_and_is_not_written_is_said(stat: str) -> None:
    outcome = judge(GOOD | {stat: 1}, "finished", 0.2, 0.2)
    assert (outcome.name, outcome.status) == ("writes_failed", WRITES)


def test_a_file_that_was_kept_or_replaced_is_no_refused_write() -> None:
    counts = {"write_markdown__kept_other": 3, "write_markdown__replaced": 3, "write_markdown__unchanged": 3}
    assert judged(**counts).status == OK


def test_a_run_that_was_told_to_stop_is_interrupted() -> None:
    assert judged("shutdown").status == INTERRUPTED


@pytest.mark.parametrize("reason", ["closespider_timeout", "memusage_exceeded", "cancelled"])
def test_a_run_that_ended_early_is_not_ok(reason: str) -> None:
    outcome = judged(reason)
    assert (outcome.name, outcome.status) == ("closed_early", CLOSED)
    assert reason in outcome.reason


@pytest.mark.parametrize(("reason", "status"), [("blocked", BLOCKED), ("asked_to_wait", ASKED_TO_WAIT)])
def test_a_host_that_is_not_asked_any_more_is_named(reason: str, status: int) -> None:
    stops = {f"{reason}__hosts": 1, f"{reason}__host_example": "finance.sina.com.cn answered 403"}
    assert judged(**stops) == Outcome(reason, status, "finance.sina.com.cn answered 403")


@pytest.mark.parametrize(
    ("forbidden", "status"),
    [
        pytest.param({"fetch__robots_forbid": 4}, OK, id="few pages"),
        pytest.param({"fetch__robots_forbid": 6}, ROBOTS, id="many pages"),
        pytest.param({"listing__robots_forbid": 1}, ROBOTS, id="a list"),
        pytest.param({"second_source__robots_forbid": 4}, OK, id="second witnesses"),
        pytest.param({}, OK, id="images only"),
    ],
)
def test_what_a_robots_txt_forbids_is_a_failure_where_the_run_wants_it(forbidden: dict[str, int], status: int) -> None:
    example = {"robots__forbidden": 1, "robots__forbidden_example": "robots.txt of finance.sina.com.cn forbids us"}
    assert judged(**example, **forbidden).status == status


@pytest.mark.parametrize(
    ("worse", "better"),
    [
        ({"write_markdown__failed": 1}, {"blocked__hosts": 1, "blocked__host_example": "x"}),
        ({"blocked__hosts": 1, "blocked__host_example": "x"}, {"listing__blocked": 1}),
        ({"write_markdown__failed": 1}, {"listing__html": 1}),
        ({"listing__html": 1}, {"fetch__http_500": 50}),
        ({"fetch__http_500": 50}, {"layout__unknown": 50}),
    ],
)
def test_the_worst_is_what_is_said(worse: dict[str, Any], better: dict[str, Any]) -> None:
    assert judged(**worse, **better).name == judged(**worse).name != judged(**better).name


def test_what_the_catalog_refused_is_never_green() -> None:
    outcome = judged(catalog__refused=2)
    assert (outcome.name, outcome.status) == ("writes_failed", WRITES)
    assert outcome.reason == "the catalog refused 2 times what it was to enter"
