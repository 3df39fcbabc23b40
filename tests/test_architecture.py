"""The map of the code is true: its rooms, its picture, its paths and its verbs are those of the code."""

import ast
import re
from pathlib import Path

import pytest

from crawler.archive.archive import Archive
from tests.support.crawling import ROOT
from tests.test_rooms import ORDER

MAP = ROOT / "docs/architecture.md"
TEXT = MAP.read_text(encoding="utf-8")
ROOMS = [ROOT / "pipelines", *sorted(path.parent for path in (ROOT / "crawler").glob("*/__init__.py"))]


def missing_paths(document: Path) -> list[str]:
    """What stands in backticks like a path and is not there; a command and a pattern with ``<…>`` are no paths."""
    prose = re.sub(r"```.*?```", "", document.read_text(encoding="utf-8"), flags=re.S)
    spans = re.findall(r"`([^`\s<]+)`", prose)
    paths = [span for span in spans if "/" in span or span.endswith((".py", ".md"))]
    assert paths, f"{document.name} names no path in backticks any more: say where things are"
    return [path for path in paths if not (ROOT / path).exists()]


def table(heading: str) -> dict[str, str]:
    """The rows of the table below a heading of the map: what stands in backticks in the first cell, and the second."""
    section = TEXT.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    rows = dict(re.findall(r"^\| `([^`]+)` \| (.+) \|$", section, re.M))
    assert rows, f"docs/architecture.md needs a table below the heading '{heading}'"
    return rows


def sentence(room: Path) -> str:
    """What the room says of itself."""
    docstring = ast.get_docstring(ast.parse((room / "__init__.py").read_text(encoding="utf-8"))) or ""
    return docstring.partition("\n")[0]


def layers() -> list[list[str]]:
    """The rooms of the picture, from the top down."""
    return [line.partition("│")[2].split() for line in TEXT.splitlines() if "│" in line]


def test_the_map_has_every_room_and_no_other() -> None:
    rooms = {str(room.relative_to(ROOT)) for room in ROOMS}
    differing = sorted(rooms ^ set(table("The rooms")))
    assert not differing, f"add these to the table of rooms in docs/architecture.md, or take them out: {differing}"


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.name)
def test_a_room_is_described_in_the_map_as_in_its_docstring(room: Path) -> None:
    name, says = str(room.relative_to(ROOT)), sentence(room)
    assert says.endswith("."), f"say in one sentence, in the docstring of {name}/__init__.py, what is in the room"
    described = table("The rooms").get(name)
    assert described == says, f"docs/architecture.md must describe {name} as its __init__.py does: {says}"


def test_the_picture_shows_the_rooms_in_the_order_of_their_imports() -> None:
    order = [sorted(rooms) for rooms in ORDER]
    assert [sorted(rooms) for rooms in layers()] == order, f"draw the picture in docs/architecture.md by ORDER: {order}"


def test_every_path_in_the_map_is_there() -> None:
    missing = missing_paths(MAP)
    assert not missing, f"correct these paths in docs/architecture.md, nothing is there: {missing}"


@pytest.mark.parametrize("verb", table("The verbs of the archive"))
def test_a_verb_of_the_map_is_one_of_the_archive(verb: str) -> None:
    is_verb = not verb.startswith("_") and callable(getattr(Archive, verb, None))
    assert is_verb, f"Archive has no public method {verb}: correct the table of verbs in docs/architecture.md"
