"""ARCHIVE_IMAGES=local: each image is fetched once, checked, kept by its content, and shown in the posts."""

import sys
from datetime import timedelta
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from pipelines.keep_images import KeepImages
from tests.conftest import make_crawler
from tests.support.archives import Archive, Run
from tests.support.sites import Site, Story, story

HOST = "https://n.sinaimg.cn/finance/"
LOOK_AGAIN = timedelta(hours=2)
LOCAL: dict[str, Any] = {"ARCHIVE_IMAGES": "local"}


def picture(colour: str, form: str = "JPEG", size: tuple[int, int] = (40, 30), mode: str = "RGB") -> bytes:
    made = BytesIO()
    Image.new(mode, size, colour).save(made, form)
    return made.getvalue()


RED, BLUE = picture("red"), picture("blue", "PNG")


def file_of(content: bytes, suffix: str = "jpg") -> str:
    name = sha256(content).hexdigest()
    return f"{name[:2]}/{name}.{suffix}"


def shows(number: int, *images: str) -> Story:
    """A story with images, each by itself."""
    plain = story(number)
    markup = (f'<img src="{image}" alt="">' for image in images)
    return story(number, paragraphs=(*plain.paragraphs, *markup))


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    """One article with two images."""
    site = Site(tmp_path / "site").add(shows(1, f"{HOST}red.jpg", f"{HOST}blue.png"))
    return Archive(site.put(f"{HOST}red.jpg", RED).put(f"{HOST}blue.png", BLUE), tmp_path / "archive")


def kept(archive: Archive) -> dict[str, bytes]:
    root = archive.folder / "images"
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def only_post(archive: Archive) -> str:
    (post,) = archive.posts().values()
    return post


def counted(run: Run) -> dict[str, Any]:
    prefix = "archive/keep_images/"
    return {name.removeprefix(prefix): count for name, count in run.stats.items() if name.startswith(prefix)}


def test_the_post_and_its_front_matter_show_the_files_that_are_kept(archive: Archive) -> None:
    run = archive.run(settings=LOCAL)
    assert (run.status, counted(run)) == (0, {"kept": 2})
    assert kept(archive) == {file_of(RED): RED, file_of(BLUE, "png"): BLUE}
    post = only_post(archive)
    assert f"\n![](/images/{file_of(RED)})\n\n![](/images/{file_of(BLUE, 'png')})\n" in post
    assert f"headimg: '/images/{file_of(RED)}'" in post
    assert f"thumbnail: '/images/{file_of(RED)}'" in post


def test_they_are_where_the_base_url_says(archive: Archive) -> None:
    archive.run(settings=LOCAL | {"ARCHIVE_IMAGE_BASE_URL": "https://pictures.example/sina/"})
    assert f"![](https://pictures.example/sina/{file_of(RED)})" in only_post(archive)


def test_by_default_nothing_is_fetched_and_the_addresses_are_sinas(archive: Archive) -> None:
    run = archive.run()
    assert not any("sinaimg" in url for url in run.requests)
    assert f"![]({HOST}red.jpg)" in only_post(archive)
    assert not (archive.folder / "images").exists()


def test_an_image_is_fetched_once_over_all_articles_and_runs(archive: Archive) -> None:
    archive.site.add(shows(2, f"{HOST}red.jpg"))
    assert archive.run(settings=LOCAL).articles.count(f"{HOST}red.jpg") == 1
    archive.site.add(shows(3, f"{HOST}red.jpg"))
    run = archive.run(settings=LOCAL)
    assert (counted(run), [url for url in run.articles if "sinaimg" in url]) == ({"known": 1}, [])
    assert all(f"/images/{file_of(RED)}" in post for post in archive.posts().values())


def test_the_same_picture_at_two_addresses_is_kept_once(archive: Archive) -> None:
    archive.site.put(f"{HOST}blue.png", RED)
    archive.run(settings=LOCAL)
    assert list(kept(archive)) == [file_of(RED)]
    assert only_post(archive).count(f"![](/images/{file_of(RED)})") == 2


def test_what_was_received_is_captured(archive: Archive) -> None:
    archive.run(settings=LOCAL | {"ARCHIVE_CAPTURE_ENABLED": "1"})
    places = archive.rows("SELECT capture_file, capture_offset > 0, capture_length > 0 FROM images")
    assert len(places) == 2
    assert all(file and offset and length for file, offset, length in places)


@pytest.mark.parametrize(
    ("answer", "settings", "reason"),
    [
        (None, {}, "http_404"),
        ("<html><body>403 Forbidden</body></html>", {}, "not_an_image"),
        (RED[:300], {}, "damaged"),
        (b"", {}, "not_an_image"),
        (RED + bytes(100_000), {"ARCHIVE_IMAGE_MAX_BYTES": "50000"}, "too_large"),
        (picture("black", "PNG", (20_000, 6_000), mode="1"), {}, "too_large"),
    ],
    ids=["not there", "HTML", "cut", "empty", "too many bytes", "too many pixels"],
)
def test_one_that_can_not_be_had_keeps_its_address_and_is_named(
    archive: Archive, answer: str | bytes | None, settings: dict[str, str], reason: str
) -> None:
    archive.site.put(f"{HOST}red.jpg", answer)
    run = archive.run(settings=LOCAL | settings)
    assert (run.status, counted(run)) == (0, {"kept": 1, reason: 1})
    post = only_post(archive)
    assert f"![]({HOST}red.jpg)\n\n![](/images/{file_of(BLUE, 'png')})" in post
    assert f"headimg: '{HOST}red.jpg'" in post
    assert any(f"image not kept ({reason})" in line and f"{HOST}red.jpg" in line for line in run.log)


def test_none_is_fetched_from_other_hosts(archive: Archive) -> None:
    other = "https://pictures.example/red.jpg"
    archive.site.add(shows(1, other)).put(other, RED)
    run = archive.run(settings=LOCAL)
    assert (counted(run), other in run.requests) == ({"other_host": 1}, False)
    assert f"![]({other})" in only_post(archive)


def test_a_redirection_is_not_followed(archive: Archive) -> None:
    other = "https://pictures.example/red.jpg"
    archive.site.put(other, RED).status[f"{HOST}red.jpg"] = other
    run = archive.run(settings=LOCAL)
    assert counted(run) == {"kept": 1, "http_301": 1}
    assert other not in run.requests


def test_other_addresses_alone_are_no_new_revision(archive: Archive) -> None:
    archive.run()
    before = only_post(archive)
    run = archive.run(LOOK_AGAIN, settings=LOCAL)
    assert run.stats["archive/find_revision/unchanged"] == 1
    assert only_post(archive) == before


def test_a_disk_that_takes_no_image_makes_the_run_say_so(archive: Archive) -> None:
    archive.folder.mkdir()
    (archive.folder / "images").write_text("in the way")
    run = archive.run(settings=LOCAL)
    assert (run.status, counted(run)) == (13, {"not_written": 2})
    assert f"![]({HOST}red.jpg)" in only_post(archive)


def test_another_word_than_remote_and_local_is_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="ARCHIVE_IMAGES is remote or local, not 'all'"):
        KeepImages.from_crawler(make_crawler(tmp_path, ARCHIVE_IMAGES="all"))


def test_without_pillow_it_is_said_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "crawler.archive.image_file", raising=False)
    monkeypatch.setitem(sys.modules, "PIL", None)
    with pytest.raises(ImportError, match="pip install pillow"):
        KeepImages.from_crawler(make_crawler(tmp_path, ARCHIVE_IMAGES="local"))
