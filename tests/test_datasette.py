"""datasette opens a catalog as it is; its metadata names tables, columns and queries that exist and answer."""

import asyncio
import gc
import json
import subprocess
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlencode

import pytest
import yaml

from tests.support.archives import Archive
from tests.support.crawling import ROOT, environment
from tests.support.sites import NOON, Site, story


@contextmanager
def closed_by_the_collector() -> Iterator[None]:
    """datasette leaves connections open, of which Python warns from 3.13 on."""
    with warnings.catch_warnings(action="ignore", category=ResourceWarning):
        yield
        gc.collect()


METADATA = ROOT / "deploy/datasette.yml"
OURS = yaml.safe_load(METADATA.read_text(encoding="utf-8"))["databases"]["catalog"]
ONE = story(1, NOON, title="老旧小区改造提速", paragraphs=("今年新开工改造城镇老旧小区五万个。",))
TWO = story(2, NOON.replace(day=5, hour=1), title="GDP增长", media="云洲晚报")


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    folder = tmp_path_factory.mktemp("archive")
    archive = Archive(Site(folder / "site").add(ONE, TWO, story(3)).put(story(3).url, None), folder / "archive")
    archive.run(settings={"ARCHIVE_CAPTURE_ENABLED": "1"})
    archive.site.add(ONE.edited("今年新开工改造城镇老旧小区六万个。"))
    archive.run()
    return archive


def ask(archive: Archive, *paths: str) -> list[Any]:
    """What datasette answers to each request."""

    async def answers() -> list[Any]:
        from datasette.app import Datasette  # takes as long to import as all of the project

        metadata = yaml.safe_load(METADATA.read_text("utf-8"))
        shown = Datasette([str(archive.folder / "catalog.db")], metadata=metadata, settings={"num_sql_threads": 0})
        await shown.invoke_startup()
        return [(await shown.client.get(path)).json() for path in paths]

    with closed_by_the_collector():
        return asyncio.run(answers())


def query(archive: Archive, name: str, **parameters: str) -> list[dict[str, Any]]:
    (rows,) = ask(archive, f"/catalog/{name}.json?{urlencode({'_shape': 'array', **parameters})}")
    assert isinstance(rows, list), rows
    return rows


def test_datasette_s_own_command_opens_the_catalog_as_it_is(archive: Archive) -> None:
    catalog = archive.folder / "catalog.db"
    words = ["datasette", str(catalog), "--metadata", str(METADATA), "--get", "/catalog.json"]
    done = subprocess.run(
        [sys.executable, "-m", *words], env=environment(), capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stderr == ""
    shown = json.loads(done.stdout)
    assert {one["name"] for one in shown["queries"]} == set(OURS["queries"])
    assert {one["name"] for one in shown["tables"] if one["hidden"]} >= {"words", "texts", "words_data"}


def test_every_table_is_described_or_hidden_and_every_column_named_is_there(archive: Archive) -> None:
    (shown,) = ask(archive, "/catalog.json")
    columns = {one["name"]: set(one["columns"]) for one in shown["tables"]}
    assert set(OURS["tables"]) == set(columns)
    for name, table in OURS["tables"].items():
        assert table.get("hidden") or table["description"], name
        named = {*table.get("columns", {}), *table.get("facets", []), *filter(None, [table.get("sort_desc")])}
        assert named <= columns[name], name


def test_per_day(archive: Archive) -> None:
    assert query(archive, "per_day") == [
        {"day": "2024-03-05", "articles": 1, "changed": 0, "gone": 0},
        {"day": "2024-03-04", "articles": 1, "changed": 1, "gone": 0},
    ]


def test_per_source(archive: Archive) -> None:
    assert [(row["source"], row["articles"]) for row in query(archive, "per_source")] == [
        ("云洲晚报", 1),
        (ONE.media, 1),
    ]


def test_changed_articles(archive: Archive) -> None:
    (row,) = query(archive, "changed")
    assert (row["doc_id"], row["number"], row["title"], row["was"], row["gone"]) == (
        ONE.doc_id,
        2,
        ONE.title,
        None,
        None,
    )


def test_gaps(archive: Archive) -> None:
    assert query(archive, "gaps") == [{"day": "2024-03-04", "state": "failed", "reason": "http_404", "articles": 1}]


@pytest.mark.parametrize(
    ("phrase", "expected"),
    [
        ("老旧小区", [ONE.doc_id]),
        ("小区", [ONE.doc_id]),
        ("六万个", [ONE.doc_id]),
        ("五万个", []),
        ("税", []),
        ("轮", []),
        ("增", [TWO.doc_id]),
        ("GDP", [TWO.doc_id]),
        ("gdp增长", []),
        ("'; DROP TABLE articles; --", []),
        ('"', []),
        ("", []),
    ],
)
def test_search(archive: Archive, phrase: str, expected: list[str]) -> None:
    assert [row["doc_id"] for row in query(archive, "search", phrase=phrase)] == expected
