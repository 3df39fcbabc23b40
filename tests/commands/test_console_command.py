"""``pip install`` of the checkout gives ``sina-archive``, which is this project's Scrapy in any folder."""

import re
import shutil
import subprocess
import sys
import tomllib
from email.message import Message
from email.parser import Parser
from pathlib import Path

import pytest

from crawler.__main__ import main
from tests.support.crawling import ROOT, SITE, environment

PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the package and its command; what it requires is there already."""
    source, target = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("installed")
    for package in ("crawler", "pipelines", "requirements"):
        shutil.copytree(ROOT / package, source / package, ignore=shutil.ignore_patterns("__pycache__"))
    for pattern in ("*.toml", "*.py", "*.txt", "README.md", "LICENSE"):
        for file in ROOT.glob(pattern):
            shutil.copy(file, source)
    words = ["install", "--quiet", "--no-deps", "--no-index", "--no-build-isolation", "--target", target, source]
    subprocess.run([sys.executable, "-m", "pip", *map(str, words)], check=True, timeout=120, cwd=target)
    return target


def call(installed: Path, cwd: Path, *words: str) -> subprocess.CompletedProcess[str]:
    changes = {"PYTHONPATH": str(installed)}
    command = [sys.executable, str(installed / "bin/sina-archive"), *words]
    return subprocess.run(command, cwd=cwd, env=environment(**changes), capture_output=True, text=True, timeout=120)


def requirements(*files: str) -> set[str]:
    lines = [line for file in files for line in (ROOT / file).read_text(encoding="utf-8").splitlines()]
    return {_plain(line) for line in lines if line.strip() and not line.startswith("#")}


def _plain(line: str) -> str:
    name = re.split(r"\s#|;", line)[0].replace(" ", "")
    return ",".join(sorted(name.replace(">", ",>").replace("<", ",<").replace("==", ",==").split(",")))


def metadata(installed: Path) -> Message:
    (file,) = installed.glob("*.dist-info/METADATA")
    return Parser().parsestr(file.read_text(encoding="utf-8"))


def test_the_requirements_are_those_of_the_files(installed: Path) -> None:
    wanted = metadata(installed).get_all("Requires-Dist", [])
    assert {_plain(line) for line in wanted if "extra ==" not in line} == requirements("requirements.txt")
    extras = PYPROJECT["tool"]["setuptools"]["dynamic"]["optional-dependencies"]
    assert {_plain(line) for line in wanted if "extra ==" in line} == requirements(
        *(f["file"] for f in extras.values())
    )
    assert set(metadata(installed).get_all("Provides-Extra", [])) == set(extras)


def test_it_crawls_and_looks_from_any_folder(installed: Path, tmp_path: Path) -> None:
    (tmp_path / "scrapy.cfg").write_text("[settings]\ndefault = another.settings\n")
    crawled = call(installed, tmp_path, "crawl", "sina_finance", "-s", f"ARCHIVE_REPLAY_FROM={SITE}")
    assert crawled.returncode == 0, crawled.stderr
    assert list((tmp_path / "output/posts").rglob("*.md"))
    page = call(installed, tmp_path, "coverage", "--html", "status.html")
    assert "written: status.html" in page.stdout
    assert (tmp_path / "status.html").exists()


def test_an_unknown_command_is_refused_with_the_nearest(installed: Path, tmp_path: Path) -> None:
    done = call(installed, tmp_path, "crwal", "sina_finance")
    said = "there is no command 'crwal' (did you mean crawl?); sina-archive -h lists them\n"
    assert (done.returncode, done.stdout, done.stderr) == (2, "", said)


def test_a_checkout_need_not_be_installed_to_say_its_version() -> None:
    words = [sys.executable, "-m", "crawler", "--version"]
    done = subprocess.run(words, cwd=ROOT, env=environment(), capture_output=True, text=True, timeout=60, check=True)
    assert re.fullmatch(r"sina-finance-archive [\w. ]+, Scrapy [\d.]+\n", done.stdout)


def test_ctrl_c_is_no_error_of_the_program(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("scrapy.utils.project.get_project_settings", interrupted)
    monkeypatch.setattr(sys, "argv", ["sina-archive", "verify"])
    monkeypatch.setenv("SCRAPY_SETTINGS_MODULE", "crawler.settings")
    with pytest.raises(SystemExit, match="130"):
        main()


def test_it_says_its_version(installed: Path, tmp_path: Path) -> None:
    said = call(installed, tmp_path, "--version").stdout
    assert said.startswith(f"sina-finance-archive {PYPROJECT['project']['version']}, Scrapy ")
    assert PYPROJECT["project"]["version"] in (ROOT / "setup.py").read_text(encoding="utf-8")
