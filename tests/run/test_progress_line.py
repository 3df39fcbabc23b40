"""How far a long work is."""

import logging

import pytest

from crawler.run import progress_line
from crawler.run.progress_line import ProgressLine


def test_lines_say_how_far_it_is_and_what_is_left(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.INFO)
    seconds = iter(range(0, 10_000, 60))
    monkeypatch.setattr(progress_line.time, "monotonic", lambda: next(seconds))
    with ProgressLine("rebuilt", 3) as line:
        line.advance()
    assert "rebuilt: 1 of 3, about 4 min left" in caplog.text
    assert "rebuilt: 1 of 3, 0.0 a second" in caplog.text


def test_a_work_without_parts_ends_well(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    with ProgressLine("rebuilt", 0):
        pass
    assert "rebuilt: 0 of 0" in caplog.text
