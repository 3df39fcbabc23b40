"""A folder and an object store: the same files, whole or not there."""

import hashlib
import logging
from collections.abc import Callable
from pathlib import Path

import pytest
from scrapy.exceptions import UsageError
from scrapy.settings import Settings

from crawler.archive.paths import archive_dir, database_url
from crawler.archive.storage import Folder, ObjectStore, Storage, open_storage
from crawler.warc.spool import Spool

POST = "posts/2024/03/04/namqhtv5093318.md"


@pytest.fixture(params=["folder", "memory", "s3"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    """An empty one of each kind."""
    if request.param == "folder":
        return Folder(tmp_path / "archive")
    if request.param == "memory":
        return ObjectStore(f"memory://{tmp_path}")
    return ObjectStore(f"{request.getfixturevalue('bucket')}/archive")


def test_what_was_written_is_read(storage: Storage) -> None:
    storage.write(POST, "一".encode())
    assert storage.read(POST) == "一".encode()
    assert storage.exists(POST)
    assert storage.sha256(POST) == hashlib.sha256("一".encode()).hexdigest()


def test_what_is_not_there_is_nothing(storage: Storage) -> None:
    assert storage.read(POST) is None
    assert not storage.exists(POST)
    assert list(storage.names("manifests")) == []


def test_another_text_takes_the_place_of_the_first(storage: Storage) -> None:
    for text in (b"one", b"two"):
        storage.write(POST, text)
    assert storage.read(POST) == b"two"


def test_names_are_sorted_and_those_of_files_right_in_the_folder(storage: Storage) -> None:
    assert list(storage.names("manifests")) == []
    for day in ("2024-03-05", "2024-03-04"):
        storage.write(f"manifests/{day}.txt", b"x")
    storage.write("manifestation.txt", b"x")
    assert list(storage.names("manifests")) == ["2024-03-04.txt", "2024-03-05.txt"]
    assert list(storage.names("manifests", since="2024-03-05")) == ["2024-03-05.txt"]


def test_a_person_can_find_it(storage: Storage) -> None:
    assert storage.where(POST).endswith(f"/{POST}")


def test_a_store_that_refuses_is_an_oserror_that_names_the_object(bucket: str) -> None:
    storage = ObjectStore(f"{bucket}-that-is-not-there/archive")
    for attempt in (lambda: storage.write(POST, b"x"), lambda: storage.upload(POST, Path(__file__))):
        with pytest.raises(OSError, match=f"{bucket}-that-is-not-there/archive/{POST}"):
            attempt()


@pytest.mark.parametrize("ask", [archive_dir, database_url])
def test_what_an_object_store_can_not_be_is_said(ask: Callable[[Settings], object]) -> None:
    with pytest.raises(UsageError, match="s3://bucket/archive"):
        ask(Settings({"ARCHIVE_DIR": "s3://bucket/archive", "ARCHIVE_DATABASE_URL": ""}))


def test_a_driver_that_is_not_installed_is_named() -> None:
    with pytest.raises(RuntimeError, match="requirements-cluster"):
        open_storage(Settings({"ARCHIVE_DIR": "gs://bucket/archive"}))


class TestSpool:
    """Captures are written in a folder and go into the store when they are complete."""

    @pytest.fixture
    def capture(self, tmp_path: Path) -> Path:
        path = tmp_path / "spool/20240304T040000Z-1-00000.warc.gz"
        path.parent.mkdir()
        path.write_bytes(b"records")
        return path

    def test_a_complete_one_goes_into_the_store_and_is_still_held(self, capture: Path, bucket: str) -> None:
        store = ObjectStore(bucket)
        spool = Spool(capture.parent, store)
        assert spool.holds(capture.name)
        spool.closed(capture)
        spool.close()
        assert not capture.exists()
        assert store.read(f"captures/{capture.name}") == b"records"
        assert spool.holds(capture.name)
        assert not spool.holds("other.warc.gz")

    def test_one_that_the_store_refuses_stays_and_goes_with_the_next_run(
        self, capture: Path, bucket: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        spool = Spool(capture.parent, ObjectStore(f"{bucket}-that-is-not-there"))
        with caplog.at_level(logging.ERROR):
            spool.closed(capture)
            spool.close()
        assert str(capture) in caplog.text
        assert capture.read_bytes() == b"records"
        later = Spool(capture.parent, ObjectStore(bucket))
        later.take_up()
        later.close()
        assert ObjectStore(bucket).names("captures") == [capture.name]
        assert list(capture.parent.iterdir()) == []

    def test_in_a_folder_it_stays_where_it_is(self, capture: Path) -> None:
        Spool(capture.parent).closed(capture)
        assert capture.exists()
