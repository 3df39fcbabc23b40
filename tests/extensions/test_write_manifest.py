"""A run enters what it wrote, once everything is closed; a run that can't leaves it to the next one."""

import logging
from pathlib import Path

import pytest
from scrapy.crawler import Crawler

from crawler.archive.paths import archive_dir, database_url
from crawler.extensions.write_manifest import WriteManifest
from crawler.integrity.manifest import Manifest, manifest_files
from crawler.times import now
from tests.support.articles import make_article
from tests.support.catalogs import OpenCatalog

PATH = "posts/2024/03/04/namqhtv5093318.md"


@pytest.fixture
def root(crawler: Crawler) -> Path:
    """An archive whose catalog has one post, written now."""
    article = make_article(path=PATH, content_hash="0" * 64, file_hash="a" * 64)
    with OpenCatalog(database_url(crawler.settings)) as catalog:
        catalog.enter([article], now())
    return archive_dir(crawler.settings)


def listed(root: Path) -> dict[str, str]:
    (path,) = manifest_files(root)
    return Manifest.load(path).hashes


def test_a_post_is_listed_as_the_catalog_wrote_it(crawler: Crawler, root: Path) -> None:
    WriteManifest.from_crawler(crawler).engine_stopped()
    assert listed(root) == {PATH: "a" * 64}


def test_of_the_captures_those_that_are_closed_and_a_runs_own_are_listed(crawler: Crawler, root: Path) -> None:
    folder = root / "captures"
    folder.mkdir()
    for name in ("20240305T091500Z-1-00000.warc.gz", "20240305T091500Z-1-00001.warc.gz.open", "other.warc.gz"):
        (folder / name).write_bytes(b"x")
    WriteManifest.from_crawler(crawler).engine_stopped()
    assert sorted(listed(root)) == ["captures/20240305T091500Z-1-00000.warc.gz", PATH]


def test_a_disk_that_refuses_it_is_named_and_the_next_run_enters_it(
    crawler: Crawler, root: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (root / "manifests").write_text("a file where the folder should be")
    extension = WriteManifest.from_crawler(crawler)
    with caplog.at_level(logging.ERROR):
        extension.engine_stopped()
    assert "manifest not written: " in caplog.text
    (root / "manifests").unlink()
    extension.engine_stopped()
    assert listed(root) == {PATH: "a" * 64}
