"""Where an archive keeps its parts, as its settings say."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from scrapy.settings import Settings

from crawler.archive.paths import archive_dir, database_url
from crawler.post.post import post_path


def test_a_relative_archive_is_relative_to_the_working_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert archive_dir(Settings({"ARCHIVE_DIR": "kept"})) == tmp_path / "kept"


def test_a_tilde_is_the_home_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert archive_dir(Settings({"ARCHIVE_DIR": "~/kept"})) == tmp_path / "kept"


def test_the_catalog_is_in_the_archive_unless_it_is_placed_elsewhere(tmp_path: Path) -> None:
    settings = {"ARCHIVE_DIR": str(tmp_path), "ARCHIVE_DATABASE_URL": ""}
    assert database_url(Settings(settings)) == f"sqlite:///{tmp_path}/catalog.db"
    elsewhere = settings | {"ARCHIVE_DATABASE_URL": "postgresql://archive@db/sina"}
    assert database_url(Settings(elsewhere)) == "postgresql://archive@db/sina"


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2021, 7, 9, 15, 59, 59, tzinfo=UTC), "2021/07/09"),
        (datetime(2021, 7, 9, 16, 0, 0, tzinfo=UTC), "2021/07/10"),
        (datetime(2020, 12, 31, 16, 0, 0, tzinfo=UTC), "2021/01/01"),
    ],
    ids=["last second of a day", "first of the next", "new year"],
)
def test_a_post_stands_under_its_day_in_beijing(moment: datetime, day: str) -> None:
    assert str(post_path("kqcfnca5774437", moment)) == f"posts/{day}/kqcfnca5774437.md"
