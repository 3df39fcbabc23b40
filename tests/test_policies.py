"""Rules of the house, read from the source: what imports what, what is named how, what is configured where."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from scrapy.settings import Settings
from scrapy.utils.misc import load_object

from crawler.post.front_matter import KEYS, load
from tests.support.crawling import EXPECTED, ROOT, environment, posts
from tests.support.source import MODULES, project_imports

RFC_1123 = re.compile(r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT")


def names_of(module: str) -> set[str]:
    """What a module of the project defines at its top, read from its source."""
    path = ROOT / f"{module.replace('.', '/')}.py"
    if not path.exists():
        return {found.stem for found in path.with_suffix("").glob("*.py")}
    found: set[str] = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            found |= {(alias.asname or alias.name).partition(".")[0] for alias in node.names}
        else:
            found |= {name.id for name in ast.walk(node) if isinstance(name, ast.Name)}
    return found


PURE = ("crawler.sina.", "crawler.webarchive.")


@pytest.mark.parametrize("module", [name for name in MODULES if name.startswith(PURE)])
def test_knowledge_of_sina_and_of_web_archives_imports_nothing_but_itself_and_the_items(module: str) -> None:
    room = next(prefix for prefix in PURE if module.startswith(prefix))
    for imported in project_imports(MODULES[module]):
        assert f"{imported}.".startswith(("crawler.items.", "crawler.times.", room)), imported
    source = MODULES[module].read_text(encoding="utf-8")
    assert not re.search(r"^\s*(?:import|from) (?:scrapy|twisted|sqlalchemy|asyncio|socket|os|pathlib)\b", source, re.M)


@pytest.mark.parametrize("module", MODULES)
def test_nothing_imports_the_settings_the_tests_or_the_bench(module: str) -> None:
    forbidden = ("crawler.settings", "tests", "bench")
    assert not any(name.startswith(forbidden) for name in project_imports(MODULES[module]))


@pytest.mark.parametrize("path", sorted((ROOT / "bench").glob("*.py")), ids=lambda path: path.stem)
def test_what_the_bench_imports_of_the_project_is_there(path: Path) -> None:
    """Its own packages are not installed for the tests, so nothing else would notice."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and str(node.module).startswith(("bench", "crawler", "pipelines", "tests")):
            assert {alias.name for alias in node.names} <= names_of(str(node.module)), node.module


def test_importing_spiders_and_pipelines_prints_nothing_and_makes_no_file(tmp_path: Path) -> None:
    names = ", ".join(name for name in MODULES if name.startswith(("crawler.spiders.", "pipelines.")))
    run = subprocess.run(
        [sys.executable, "-W", "error", "-B", "-c", f"import {names}"],
        cwd=tmp_path, env=environment(), capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")
    assert list(tmp_path.iterdir()) == []


@pytest.fixture(scope="module")
def settings() -> Settings:
    settings = Settings()
    settings.setmodule("crawler.settings")
    return settings


def test_an_article_goes_through_the_pipelines_in_this_order(settings: Settings) -> None:
    pipelines = settings.getdict("ITEM_PIPELINES")
    order = [path.rpartition(".")[2] for path in sorted(pipelines, key=lambda path: int(pipelines[path]))]
    story = ["RequireFields", "DropDuplicates", "ExtractBody", "WriteMarkdown", "RecordArticle"]
    assert [name for name in order if name in story] == story
    assert order[0] == story[0]
    assert order[-1] == story[-1]


def configured(settings: Settings) -> Iterator[str]:
    for name in ("ITEM_PIPELINES", "EXTENSIONS", "ADDONS", "DOWNLOADER_MIDDLEWARES", "SPIDER_MIDDLEWARES"):
        for path, priority in settings.getdict(name).items():
            if priority is not None and str(path).startswith(("crawler.", "pipelines.")):
                yield str(path)


def test_every_component_that_is_configured_exists_and_says_what_it_is(settings: Settings) -> None:
    paths = list(configured(settings))
    assert len(paths) >= 7
    assert all(load_object(path).__doc__ for path in paths)


def test_a_pipeline_stands_in_a_module_of_its_name(settings: Settings) -> None:
    for path in settings.getdict("ITEM_PIPELINES"):
        package, module, name = path.split(".")
        assert (package, module) == ("pipelines", re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower())


def test_every_pipeline_has_its_test_file(settings: Settings) -> None:
    for path in settings.getdict("ITEM_PIPELINES"):
        name = str(path).split(".")[-2]
        assert (ROOT / f"tests/pipelines/test_{name}.py").is_file(), name


def stat_names(path: Path) -> Iterator[str]:
    """Every text in a file that begins like a stat of ours; what is filled in stands as ``{}``."""
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    parts = {id(part) for node in nodes if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in nodes:
        if isinstance(node, ast.JoinedStr):
            text = "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in parts:
            text = node.value
        else:
            continue
        if text.startswith("archive/") and text != "archive/" and "\n" not in text:
            yield text


def test_stats_are_named_component_and_reason_in_small_letters() -> None:
    found = {(module, name) for module, path in MODULES.items() for name in stat_names(path)}
    assert len(found) > 10
    for module, name in found:
        assert re.fullmatch(r"archive/(?:[a-z0-9_]+|\{\})/(?:[a-z0-9_-]+|[a-z0-9_]*\{\}|)", name), (module, name)


@pytest.mark.parametrize("path", sorted(posts(EXPECTED)))
def test_a_post_has_exactly_the_samples_keys_in_order_and_of_their_types(path: str) -> None:
    metadata, body = load((EXPECTED / "posts" / path).read_text(encoding="utf-8"))
    assert list(metadata) == list(KEYS)
    assert all(isinstance(metadata[key], kind) and metadata[key] not in ("", []) for key, kind in KEYS.items())
    assert metadata["comments"] is False
    assert all(isinstance(category, str) for category in metadata["categories"])
    assert RFC_1123.fullmatch(metadata["date"])
    assert re.fullmatch(r"\[原文链接\]\(https://[^\s()]+\)", body.splitlines()[-1])


@pytest.mark.parametrize("path", sorted(posts(EXPECTED)))
def test_a_post_is_text_of_unix_lines_without_indents_or_trailing_blanks(path: str) -> None:
    text = (EXPECTED / "posts" / path).read_bytes().decode("utf-8")
    assert text.endswith(")\n")
    assert "\r" not in text
    assert not re.search(r"[ \t\u3000]$|^\u3000|\n\n\n", text, re.M)
    assert not re.search(r"<\w|javascript:|\{\{|\{%", text.split("---\n", 2)[2])


def test_the_output_folder_is_tracked_empty() -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    tracked = subprocess.run(
        ["git", "ls-files", "output"], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )
    assert tracked.stdout.split() == ["output/.gitkeep"]


def test_windows_can_hold_every_file_of_the_checkout() -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    words = ["git", "-c", "core.quotePath=false", "ls-files", "-z"]
    tracked = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True, timeout=60).stdout
    bad = re.compile(
        r'[<>:"|?*\\\x00-\x1f]|[ .](?:/|$)|(?:^|/)(?:con|prn|aux|nul|com\d|lpt\d)(?:\.[^/]*)?(?:/|$)', re.I
    )
    assert [name for name in tracked.split("\0") if bad.search(name)] == []
