"""An archive is where a catalog is, or posts, or captures; to look for one makes none."""

from pathlib import Path

import pytest
from scrapy.settings import Settings

from crawler.archive.archive import Archive
from crawler.archive.presence import LostCatalog, NoArchive, has_catalog, require_archive, require_catalog
from tests.support.catalogs import open_archive


def settings(folder: Path, **changes: str) -> Settings:
    ours = Settings()
    ours.setmodule("crawler.settings")
    ours.setdict({"ARCHIVE_DIR": str(folder), **changes}, "cmdline")
    return ours


@pytest.mark.parametrize("others", [(), ("output/.gitkeep",), (".lock",), ("mine.txt",), ("posts",), ("catalog.db",)])
def test_a_folder_without_catalog_posts_and_captures_is_none(tmp_path: Path, others: tuple[str, ...]) -> None:
    folder = tmp_path / "archive"
    for name in others:  # all of them empty files
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(NoArchive, match=f"^there is no archive in {folder}: set ARCHIVE_DIR to .*scrapy crawl"):
        Archive.open(settings(folder), must_exist=True)
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("name", ["posts", "captures"])
def test_one_that_has_lost_its_catalog_is_an_archive(tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    require_archive(settings(tmp_path))
    with pytest.raises(LostCatalog, match=f"{tmp_path} has lost its catalog {tmp_path}/catalog.db: `scrapy rebuild`"):
        require_catalog(settings(tmp_path))
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_catalog_that_may_be_damaged_is_there(tmp_path: Path) -> None:
    (tmp_path / "catalog.db").write_bytes(b"no database")
    require_catalog(settings(tmp_path))


def test_a_catalog_may_be_elsewhere(tmp_path: Path, database: str) -> None:
    ours = settings(tmp_path / "archive", ARCHIVE_DATABASE_URL=database)
    assert not has_catalog(ours)
    with pytest.raises(
        NoArchive, match=f"no archive in {tmp_path}/archive, and no catalog at .*: set ARCHIVE_DIR and ARCHIVE_D"
    ):
        require_archive(ours)
    open_archive(tmp_path / "archive", ARCHIVE_DATABASE_URL=database).close()
    require_catalog(ours)
