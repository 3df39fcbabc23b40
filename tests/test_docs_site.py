"""The site of the documents is built without a warning: every document, in both languages, and all it loads."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.crawling import ROOT
from tests.support.documents import ALL, CHINESE, headings
from tests.support.programs import missing


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    mkdocs = Path(f"{sys.prefix}-docs/bin/mkdocs")
    if not mkdocs.exists():
        missing(f"mkdocs in an environment beside the tests' ({mkdocs.parent}; make test makes it)")
    folder = tmp_path_factory.mktemp("site")
    words = [mkdocs, "build", "--strict", "--site-dir", folder]
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    done = subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert "WARNING" not in done.stderr
    return folder


def page(site: Path, document: Path) -> str:
    """The HTML of a document."""
    path = document.relative_to(ROOT).as_posix()
    language = "zh-CN" if path.endswith(CHINESE) else "."
    name = path.removesuffix(CHINESE).removesuffix(".md").replace("README", ".")
    return (site / language / name / "index.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("document", ALL, ids=lambda document: document.name)
def test_every_document_is_a_page_in_the_language_of_its_own(site: Path, document: Path) -> None:
    html = page(site, document)
    (_, title), *_ = headings(document)
    assert re.search(rf"<h1[^>]*>{re.escape(title)}<", html)
    assert f'<html lang="{"zh" if document.name.endswith(CHINESE) else "en"}"' in html
    assert CHINESE not in re.sub(r"<(code|title).*?</\1>", "", html, flags=re.S).partition("<article")[0]


@pytest.mark.parametrize("document", ALL, ids=lambda document: document.name)
def test_a_page_loads_nothing_from_elsewhere(site: Path, document: Path) -> None:
    loaded = re.findall(r'<(?:script|img|link|iframe)[^>]* (?:src|href)="([^"]+)"', page(site, document))
    assert loaded
    assert [address for address in loaded if re.match(r"(?:https?:)?//", address)] == []


def test_the_navigation_leads_to_every_document(site: Path) -> None:
    linked = re.findall(r'href="([^"]+)" class="md-nav__link"', page(site, ROOT / "README.md"))
    pages = [document.relative_to(ROOT).as_posix() for document in ALL if not document.name.endswith(CHINESE)]
    assert {f"{path.removesuffix('.md')}/" for path in pages if path != "README.md"} <= set(linked)
