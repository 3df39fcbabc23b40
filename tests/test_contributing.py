"""The guides for contributors are true, and in step in both languages."""

import re
from pathlib import Path

import pytest

from tests.support.crawling import ROOT
from tests.test_architecture import missing_paths

GUIDES = [ROOT / "CONTRIBUTING.md", ROOT / "CONTRIBUTING.zh-CN.md"]


def steps(guide: Path) -> list[int]:
    """How many numbered steps each section has."""
    sections = guide.read_text(encoding="utf-8").split("\n## ")[1:]
    return [len(re.findall(r"^\d+\. ", section, re.M)) for section in sections]


def names(guide: Path) -> list[list[str]]:
    """What stands in backticks, line by line."""
    return [sorted(re.findall(r"`([^`]+)`", line)) for line in guide.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.name)
def test_every_path_in_a_guide_is_there(guide: Path) -> None:
    missing = missing_paths(guide)
    assert not missing, f"correct these paths in {guide.name}, nothing is there: {missing}"


def test_both_languages_have_the_same_steps() -> None:
    english, chinese = map(steps, GUIDES)
    assert english == chinese, "a recipe has a step in one CONTRIBUTING file only: translate it into the other"


def test_both_languages_name_the_same_files_and_commands_line_by_line() -> None:
    english, chinese = map(names, GUIDES)
    assert len(english) == len(chinese), "give both CONTRIBUTING files the same lines: one paragraph or step, one line"
    pairs = enumerate(zip(english, chinese, strict=True), 1)
    differing = [number for number, (original, translated) in pairs if original != translated]
    assert not differing, f"these lines of the CONTRIBUTING files name different things in backticks: {differing}"
