"""Charts are plain SVG in the page's own colours."""

from collections import Counter
from dataclasses import replace
from itertools import pairwise

import pytest
from lxml import html

from crawler.status.charts import stacked_bars, ticks
from crawler.status.page import render
from tests.support.shown import FULL


def drawn(layouts: dict[str, Counter[str]]) -> html.HtmlElement:
    (svg,) = html.fromstring(render(replace(FULL, layouts=layouts))).iter("svg")
    return svg


def test_bars_say_what_they_are_and_bring_no_style_script_or_address() -> None:
    svg = drawn(
        {"2023-12": Counter({"<b>&": 1, "article-2017": 2}), "2024-01": Counter({"<b>&": 0, "article-2017": 3000})}
    )
    assert [title.text for title in svg.iter("title")] == [
        "<b>& · 2023-12 · 1", "article-2017 · 2023-12 · 2", "<b>& · 2024-01 · 0", "article-2017 · 2024-01 · 3,000"
    ]  # fmt: skip
    assert {element.tag for element in svg.iter()} == {"svg", "path", "rect", "title", "text"}
    assert [bar.get("class") for bar in svg.iter("rect")] == ["c0", "c1", "c0", "c1"]
    assert b"http" not in html.tostring(svg)
    assert [text.text for text in svg.xpath(".//text[@class='under']")] == ["2023-12", "2024-01"]
    assert [text.text for text in svg.xpath(".//text[@class='tick']")] == ["0", "1,000", "2,000", "3,000"]


def test_of_more_than_eight_bars_not_every_name_is_shown() -> None:
    svg = drawn({f"2024-{month:02}": Counter({"a": month}) for month in range(1, 13)})
    assert [text.text for text in svg.xpath(".//text[@class='under']")] == [f"2024-{n:02}" for n in range(1, 13, 2)]
    assert len(list(svg.iter("title"))) == 12


def test_the_parts_of_a_bar_stand_on_each_other_in_the_measure_of_the_axis() -> None:
    chart = stacked_bars(["2023", "2024"], {"a": [1, 5], "b": [0, 10], "c": [3, 5]})
    zero, *_, highest = chart.ticks
    assert (zero.number, highest.number) == (0, 20)
    for bar, total in zip(chart.bars, (4, 20), strict=True):
        edges = [zero.y, *(part.y for part in bar.parts)]
        assert [below - above for below, above in pairwise(edges)] == pytest.approx([part.height for part in bar.parts])
        assert zero.y - edges[-1] == pytest.approx((zero.y - highest.y) * total / highest.number)


@pytest.mark.parametrize("number", [1, 8, 9, 300])
def test_bars_are_beside_each_other_and_within_the_drawing(number: int) -> None:
    chart = stacked_bars([str(name) for name in range(number)], {"a": [1_000_000] * number})
    edges = [chart.left, *(edge for bar in chart.bars for edge in (bar.x, bar.x + bar.width)), chart.right]
    assert edges == sorted(edges)
    assert 0 < sum(bar.is_named for bar in chart.bars) <= 8


@pytest.mark.parametrize(
    ("most", "expected"),
    [
        (0, [0]),
        (1, [0, 1]),
        (7, [0, 2, 4, 6, 8]),
        (23, [0, 5, 10, 15, 20, 25]),
        (100, [0, 20, 40, 60, 80, 100]),
        (1234, [0, 500, 1000, 1500]),
    ],
)
def test_an_axis_has_a_few_round_numbers_and_room_for_the_most(most: int, expected: list[int]) -> None:
    assert ticks(most) == expected


@pytest.mark.parametrize("most", [*range(200), 999, 1_000, 1_001, 123_456])
def test_an_axis_never_has_many_numbers(most: int) -> None:
    numbers = ticks(most)
    assert numbers[-1] >= most
    assert len(numbers) <= 7
