"""The house: its rooms, who may import whom, and what is said once; read from the source."""

import ast
import asyncio
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from crawler.post.front_matter import KEYS
from crawler.replay.replay import ReplayDownloadHandler
from crawler.run.worker_pool import WorkerPool
from tests.support import runner
from tests.support.crawling import ROOT, SITE
from tests.support.reading import read_here
from tests.support.source import MODULES, project_imports, room_of

# From the top: a room imports only rooms below it. Those of one line know nothing of each other.
ORDER = (
    ("__main__",),
    ("commands",),
    ("spiders", "pipelines", "middlewares", "extensions"),
    ("rebuild", "wacz"),
    ("integrity", "status", "export", "search", "notify", "cluster", "replay", "sources"),
    ("completeness",),
    ("run",),
    ("warc",),
    ("archive",),
    ("post",),
    ("sina", "webarchive"),
    ("items", "times"),
)
RANKS = {room: rank for rank, rooms in enumerate(reversed(ORDER)) for room in rooms}
# Where text in quotes may name a module, since it is for a setting of Scrapy's, or of a library's.
DOTTED = {
    "crawler.settings": "Scrapy's component settings",
    "crawler.__main__": "Scrapy's variable for the settings",
    "crawler.spiders.sina_images": "custom_settings",
    "crawler.spiders.sina_history": "custom_settings",
    "crawler.replay.fetch_pages": "custom_settings",
    "crawler.notify.addon": "Spidermon's setting of monitor suites",
    "crawler.notify.run_suite": "actions, of which some need what is not installed",
    "crawler.run.fork_server": "what a fork server is to import, and nobody else",
    "crawler.run.worker_pool": "what the fork server preloads, which the crawl itself must not load",
}


@pytest.mark.parametrize("module", MODULES)
def test_a_room_imports_only_rooms_below_it(module: str) -> None:
    room = room_of(module)
    if room == "settings":
        return
    for imported in project_imports(MODULES[module]):
        below = room_of(imported)
        is_fine = below == room or RANKS[below] < RANKS[room]
        assert is_fine, f"{module} imports {imported}: move what it wants into a room below {room}, see ORDER"


def test_no_two_files_import_each_other() -> None:
    imports = {module: project_imports(path) & MODULES.keys() for module, path in MODULES.items()}
    for circle in _circles(imports):
        pytest.fail(f"a circle: {' -> '.join(circle)}: what they share belongs into a third file")


def _circles(imports: dict[str, set[str]]) -> Iterator[list[str]]:
    done: set[str] = set()

    def walk(module: str, way: list[str]) -> Iterator[list[str]]:
        if module in way:
            yield [*way[way.index(module) :], module]
        elif module not in done:
            for imported in sorted(imports[module]):
                yield from walk(imported, [*way, module])
            done.add(module)

    for module in imports:
        yield from walk(module, [])


def test_the_rooms_are_those_of_the_list() -> None:
    rooms = {path.parent.name for path in (ROOT / "crawler").glob("*/__init__.py")}
    rooms |= {"pipelines", "items", "times", "__main__"}
    assert rooms == RANKS.keys(), "a new room goes into ORDER, and into docs/architecture.md"


def test_what_stands_loose_is_settings_items_times_and_main() -> None:
    loose = {path.stem for path in (ROOT / "crawler").glob("*.py")} - {"__init__"}
    assert loose == {"settings", "items", "times", "__main__"}, "a module of crawler belongs into a room"


def test_pipelines_are_the_eight_of_the_setting() -> None:
    from crawler import settings

    named = {path.split(".")[1] for path in settings.ITEM_PIPELINES}
    files = {path.stem for path in (ROOT / "pipelines").glob("*.py")} - {"__init__"}
    assert files == named, "pipelines/ holds item pipelines only; what they call stands in a room of crawler"
    assert len(files) == 8


@pytest.mark.parametrize("module", [module for module in MODULES if module not in DOTTED])
def test_no_text_names_a_module(module: str) -> None:
    for node in ast.walk(ast.parse(MODULES[module].read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            is_path = re.fullmatch(r"(?:crawler|pipelines)(?:\.\w+)+", node.value)
            assert not is_path, f"{module}: import {node.value!r} instead of naming it in a text"


def test_a_crawl_opens_one_engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = []
    create_engine = sa.create_engine

    def counted(*arguments: Any, **options: Any) -> sa.Engine:
        opened.append(arguments)
        return create_engine(*arguments, **options)

    monkeypatch.setattr(sa, "create_engine", counted)
    monkeypatch.setattr(WorkerPool, "run", read_here)
    handlers = dict.fromkeys(("http", "https"), ReplayDownloadHandler)
    settings = {"ARCHIVE_DIR": str(tmp_path / "archive"), "ARCHIVE_REPLAY_FROM": str(SITE)}
    settings |= {"DOWNLOAD_HANDLERS": handlers}
    result = asyncio.run(runner.crawl(settings, {}))
    assert (result.status, result.stats["archive/record_article/archived"]) == (0, 19)
    assert len(opened) == 1, "components take the engine of Archive.of(crawler)"


def test_the_keys_of_a_post_are_listed_once() -> None:
    for module, path in MODULES.items():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            parts = node.keys if isinstance(node, ast.Dict) else getattr(node, "elts", [])
            texts = {part.value for part in parts if isinstance(part, ast.Constant)}
            is_list = texts >= KEYS.keys() and module not in ("crawler.post.front_matter", "crawler.post.post")
            assert not is_list, f"{module}: KEYS of crawler.post.front_matter has them"


def test_the_source_line_of_a_post_is_known_in_one_file() -> None:
    naming = {module for module, path in MODULES.items() if "原文链接" in path.read_text(encoding="utf-8")}
    assert naming == {"crawler.post.post"}, "a post's last line is for crawler.post.post to write and to read"


def test_a_post_is_hashed_by_one_function() -> None:
    hashing = {module for module, path in MODULES.items() if "hashlib.sha256" in path.read_text(encoding="utf-8")}
    others = {
        "crawler.archive.storage",  # a file of an object store, block by block
        "crawler.archive.image_file",  # an image is named by it
        "crawler.archive.code_version",
        "crawler.cluster.crew",
        "crawler.integrity.manifest",  # the chain
        "crawler.integrity.merkle",  # RFC 9162
        "crawler.integrity.time_stamp",  # what is stamped
        "crawler.wacz.package",  # what a package says of itself
        "crawler.wacz.records",
        "crawler.wacz.index_blocks",
        "crawler.wacz.check_package",
        "crawler.status.page",  # its script, for the browser
    }
    assert hashing - others == {"crawler.post.post"}, "use post_hash, content_hash or archive.files.sha256_of"


@pytest.mark.parametrize("module", MODULES)
def test_no_private_name_is_unused(module: str) -> None:
    tree = ast.parse(MODULES[module].read_text(encoding="utf-8"))
    defined = set(_private_names(tree))
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
    used |= {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    assert not defined - used, f"{module}: delete {sorted(defined - used)}, nothing uses them"


def _private_names(tree: ast.Module) -> Iterator[str]:
    definitions = [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    for body in (tree.body, *(definition.body for definition in definitions)):
        for node in body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                names = [node.name]
            elif isinstance(node, ast.Assign | ast.AnnAssign):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                names = [name.id for target in targets for name in ast.walk(target) if isinstance(name, ast.Name)]
            else:
                continue
            yield from (name for name in names if re.match(r"_[^_]", name))


@pytest.mark.parametrize("module", MODULES)
def test_variables_have_names_that_say_what_they_hold(module: str) -> None:
    for node in ast.walk(ast.parse(MODULES[module].read_text(encoding="utf-8"))):
        stored = node.id if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) else None
        stored = node.arg if isinstance(node, ast.arg) else stored
        assert stored not in ("one", "found", "some"), f"{module}, line {node.lineno}: say what {stored} is"


SOURCES = [*MODULES.values(), *sorted((ROOT / "tests").rglob("*.py")), *sorted((ROOT / "bench").glob("*.py"))]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_docstring_stands_by_itself(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            text = ast.get_docstring(node) or ""
            leans = text.startswith("The same")
            assert not leans, f"{getattr(node, 'name', path.stem)}: say what it does without its neighbour"


@pytest.mark.parametrize("path", MODULES.values(), ids=lambda path: str(path.relative_to(ROOT)))
def test_no_file_is_long(path: Path) -> None:
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert lines <= 300, f"{lines} lines: cut it where it has two ideas"


def test_tests_stand_in_folders_named_as_the_rooms() -> None:
    folders = {path.parent.relative_to(ROOT / "tests").as_posix() for path in (ROOT / "tests").rglob("test_*.py")}
    assert folders - {"."} <= RANKS.keys() | {"deploy"}, "a room's tests stand in the folder of its name"


def test_helpers_of_tests_stand_in_support() -> None:
    support = r"support/(?:world/|webarchive/)?\w+\.py|offline/sitecustomize\.py"
    fine = re.compile(rf"(?:.*/)?(?:__init__|conftest|test_\w+)\.py|{support}")
    paths = {path.relative_to(ROOT / "tests").as_posix() for path in (ROOT / "tests").rglob("*.py")}
    assert {path for path in paths if not fine.fullmatch(path)} == set(), "helpers stand in tests/support"
