"""`scrapy completion`: a shell completes what the parsers know."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.crawling import ROOT, environment

COMMANDS = sorted(path.stem for path in (ROOT / "crawler/commands").glob("*.py") if path.stem != "__init__")
SPIDERS = sorted(path.stem for path in (ROOT / "crawler/spiders").glob("*.py") if path.stem != "__init__")


def completion(shell: str) -> subprocess.CompletedProcess[str]:
    """The script for a program of the name ``sina-archive``."""
    called = ["bin/sina-archive", "completion", shell]
    call = f"import sys; from crawler.__main__ import main; sys.argv = {called}; main()"
    words = [sys.executable, "-c", call]
    return subprocess.run(words, cwd=ROOT, env=environment(), capture_output=True, text=True, timeout=60)


@pytest.fixture(scope="module")
def script(tmp_path_factory: pytest.TempPathFactory) -> Path:
    done = completion("bash")
    assert (done.returncode, done.stderr) == (0, "")
    path = tmp_path_factory.mktemp("bash") / "sina-archive"
    path.write_text(done.stdout, encoding="utf-8")
    return path


def offered(script: Path, *words: str) -> list[str]:
    """What bash offers for the last of the words."""
    asked = f"COMP_WORDS=({' '.join(words)}); COMP_CWORD={len(words) - 1}; _shtab_sina_archive"
    lines = f'source "{script}"; complete -p sina-archive >/dev/null && {asked}; printf "%s\\n" "${{COMPREPLY[@]}}"'
    done = subprocess.run([shutil.which("bash") or "bash", "-c", lines], capture_output=True, text=True, timeout=60)
    assert done.stderr == ""
    return sorted(done.stdout.split())


def test_bash_completes_commands_spiders_and_options(script: Path) -> None:
    assert set(offered(script, "sina-archive", "''")) > set(COMMANDS)
    assert offered(script, "sina-archive", "cov") == ["coverage"]
    assert offered(script, "sina-archive", "crawl", "sina_") == SPIDERS
    assert offered(script, "sina-archive", "coverage", "--comp") == ["--completeness"]


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_the_scripts_of_other_shells_have_every_command(shell: str) -> None:
    script = completion(shell).stdout
    assert all(command in script for command in [*COMMANDS, *SPIDERS])


def test_another_shell_is_refused_in_a_line() -> None:
    done = completion("csh")
    assert (done.returncode, done.stdout) == (2, "")
    assert "one of bash, zsh, fish is wanted" in done.stderr
