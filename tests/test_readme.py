"""The README is true: its commands run, its settings exist, and both languages are in step."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from crawler import settings
from crawler.run import outcome

ROOT = Path(__file__).parents[1]
READMES = [ROOT / "README.md", ROOT / "README.zh-CN.md"]


def shell_lines(readme: Path) -> list[str]:
    blocks = re.findall(r"```sh\n(.*?)```", readme.read_text(encoding="utf-8"), re.S)
    return [line for block in blocks for line in block.splitlines() if line]


def table_keys(readme: Path) -> list[str]:
    return re.findall(r"^\| (?:`(ARCHIVE_\w+)`|([\d, ]+)) \|", readme.read_text(encoding="utf-8"), re.M)


def test_both_languages_have_the_same_commands_and_tables() -> None:
    english, chinese = READMES
    assert shell_lines(english) == shell_lines(chinese)
    assert table_keys(english) == table_keys(chinese)
    assert english.read_text().count("\n## ") == chinese.read_text().count("\n## ")


def test_every_setting_is_documented_and_every_documented_setting_exists() -> None:
    documented = {setting for setting, _ in table_keys(READMES[0]) if setting}
    assert documented == {name for name in vars(settings) if name.startswith("ARCHIVE_")}


def test_every_exit_status_is_documented() -> None:
    documented = {int(n) for _, statuses in table_keys(READMES[0]) for n in statuses.split(",") if n.strip()}
    assert documented == {1, 2} | {value for name, value in vars(outcome).items() if name.isupper() and name[0] != "_"}


@pytest.mark.parametrize("line", [line for line in shell_lines(READMES[0]) if line.startswith("make ")])
def test_make_targets_exist(line: str) -> None:
    subprocess.run([*line.split(), "-n"], cwd=ROOT, check=True, capture_output=True)


@pytest.mark.slow
def test_scrapy_commands_run_one_after_the_other(tmp_path: Path) -> None:
    """Offline, in one archive; a command may say that there are gaps, or a listing that was not saved.

    And a probe that the newest article of the saved list has an unknown template, as it has on purpose;
    and a run for images that none was saved.
    """
    environment = os.environ | {
        "ARCHIVE_DIR": str(tmp_path / "archive"),
        "ARCHIVE_REPLAY_FROM": str(ROOT / "tests/fixtures/site"),
    }
    for line in shell_lines(READMES[0]):
        if line.startswith("scrapy "):
            command = line.replace("ARCHIVE_DIR=demo", f"ARCHIVE_DIR={tmp_path / 'archive'}").split()
            done = subprocess.run(
                [sys.executable, "-m", *command], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
            )
            fine = {0, 1, outcome.LISTING}
            fine |= {outcome.LAYOUTS} if line.startswith("scrapy probe") else set()
            fine |= {outcome.FAILURES} if line.startswith("scrapy crawl sina_images") else set()
            assert done.returncode in fine, f"{line}\n{done.stderr[-2000:]}"
            assert "Traceback" not in done.stderr, f"{line}\n{done.stderr[-3000:]}"
    assert list((tmp_path / "archive/posts").rglob("*.md"))
