"""Charts are plain SVG in the page's own colours."""

import pytest
from lxml import etree

from crawler.status.charts import stacked_bars, ticks


def test_bars_say_what_they_are_and_bring_no_style_script_or_address() -> None:
    svg = str(stacked_bars(["2023", "2024"], {"<b>&": [1, 0], "article-2017": [2, 30]}))
    root = etree.fromstring(svg)
    assert [one.text for one in root.iter("{*}title")] == [
        "<b>& · 2023 · 1", "<b>& · 2024 · 0", "article-2017 · 2023 · 2", "article-2017 · 2024 · 30"
    ]  # fmt: skip
    assert not root.xpath("//*[local-name()='style' or local-name()='script' or local-name()='defs'] | //comment()")
    assert {"color-0", "color-1"} <= {word for one in root.iter() for word in (one.get("class") or "").split()}
    assert svg.count("http") == 2  # the namespaces
    assert [one.text for one in root.xpath("//*[contains(@class, 'axis x')]//*[local-name()='text']")] == [
        "2023",
        "2024",
    ]


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
    found = ticks(most)
    assert found[-1] >= most
    assert len(found) <= 7
