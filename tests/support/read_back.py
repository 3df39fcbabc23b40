"""What a body of HTML holds, whoever made it: to compare what was written with what is shown of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote

from lxml.html import HtmlElement

from tests.support.published_site import squeeze, text_of

MARKS = ("sup", "sub", "del", "u")


@dataclass(frozen=True, slots=True)
class Held:
    """``numbers``: of each item of a list the number before it, None for a bullet, its depth, and its text."""

    text: str
    links: list[tuple[str, str]]
    images: list[tuple[str, str]]
    tables: list[list[list[str]]]
    numbers: list[tuple[int | None, int, str]]
    marks: list[tuple[str, str]]
    lines: list[list[str]]


def read_back(body: HtmlElement) -> Held:
    """All that must be shown as it was written; white space counts only in columns of figures."""
    rows = [
        [[text_of(cell) for cell in row.iter("th", "td")] for row in table.iter("tr")] for table in body.iter("table")
    ]
    return Held(
        text_of(body),
        [(unquote(link.get("href") or ""), text_of(link)) for link in body.iter("a")],
        [(unquote(image.get("src") or ""), squeeze(image.get("alt") or "")) for image in body.iter("img")],
        rows,
        list(_numbers(body, 0)),
        [(str(mark.tag), text_of(mark)) for mark in body.iter(*MARKS)],
        [[line.rstrip() for line in pre.text_content().strip("\n").split("\n")] for pre in body.iter("pre")],
    )


def _numbers(element: HtmlElement, depth: int) -> Iterator[tuple[int | None, int, str]]:
    for child in element:
        if child.tag not in ("ul", "ol"):
            yield from _numbers(child, depth)
            continue
        number = int(child.get("start") or 1)
        for item in child.iterchildren("li"):
            number = int(item.get("value") or number)
            yield number if child.tag == "ol" else None, depth, text_of(item)
            yield from _numbers(item, depth + 1)
            number += 1
