"""The status page is one file that shows all the figures and in which nothing of an article is live."""

import re
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest
from lxml import html

from crawler.status.page import by_layout, human_bytes, human_time, render
from tests.support.shown import EMPTY, FULL, HOSTILE

LARGEST = 500_000  # bytes


def text(page: str) -> str:
    return " ".join(html.fromstring(page).text_content().split())


def test_what_comes_from_articles_and_reports_is_text() -> None:
    root = html.fromstring(render(FULL))
    assert not root.xpath("//script | //b[text()='alert(1)'] | //*[starts-with(name(@*), 'on')]")
    assert root.text_content().count(HOSTILE) >= 4
    (link,) = root.xpath("//main//a")
    assert link.get("href") == 'https://finance.sina.com.cn/"><script>'


def test_an_address_that_is_no_web_address_is_no_link() -> None:
    newest = FULL.newest
    assert newest
    page = render(replace(FULL, newest=replace(newest, url="javascript:alert(1)")))
    assert "javascript:" not in page


@pytest.mark.parametrize("figures", [FULL, EMPTY], ids=["full", "empty"])
def test_it_needs_nothing_from_anywhere(figures: object) -> None:
    root = html.fromstring(render(figures))  # type: ignore[arg-type]
    assert not root.xpath("//link | //script | //img | //iframe | //@src")
    assert not re.search(r"url\(|@import", render(figures))  # type: ignore[arg-type]


def test_it_says_how_things_stand_in_both_languages() -> None:
    shown = text(render(FULL))
    for said in (
        "53",
        "3 小时",
        "3 h",
        "too many failures",
        "失败过多",
        "未结束",
        "not ended",
        "4 分钟",
        "190 kB",
        "4.2 MB",
    ):
        assert said in shown, said


def test_every_text_in_one_language_has_its_other() -> None:
    root = html.fromstring(render(FULL))
    for span in root.xpath("//span[@lang='zh-CN']"):
        assert span.getnext().get("lang") == "en", span.text


def test_a_gap_is_marked_and_says_what_is_missing() -> None:
    root = html.fromstring(render(FULL))
    assert [day.get("title") for day in root.xpath("//*[@class='days']/i[contains(@class, ' g')]")] == [
        "03-05 · 40 · −2", "03-06 · 0 · −1", "03-07 · 0 · ?"
    ]  # fmt: skip


def test_completeness_is_said_with_an_interval_a_bound_or_why_not() -> None:
    shown = text(render(FULL))
    for said in (
        "滚动列表",
        "roll lists",
        "8 (4–16)",
        "7 (3–5,678)",
        "if independent",
        "至少",
        "1,234",
        "dependent witnesses",
    ):
        assert said in shown, said


def test_an_empty_archive_has_a_page() -> None:
    assert "还没有文章。" in text(render(EMPTY))


def test_a_quarter_of_a_century_is_still_a_small_file() -> None:
    first = date(2000, 1, 1)
    days = {first + timedelta(days=n): 1 + n % 300 for n in range(25 * 366)}
    gaps = {day: 3 for day in days if day.day == 1}
    months = {f"{day:%Y-%m}": Counter({f"layout-{day.year % 12}": 300, "unknown": 2}) for day in days}
    page = render(replace(FULL, days=days, gaps=gaps, layouts=months, runs=FULL.runs * 5))
    assert len(page.encode()) < LARGEST


def test_layouts_are_of_months_while_they_are_few_and_of_years_then() -> None:
    few = {f"2024-{n:02}": Counter({"a": n}) for n in range(1, 13)}
    assert by_layout(few) == (list(few), {"a": list(range(1, 13))})
    many = {f"{2020 + n // 12}-{n % 12 + 1:02}": Counter({"a": 1}) for n in range(36)}
    assert by_layout(many) == (["2020", "2021", "2022"], {"a": [12, 12, 12]})


def test_layouts_beyond_eight_are_counted_together() -> None:
    _, parts = by_layout({"2024-03": Counter({f"layout-{n}": 20 - n for n in range(12)})})
    assert list(parts) == [f"layout-{n}" for n in range(7)] + ["…"]
    assert parts["…"] == [13 + 12 + 11 + 10 + 9]


@pytest.mark.parametrize(
    ("size", "expected"), [(0, "0 B"), (999, "999 B"), (1000, "1 kB"), (1_400_000, "1.4 MB"), (10**13, "10.0 TB")]
)
def test_bytes_for_people(size: int, expected: str) -> None:
    assert human_bytes(size) == expected


@pytest.mark.parametrize(
    ("seconds", "expected"), [(-5, "0 s"), (59, "59 s"), (60, "1 min"), (7_199, "1 h"), (90_000, "1 d")]
)
def test_spans_for_people(seconds: int, expected: str) -> None:
    assert human_time(timedelta(seconds=seconds))[1] == expected
