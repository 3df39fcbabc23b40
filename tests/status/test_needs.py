"""What needs a person is named with what helps, the most urgent first; what mends itself is not."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest

from crawler.status.missing import Missing, MissingArticle
from crawler.status.needs import Need, needs
from crawler.status.reported_runs import Run
from tests.support.shown import AT, EMPTY

OK = Run(AT - timedelta(minutes=9), AT, "ok", "the run did its job", report="reports/ok.json")
FINE = replace(EMPTY, is_listed=True, runs=[OK], last_success=AT)
FILL = "scrapy coverage --fill"
DAYS = frozenset({date(2024, 3, 5), date(2024, 3, 7)})


def failed(outcome: str) -> Run:
    return Run(AT, AT, outcome, "because", report="reports/bad.json")


def said(shown: Sequence[Need]) -> list[tuple[str, str]]:
    return [(need.says[1], need.command) for need in shown]


def test_an_archive_that_is_fine_needs_nothing() -> None:
    assert list(needs(FINE)) == []


def test_one_that_never_had_a_run_needs_the_first() -> None:
    assert said([*needs(EMPTY)]) == [("There was no run yet", "scrapy crawl sina_finance")]


@pytest.mark.parametrize(
    ("outcome", "command"),
    [("listing_failed", "scrapy probe"), ("writes_failed", "scrapy verify"), ("interrupted", "")],
)
def test_a_run_that_failed_is_named_with_its_report_and_one_that_was_stopped_is_not(outcome: str, command: str) -> None:
    shown = list(needs(replace(FINE, runs=[Run(AT), failed(outcome), OK])))
    expected = [
        Need(("上次运行没有完成任务", "The last run did not do its job"), "because", command, (), "reports/bad.json")
    ]
    assert shown == (expected if command else [])


def test_days_without_a_run_that_did_its_job_are_counted_from_the_last_or_from_the_first_run() -> None:
    late = replace(FINE, last_success=AT - timedelta(days=3, hours=5))
    assert said([*needs(late)]) == [("No run has done its job for 3 days", "")]
    never = replace(FINE, last_success=None, runs=[Run(AT - timedelta(days=1, hours=1))])
    assert said([*needs(never)]) == [("No run has done its job for 1 day", "")]


def test_what_no_run_tries_again_is_named_with_the_command_that_does() -> None:
    article = MissingArticle("题", "https://finance.sina.com.cn/a", date(2024, 3, 2), "timeout", True)
    missing = Missing({article.day: 1, date(2024, 3, 9): 4}, given_up=1, examples=[article])
    assert said([*needs(replace(FINE, missing=missing, unlisted=DAYS))]) == [
        ("The lists of 2 days were not read completely", f"{FILL} --since 2024-03-05 --until 2024-03-07"),
        ("1 article given up: no run tries again by itself", f"{FILL} --since 2024-03-02 --until 2024-03-02"),
    ]
    many = replace(missing, given_up=100)
    assert said([*needs(replace(FINE, missing=many))])[0][1] == FILL


def test_what_is_due_again_or_refused_needs_nobody() -> None:
    missing = Missing({date(2024, 3, 9): 4}, examples=[])
    assert list(needs(replace(FINE, missing=missing))) == []


def test_texts_that_shrank_are_named_a_few_of_them() -> None:
    run = replace(OK, shortened=[f"https://finance.sina.com.cn/{n}" for n in range(9)])
    (need,) = needs(replace(FINE, runs=[run]))
    assert need.says[1].startswith("The new text of 9 articles")
    assert need.urls == run.shortened[:5]
