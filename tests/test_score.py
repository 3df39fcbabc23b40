"""On real pages, where they are at hand, the figures don't fall below what was reached."""

import json
import subprocess
import sys
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import pytest

from crawler.post.front_matter import load
from tests.support.crawling import ROOT, posts
from tests.support.forked_scrapy import crawl

SHARED = ROOT.parent / "shared"
PAGES = SHARED / "pages"
pytestmark = pytest.mark.skipif(not PAGES.is_dir(), reason="the real pages are not part of the project")

LEAST = {
    "text_p": 0.999, "text_r": 0.999, "text_f1": 0.999, "blocks": 0.999, "images": 0.99,
    "tables": 1.0, "title": 1.0, "date": 1.0, "front": 1.0,
}  # fmt: skip


@pytest.fixture(scope="module")
def figures(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The mean over all pages."""
    archive = tmp_path_factory.mktemp("scored") / "archive"
    run = crawl(archive, "-a", f"urls={PAGES / 'urls.txt'}", site=PAGES / "site")
    assert run.returncode == 0, run.stderr
    score = [sys.executable, str(SHARED / "score.py"), str(PAGES), str(archive), "--json"]
    scored = subprocess.run(score, capture_output=True, text=True, check=True, timeout=60)
    mean: dict[str, Any] = json.loads(scored.stdout)["mean"]
    return mean


@pytest.mark.parametrize("name", LEAST)
def test_the_figure_does_not_fall(figures: dict[str, Any], name: str) -> None:
    assert figures[name] >= LEAST[name]


@pytest.mark.parametrize("name", ["missing", "wrongly_archived", "posts_without_source_line"])
def test_nothing_is_missing_and_nothing_too_much(figures: dict[str, Any], name: str) -> None:
    assert figures[name] == 0


def test_the_default_list_gives_its_articles_with_the_lists_date(tmp_path: Path) -> None:
    run = crawl(tmp_path, site=PAGES / "site")
    assert run.returncode == 0
    answers = sorted((PAGES / "site/feed.mix.sina.com.cn/api/roll").glob("get*"))
    entries = [e for answer in answers for e in json.loads(answer.read_text(encoding="utf-8"))["result"]["data"]]
    listed = {e["docid"].removeprefix("comos:"): int(e["ctime"]) for e in entries if e.get("url")}
    archived = {path.rpartition("/")[2].removesuffix(".md"): post for path, post in posts(tmp_path).items()}
    assert len(archived) == 4
    assert archived.keys() <= listed.keys()
    for doc_id, post in archived.items():
        metadata, _ = load(post.decode())
        assert int(parsedate_to_datetime(metadata["date"]).timestamp()) == listed[doc_id]
