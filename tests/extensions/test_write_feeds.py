"""A run writes the feeds that settings name, and leaves alone what did not change."""

from datetime import timedelta
from pathlib import Path

import pytest

from crawler.run.outcome import WRITES
from tests.support.archives import Archive
from tests.support.feeds import atom, json_feed
from tests.support.sites import Site, stories, story


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(Site(tmp_path / "site").add(*stories(3)), tmp_path / "archive")


def test_each_in_the_format_of_its_name(archive: Archive, tmp_path: Path) -> None:
    feed, edits = tmp_path / "public/feed.xml", tmp_path / "public/edits.json"
    settings = {"ARCHIVE_FEED": str(feed), "ARCHIVE_EDITS_FEED": str(edits)}
    run = archive.run(settings=settings)
    assert (run.status, run.stats["archive/feed/written"]) == (0, 2)
    assert [entry.title for entry in atom(feed).entries] == [story(number).title for number in (3, 2, 1)]
    assert json_feed(edits)["items"] == []
    archive.site.add(story(1).edited("改过的第一段。"))
    run = archive.run(after=timedelta(days=1), settings=settings)
    assert run.stats["archive/feed/written"] == 2
    (item,) = json_feed(edits)["items"]
    assert "<ins>" in item["content_html"] and "改过的第一段" in item["content_html"]
    assert sorted(path.name for path in feed.parent.iterdir()) == ["edits.json", "feed.xml"]


def test_a_run_that_changes_nothing_writes_nothing(archive: Archive, tmp_path: Path) -> None:
    feed = tmp_path / "feed.atom"
    archive.run(settings={"ARCHIVE_FEED": str(feed)})
    before = feed.stat()
    run = archive.run(settings={"ARCHIVE_FEED": str(feed)})
    assert (run.status, run.stats["archive/feed/unchanged"]) == (0, 1)
    assert (feed.stat().st_ino, feed.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_one_that_cannot_be_written_is_named_and_the_rest_is_archived(archive: Archive, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    run = archive.run(settings={"ARCHIVE_FEED": str(tmp_path / "file/feed.xml")})
    assert (run.status, run.stats["archive/feed/not_written"]) == (WRITES, 1)
    assert run.stats["archive/run/reason"] == "1 feeds are not written"
    assert any("feed not written" in line and "feed.xml" in line for line in run.log)
    assert len(archive.posts()) == 3


def test_without_the_setting_there_is_none(archive: Archive, tmp_path: Path) -> None:
    run = archive.run()
    assert not [name for name in run.stats if name.startswith("archive/feed/")]
