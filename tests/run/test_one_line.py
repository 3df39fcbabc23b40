"""A text from outside can't look like two lines, nor do anything to a terminal."""

import logging

import pytest

from crawler.run.log_format import OneLineRecord
from crawler.run.one_line import one_line

FORGED = "2024-03-05 12:00:00 [run_report] INFO: run 1: ok (exit status 0): the run did its job"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\x0b", "\x0c", "\x85", "\u2028", "\u2029", " \n \n "])
def test_lines_stand_behind_each_other(end: str) -> None:
    assert one_line(f"甲{end}乙") == "甲 乙"


@pytest.mark.parametrize(
    ("sign", "shown"),
    [("\x1b[2J", "\\x1b[2J"), ("\0", "\\x00"), ("\x9b", "\\x9b"), ("\u202e", "\\u202e"), ("\ud800", "\\ud800")],
)
def test_what_a_terminal_would_obey_is_shown(sign: str, shown: str) -> None:
    assert one_line(f"甲{sign}乙") == f"甲{shown}乙"


@pytest.mark.parametrize("text", ["新浪财经　国内", "a\tb", "👩\u200d👧", "é", "[red]x[/]"])
def test_words_stay_as_they_are(text: str) -> None:
    assert one_line(text) == text


def record(message: str, *args: object, name: str = "crawler", level: int = logging.INFO) -> str:
    return OneLineRecord(name, level, __file__, 1, message, args, None).getMessage()


def test_an_event_is_one_line_of_the_log() -> None:
    assert record("not asked for: %s", f"x\n{FORGED}") == f"not asked for: x {FORGED}"
    assert record(f"x\n{FORGED}") == f"x {FORGED}"
    assert record("x\n%s", "y", name="scrapy.core.scraper") == "x y"
    assert record("x\n%s", "y", name="scrapy.utils.log", level=logging.ERROR) == "x y"


def test_what_scrapy_shows_of_itself_keeps_its_lines() -> None:
    assert record("Enabled extensions:\n%s", "[a,\n b\x1b]", name="scrapy.middleware") == (
        "Enabled extensions:\n[a,\n b\\x1b]"
    )
