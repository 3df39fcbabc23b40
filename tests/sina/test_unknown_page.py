"""What a page of an unknown layout shows of its time and its title."""

from datetime import date

import pytest

from crawler.sina.blocks import Block, Paragraph
from crawler.sina.dates import published_at
from crawler.sina.dom import parse_html
from crawler.sina.inline import Inline
from crawler.sina.unknown_page import shown_time, title_of, without_head
from crawler.sina.urls import Address
from crawler.times import BEIJING

ADDRESS = Address("inampzyw9417730", "https://finance.sina.com.cn/x.shtml", date(2024, 3, 6), 1)


def tree(body: str):  # type: ignore[no-untyped-def]
    return parse_html(f"<html><body>{body}</body></html>".encode())


@pytest.mark.parametrize(
    "body",
    [
        "<p>2024年03月06日 08:30 海岑日报</p>",
        "<p>2024-03-06 08：30</p>",
        "<div><span>2024/3/6</span> <i>08:30</i></div>",
        "<div><b><i>2024年3月6日</i></b><em>08:30</em></div>",
        "<p>03月06日 08:30</p>",
        "<p>2024年03月05日 09:00</p><p>2024年03月06日 08:30</p>",
        "<p>03月06日 09:00</p><p>2024年03月06日 08:30</p>",
    ],
    ids=[
        "one text",
        "wide colon",
        "two elements",
        "deeper ones",
        "no year",
        "another day before",
        "without year before",
    ],
)
def test_the_minute_that_is_shown_of_the_addresss_day_is_the_time(body: str) -> None:
    moment = published_at(shown_time(tree(body), ADDRESS, None), [], ADDRESS.day)
    assert moment is not None
    assert f"{moment.astimezone(BEIJING):%F %H:%M}" == "2024-03-06 08:30"


@pytest.mark.parametrize(
    "body",
    ["<p>2024年03月06日</p>", "<p>2023年03月06日 08:30</p>", "<script>'2024-03-06 08:30'</script>", "<p>08:30</p>"],
)
def test_what_shows_no_minute_of_that_day_is_no_time(body: str) -> None:
    assert shown_time(tree(body), ADDRESS, None) == ""


def test_the_title_is_that_of_the_page_else_the_first_headline() -> None:
    assert title_of(tree('<meta property="og:title" content=" 甲 乙 "><h1>丙</h1>')) == "甲 乙"
    assert title_of(tree("<h1> </h1><h1>丙</h1>")) == "丙"
    assert title_of(tree("<h2>丁</h2>")) == ""


def test_headline_and_time_go_only_where_they_stand_before_the_text() -> None:
    texts = [
        "题",
        "2024年03月06日 08:30 某报",
        "3月6日 08:30，开工。",
        "甲。",
        "乙。",
        "题",
        "2024年03月06日 08:30 某报",
    ]
    blocks: list[Block] = [Paragraph([Inline(text)]) for text in texts]
    removed: list = []  # type: ignore[type-arg]
    kept = without_head(blocks, "题", removed)
    assert [block.text for block in kept if isinstance(block, Paragraph)] == texts[2:]
    assert [removal.rule for removal in removed] == ["repeated_title", "shown_time"]
