"""The README and the guides are true: their commands run, their settings, statuses and post are the real ones."""

import importlib
import re
import shlex
import subprocess
from argparse import ArgumentParser
from pathlib import Path

import pytest
from scrapy.utils.project import get_project_settings

from crawler import settings
from crawler.run import outcome
from crawler.run.arguments import NAMES
from crawler.run.history_arguments import HISTORY_NAMES
from crawler.run.plain_command import CTRL_C, refuse_unknown_options
from tests.support.crawling import EXPECTED, ROOT, SCRAPY, SITE, environment, posts
from tests.support.documents import FOR_READERS, OPERATE, README, blocks, shell_lines, spans, table_keys, twin
from tests.support.forked_scrapy import scrapy

GUIDES = [README, ROOT / "docs/crawl.md", OPERATE]
OURS = re.compile(r"(?:\w+=\S+ )*(?:scrapy|sina-archive) ")
ARGUMENTS = {"sina_finance": NAMES, "sina_history": HISTORY_NAMES, "sina_images": ()}


def scrapy_lines(document: Path) -> list[str]:
    """Its commands of ours, in blocks of any kind and in backticks; what they may be given is no command yet."""
    lines = [line for block in blocks(document) for line in block.text.splitlines()] + spans(document)
    whole = [line for line in lines if OURS.match(line) and not re.search(r"…|[A-Z_]{3,}:[A-Z]|\bURL\b", line)]
    return [line for line in dict.fromkeys(whole) if line != "scrapy crawl"]  # that names them all


def test_every_setting_is_documented_and_every_documented_setting_exists() -> None:
    documented = {name for names in table_keys(README) for name in names if name.startswith("ARCHIVE_")}
    assert documented == {name for name in vars(settings) if name.startswith("ARCHIVE_")}


def test_every_exit_status_is_documented() -> None:
    documented = {int(number) for keys in table_keys(OPERATE) for number in keys}
    of_runs = {value for name, value in vars(outcome).items() if name.isupper() and name[0] != "_"}
    assert documented == {1, 2, CTRL_C} | of_runs


@pytest.mark.parametrize("readme", [README, twin(README)], ids=lambda readme: readme.name)
def test_the_post_that_is_shown_is_one_of_the_bundled_site(readme: Path) -> None:
    (shown,) = [block.text for block in blocks(readme) if block.language == "markdown"]
    assert shown.encode() in posts(EXPECTED).values()


@pytest.mark.parametrize("picture", sorted((ROOT / "docs/images").iterdir()), ids=lambda picture: picture.name)
def test_a_picture_is_small(picture: Path) -> None:
    assert picture.stat().st_size < 120_000


MAKE_LINES = {line for document in FOR_READERS for line in shell_lines(document) if line.startswith("make ")}


@pytest.mark.parametrize("line", sorted(MAKE_LINES))
def test_make_targets_exist(line: str) -> None:
    subprocess.run([*line.split(), "-n"], cwd=ROOT, check=True, capture_output=True)


@pytest.mark.parametrize("document", FOR_READERS, ids=lambda document: document.name)
def test_every_command_that_is_shown_is_one_with_these_options_and_arguments(document: Path) -> None:
    for line in scrapy_lines(document):
        words = shlex.split(re.sub(r"^.*?(?:scrapy|sina-archive) ", "", line))
        if words == ["--version"]:
            continue
        name, *rest = words
        ours = (ROOT / f"crawler/commands/{name}.py").exists()
        command = importlib.import_module(f"{'crawler' if ours else 'scrapy'}.commands.{name}").Command()
        command.settings = get_project_settings()
        parser = ArgumentParser(conflict_handler="resolve")
        command.add_options(parser)
        options, words = parser.parse_known_args(rest)
        refuse_unknown_options(words, parser)
        if name == "crawl":
            given = {argument.partition("=")[0] for argument in options.spargs}
            assert given <= set(ARGUMENTS[words[0]]), f"{document.name}: {line}"
        assert {setting.partition("=")[0] for setting in options.set} <= set(command.settings), line


def started(*words: str, **changes: str) -> subprocess.CompletedProcess[str]:
    """``scrapy`` from its start on: of each command once."""
    return subprocess.run([*SCRAPY, *words], cwd=ROOT, env=environment(**changes), capture_output=True, text=True)


@pytest.mark.slow
def test_scrapy_commands_run_one_after_the_other(tmp_path: Path) -> None:
    """Offline, in one archive; a command may say that there are gaps, or a listing that was not saved.

    And a probe that the newest article of the saved list has an unknown template, as it has on purpose;
    and a run for images that none was saved.
    """
    ours = {"ARCHIVE_DIR": str(tmp_path / "archive"), "ARCHIVE_REPLAY_FROM": str(SITE)}
    begun: set[str] = set()
    for line in dict.fromkeys(line for guide in GUIDES for line in scrapy_lines(guide) if line.startswith("scrapy ")):
        command = line.replace("ARCHIVE_DIR=demo", f"ARCHIVE_DIR={tmp_path / 'archive'}")
        command = command.replace("build/", f"{tmp_path}/build/")
        _, name, *rest = command.split()
        done = scrapy(name, *rest, **ours) if name in begun else started(name, *rest, **ours)
        begun.add(name)
        fine = {0, 1, outcome.LISTING}
        fine |= {outcome.LAYOUTS} if line.startswith("scrapy probe") else set()
        fine |= {outcome.FAILURES} if line.startswith("scrapy crawl sina_images") else set()
        assert done.returncode in fine, f"{line}\n{done.stderr[-2000:]}"
        assert "Traceback" not in done.stderr, f"{line}\n{done.stderr[-3000:]}"
    assert list((tmp_path / "archive/posts").rglob("*.md"))
