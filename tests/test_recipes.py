"""CONTRIBUTING's recipes, followed to the letter in a copy of the checkout, end green."""

import re
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from tests.support.crawling import ROOT, environment

GUIDE = ROOT / "CONTRIBUTING.md"
RECIPES = ("How do I add a layout?", "How do I add a channel?", "How do I add a source?")
COPIED = ("crawler", "pipelines", "tests", "docs", "bench", "README.md", "CHANGELOG.md", "CONTRIBUTING.md",
          "CONTRIBUTING.zh-CN.md", "pyproject.toml", "scrapy.cfg")  # fmt: skip
# What of `make quick` such changes touch, and of the rules of the house what they say of the new modules.
TOUCHED = (
    ("tests/test_saved_pages.py", "tests/sina/test_layouts.py", "tests/sina/test_channels.py",
     "tests/sources/test_front_page.py", "tests/sources/test_choose.py", "tests/completeness/test_population.py"),
    ("tests/test_rooms.py", "tests/test_policies.py", "-k", "front_page or import_each_other"),
)  # fmt: skip
LONGEST = 600  # seconds; a quiet machine takes fifteen for all of it


def blocks(recipe: str) -> list[tuple[str, str, str]]:
    """The code blocks of a section, in order: language, what is said behind it, and the text."""
    section = GUIDE.read_text(encoding="utf-8").partition(f"\n## {recipe}\n")[2].partition("\n## ")[0]
    fenced = re.findall(r"^( *)```(\w+) ?([^\n]*)\n(.*?)^\1```$", section, re.M | re.S)
    return [(language, about, textwrap.dedent(text)) for _, language, about, text in fenced]


def call(folder: Path, *words: str, **given: str) -> subprocess.CompletedProcess[str]:
    """A command in the copy, whose packages are those of the copy."""
    surroundings = environment(PYTHONPATH=str(folder), GIT_CEILING_DIRECTORIES=str(folder.parent), CI="", **given)
    return subprocess.run(words, cwd=folder, env=surroundings, capture_output=True, text=True, timeout=LONGEST)


def scrapy(folder: Path, *words: str) -> str:
    done = call(folder, sys.executable, "-m", "scrapy", *words)
    assert done.returncode == 0, done.stdout + done.stderr[-3000:]
    return done.stdout


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The checkout, and in it a contributor's archive, which has the page of the first recipe in words of Sina's."""
    folder = tmp_path_factory.mktemp("checkout") / "copy"
    folder.mkdir()
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, folder / name)
    _, path, page = next(block for block in blocks(RECIPES[0]) if block[0] == "html")
    address = path.partition("/site/")[2]
    site = folder.parent / "sina" / address
    site.parent.mkdir(parents=True)
    site.write_text(page.replace("云洲", "某某"), encoding="utf-8")
    urls = folder.parent / "urls.txt"
    urls.write_text(f"https://{address}\n")
    replay = f"ARCHIVE_REPLAY_FROM={folder.parent / 'sina'}"
    done = call(folder, sys.executable, "-m", "scrapy", "crawl", "sina_finance", "-a", f"urls={urls}", "-s", replay)
    assert "archive/layout/unknown': 1" in done.stderr, done.stderr[-3000:]
    return folder


def follow(recipe: str, folder: Path) -> list[str]:
    """Does what the blocks of a recipe say, and returns what its commands print."""
    said = []
    for language, about, text in blocks(recipe):
        if language == "sh":
            for line in text.splitlines():
                said.append(scrapy(folder, *line.removeprefix("scrapy ").split()))
        elif language == "html":
            assert (folder / about).exists(), "the step before has saved the page there"
            (folder / about).write_text(text, encoding="utf-8")
        else:
            (folder.parent / "step.diff").write_text(text, encoding="utf-8")
            done = call(folder, "git", "apply", "../step.diff")
            assert done.returncode == 0, f"{recipe} no longer fits the code: {done.stderr}\n{text}"
    return said


def test_the_recipes_end_green(copy: Path) -> None:
    listed, saved, again = follow(RECIPES[0], copy)
    assert "\tunknown layout\thttps://finance.sina.com.cn/china/2026-01-20/" in listed
    assert saved.splitlines()[0].endswith(".md (unknown)")
    assert again.splitlines()[0].endswith(".md (detail-2026)")
    post = (copy / again.split(" ")[0]).read_text(encoding="utf-8")
    assert "云洲港务局20日公布" in post
    assert "某某" not in post
    for recipe in RECIPES[1:]:
        assert len(blocks(recipe)) > 0
        follow(recipe, copy)
    for check in (("check",), ("format", "--check")):
        linted = call(copy, sys.executable, "-m", "ruff", *check, "crawler", "tests")
        assert linted.returncode == 0, linted.stdout
    for tests in TOUCHED:
        tested = call(copy, sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-x", *tests)
        assert tested.returncode == 0, tested.stdout[-4000:]
