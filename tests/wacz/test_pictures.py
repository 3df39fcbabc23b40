"""An article goes out with its pictures, whenever they were fetched."""

from datetime import timedelta
from pathlib import Path

import pytest

from crawler.wacz.export_captures import Wanted
from crawler.warc.captures import Captures
from tests.pipelines.test_keep_images import BLUE, HOST, RED, picture, shows
from tests.support.archived import CAPTURING
from tests.support.archives import Archive
from tests.support.sites import Site
from tests.wacz.test_export_captures import export

STORY = shows(1, f"{HOST}red.jpg", f"{HOST}blue.png")


@pytest.mark.parametrize("images", ["local", "remote"])
def test_pictures_of_before_the_window_go_along(tmp_path: Path, images: str) -> None:
    site = Site(tmp_path / "site").add(STORY, shows(2, f"{HOST}green.jpg"))
    site.put(f"{HOST}red.jpg", RED).put(f"{HOST}blue.png", BLUE).put(f"{HOST}green.jpg", picture("green"))
    archive = Archive(site, tmp_path / "archive", look_again="900d")  # what was not edited is not asked for again
    archive.run(settings=CAPTURING | {"ARCHIVE_IMAGES": "local"})
    site.add(STORY.edited("改过的第一段。" * 9))
    archive.run(timedelta(days=2), settings=CAPTURING | {"ARCHIVE_IMAGES": images})
    export(archive, path := tmp_path / "x.wacz", Wanted(since=archive.at - timedelta(minutes=1)))
    captured = {capture.url for capture in Captures(path).all()}
    assert {STORY.url, f"{HOST}red.jpg", f"{HOST}blue.png"} <= captured
    assert f"{HOST}green.jpg" not in captured
