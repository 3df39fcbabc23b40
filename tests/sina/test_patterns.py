"""Every pattern over a page takes time in proportion to the page, whatever stands in it."""

import ast
import importlib
import re
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.support.adversary import adversarial_texts
from tests.support.source import MODULES, room_of

pytestmark = pytest.mark.slow

LENGTH = 4_000  # characters of the shorter texts
AT_ONCE = 0.0005  # seconds; what takes no longer for such a text is linear, or as good as that
MOST = 8  # times as long a text four times as long may take: a linear pattern takes 4, a quadratic one 16
LONGEST = 0.5  # seconds for the longer text
_CALLS = {"compile", "sub", "subn", "search", "match", "fullmatch", "split", "findall", "finditer"}
AnyPattern = re.Pattern[Any]


def compiled(value: object) -> Iterator[AnyPattern]:
    """The patterns in what a module has by name."""
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, (tuple, list)):
        for part in value:
            yield from compiled(part)
    elif isinstance(value, dict):
        yield from compiled(list(value.values()))


def written(source: str) -> Iterator[AnyPattern]:
    """The patterns that are written where they are used."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id="re"), attr=name), args=[ast.Constant(value=text), *_]):
                if name in _CALLS:
                    yield re.compile(text)


def patterns() -> dict[str, AnyPattern]:
    """All that pages and posts are read with."""
    named: dict[str, AnyPattern] = {}
    for module, path in MODULES.items():
        if room_of(module) in ("sina", "post"):
            values = vars(importlib.import_module(module)).values()
            for pattern in [*(one for value in values for one in compiled(value)), *written(path.read_text("utf-8"))]:
                named.setdefault(f"{module} {pattern.pattern!r:.60}", pattern)
    return named


PATTERNS = patterns()


def seconds(search: Callable[[Any], object], text: str | bytes, times: int = 1) -> float:
    """The least of the process's own time that it takes."""
    taken = []
    for _ in range(times):
        began = time.process_time()
        search(text)
        taken.append(time.process_time() - began)
    return min(taken)


def slow_texts(pattern: AnyPattern) -> Iterator[str]:
    """How each text begins that takes more than in proportion to its length."""
    is_bytes = isinstance(pattern.pattern, bytes)
    source = pattern.pattern.decode("latin-1") if is_bytes else pattern.pattern
    longer = adversarial_texts(source, pattern.flags, 4 * LENGTH)
    for short, long in zip(adversarial_texts(source, pattern.flags, LENGTH), longer, strict=True):
        for search in (pattern.search, pattern.fullmatch):
            few, many = (short.encode(), long.encode()) if is_bytes else (short, long)
            before = seconds(search, few)
            if before <= AT_ONCE or (before < LONGEST and (before := seconds(search, few, 3)) <= AT_ONCE):
                continue
            after = seconds(search, many) if before < LONGEST else float("inf")
            if MOST * before < after <= LONGEST:  # another process may have had the caches: both are measured again
                before, after = seconds(search, few, 3), seconds(search, many, 3)
            if after > LONGEST or after > MOST * before:
                yield f"{search.__name__} of {short[:20]!r}…: {before:.4f} s, four times of it {after:.4f} s"


def test_the_patterns_of_every_module_are_measured() -> None:
    assert len(PATTERNS) > 60
    assert any("记者" in name for name in PATTERNS)


@pytest.mark.parametrize("name", PATTERNS)
def test_a_pattern_is_linear_in_whatever_it_is_given(name: str) -> None:
    assert next(slow_texts(PATTERNS[name]), None) is None


@pytest.mark.parametrize(
    "pattern",
    [
        r"[（(](?:[^（()）]{0,12}?(?:记者|作者|文)\s*[：:/／]?\s*)([\u4e00-\u9fff·\s、]{2,30})[）)]",
        r"(?:/c\.gif|/blank\.gif)$|/home/deco/|weibo\.com/.*/emotion|/emotion/",
        r"\s*(\d{1,5})\s*(?:px)?\s*$",
        r"(#+)$",
        r"(!\[(?:[^\]\\]|\\.)*\]\()([^)]*)(?=\))",
        r"x\s*\w*\s*;",
    ],
)
def test_a_quadratic_pattern_would_be_named(pattern: str) -> None:
    assert next(slow_texts(re.compile(pattern)), None)
