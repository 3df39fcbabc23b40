"""The project's own source, to be read by tests of the rules of the house."""

import ast
from pathlib import Path

from tests.support.crawling import ROOT

MODULES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts): path
    for package in ("crawler", "pipelines")
    for path in sorted((ROOT / package).rglob("*.py"))
    if path.name != "__init__.py"
}


def project_imports(path: Path) -> set[str]:
    """The project's modules that a file imports, wherever in it."""
    imported: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            imported |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path}: a relative import"
            parent = node.module or ""
            modules = {f"{parent}.{alias.name}" for alias in node.names} & MODULES.keys()
            imported |= modules or {parent}
    return {name for name in imported if name.partition(".")[0] in ("crawler", "pipelines", "tests", "bench")}


def room_of(module: str) -> str:
    """``archive`` of ``crawler.archive.lock``, ``items`` of ``crawler.items``, ``pipelines`` of any in it."""
    package, _, rest = module.partition(".")
    return rest.partition(".")[0] if package == "crawler" else package
