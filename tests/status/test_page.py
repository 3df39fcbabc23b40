"""The status page is one file that shows all the figures and in which nothing of an article is live."""

import base64
import hashlib
import re
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest
from lxml import html

from crawler.status.figures import Figures
from crawler.status.missing import Missing
from crawler.status.page import by_layout, human_bytes, human_time, render
from tests.support.shown import AT, EMPTY, FULL, HOSTILE

DAY = date(2024, 3, 4)
REFUSED = Counter({"empty_body": 2})
LARGEST = 500_000  # bytes


def text(page: str) -> str:
    return " ".join(html.fromstring(page).text_content().split())


def test_what_comes_from_articles_and_reports_is_text() -> None:
    root = html.fromstring(render(FULL))
    assert not root.xpath("//b[text()='alert(1)'] | //*[starts-with(name(@*), 'on')]")
    assert root.text_content().count(HOSTILE) >= 4
    assert 'https://finance.sina.com.cn/"><script>' in root.xpath("//main//a/@href")


def test_no_script_runs_but_the_one_whose_hash_the_page_names() -> None:
    root = html.fromstring(render(FULL))
    (script,) = root.xpath("//script")
    digest = base64.b64encode(hashlib.sha256(script.text.encode()).digest()).decode()
    (policy,) = root.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    assert policy == f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'"


def test_links_lead_to_the_page_or_into_the_archive_and_are_none_where_there_is_no_file() -> None:
    inside = {"../out%20put/posts/2024/03/10/a%20b.md", "../out%20put/reports/a.json", "../out%20put/reports/b.json"}
    assert inside <= set(html.fromstring(render(FULL, "../out put")).xpath("//main//a/@href"))
    links = html.fromstring(render(FULL)).xpath("//main//a/@href")
    assert all(link.startswith(("https://", "#")) for link in links)
    assert {"https://finance.sina.com.cn/b", "https://finance.sina.com.cn/c"} <= set(links)


def test_an_address_that_is_no_web_address_is_no_link() -> None:
    newest = FULL.newest
    assert newest
    page = render(replace(FULL, newest=replace(newest, url="javascript:alert(1)")))
    assert "javascript:" not in page


@pytest.mark.parametrize("figures", [FULL, EMPTY], ids=["full", "empty"])
def test_it_needs_nothing_from_anywhere(figures: object) -> None:
    root = html.fromstring(render(figures))  # type: ignore[arg-type]
    assert not root.xpath("//link | //img | //iframe | //@src")
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
    assert [day.get("title") for day in root.xpath("//*[@class='days']/*[contains(@class, ' g')]")] == [
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


def tile(figures: Figures) -> str:
    """What the third tile says, in English."""
    card = html.fromstring(render(figures)).xpath("//div[contains(@class, 'tile')]")[2]
    for chinese in card.xpath(".//*[@lang='zh-CN']"):
        chinese.drop_tree()
    return " ".join(" ".join(card.itertext()).split())


@pytest.mark.parametrize(
    ("missing", "unlisted", "said"),
    [
        (Missing(), 0, "Missing 0 all that was listed is archived"),
        (Missing(refused=REFUSED), 0, "Missing 0 all that was listed is archived, but for 2 refused"),
        (Missing(), 6, "Missing 6 days whose lists were not read completely: how many articles are missing is unknown"),
        (Missing({DAY: 1}), 0, "Missing 1 article, on 1 day"),
        (Missing({DAY: 3}, refused=REFUSED), 1,
         "Missing 3 articles, on 1 day and 1 day not listed completely refused: 2"),
    ],
)  # fmt: skip
def test_what_is_missing_is_said_in_one_way(missing: Missing, unlisted: int, said: str) -> None:
    days = frozenset(DAY + timedelta(days=n) for n in range(unlisted))
    assert tile(replace(EMPTY, is_listed=True, missing=missing, unlisted=days)) == said
    assert tile(EMPTY) == "Missing — no list was read yet"


def test_what_needs_a_person_comes_first_and_nothing_is_said_so() -> None:
    root = html.fromstring(render(FULL))
    assert root.xpath("//main/*")[0].xpath("./h2/span/text()")[1] == "What needs you"
    fine = replace(FULL, unknown=None, missing=Missing(), unlisted=frozenset(), runs=FULL.runs[:1], last_success=AT)
    assert "Nothing needs you." in text(render(fine))


def test_lists_are_called_by_their_names() -> None:
    assert "国内滚动" in text(render(FULL))


def test_an_empty_archive_has_a_page() -> None:
    assert "还没有文章。" in text(render(EMPTY))


def test_a_quarter_of_a_century_is_still_a_small_file() -> None:
    first = date(2000, 1, 1)
    days = {first + timedelta(days=n): 1 + n % 300 for n in range(25 * 366)}
    gaps = {day: 3 for day in days if day.day == 1}
    months = {f"{day:%Y-%m}": Counter({f"layout-{day.year % 12}": 300, "unknown": 2}) for day in days}
    page = render(replace(FULL, days=days, missing=Missing(gaps), layouts=months, runs=[*FULL.runs] * 5))
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
