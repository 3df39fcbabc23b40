"""A run takes away what a run that was killed had begun to write, and nothing else."""

from pathlib import Path

import pytest
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured

from crawler.archive.archive import Archive
from crawler.archive.paths import archive_dir
from crawler.extensions.clear_leftovers import ClearLeftovers
from tests.conftest import make_crawler

POST = "posts/2024/03/04/namqhtv5093318.md"
OTHER = "posts/2024/03/04/namqhtv5093319.md"


def beside(path: str) -> str:
    """Where it stands while it is written."""
    folder, _, name = path.rpartition("/")
    return f"{folder}/.{name}.tmp"


def put(root: Path, path: str) -> Path:
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("half")
    return file


def test_temporary_reports_manifests_and_promised_posts_go(crawler: Crawler) -> None:
    root = archive_dir(crawler.settings)
    extension = ClearLeftovers.from_crawler(crawler)
    Archive.of(crawler).promises.make([(POST, "0" * 64)])
    left = [put(root, beside(path)) for path in ("reports/one.json", "manifests/2024-03-04.json", POST)]
    kept = [put(root, path) for path in ("reports/one.json", POST, beside(OTHER), "reports/my.tmp")]
    extension.spider_opened()
    assert not any(file.exists() for file in left)
    assert all(file.exists() for file in kept)
    assert crawler.stats
    assert crawler.stats.get_value("archive/leftovers/cleared") == len(left)


def test_a_link_at_such_a_name_stays(crawler: Crawler, tmp_path: Path) -> None:
    target = put(tmp_path, "target")
    link = archive_dir(crawler.settings) / "reports/.one.json.tmp"
    link.parent.mkdir(parents=True)
    link.symlink_to(target)
    ClearLeftovers.from_crawler(crawler).spider_opened()
    assert link.is_symlink()
    assert target.exists()


def test_one_that_cannot_be_taken_away_is_named(
    crawler: Crawler, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    file = put(archive_dir(crawler.settings), "reports/.one.json.tmp")

    def refuse(path: Path, missing_ok: bool = False) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "unlink", refuse)
    ClearLeftovers.from_crawler(crawler).spider_opened()
    assert str(file) in caplog.text
    assert crawler.stats
    assert crawler.stats.get_value("archive/leftovers/stay") == 1


@pytest.mark.parametrize("settings", [{"ARCHIVE_DIR": "s3://news/archive"}, {"ARCHIVE_REDIS_URL": "redis://cache"}])
def test_a_store_has_none_and_beside_other_workers_they_may_be_theirs(tmp_path: Path, settings: dict[str, str]) -> None:
    with pytest.raises(NotConfigured):
        ClearLeftovers.from_crawler(make_crawler(tmp_path / "archive", **settings))
