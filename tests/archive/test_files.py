"""A file is whole, or it is not there."""

import errno
import os
from pathlib import Path
from typing import Any

import pytest

from crawler.archive.files import put_in_place, read_regular, sha256_of, temporary


def refuse(*_arguments: Any, **_options: Any) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_it_makes_the_folders_that_it_needs(tmp_path: Path) -> None:
    put_in_place(tmp_path / "a/b/c.md", b"text")
    assert (tmp_path / "a/b/c.md").read_bytes() == b"text"


def test_it_replaces_a_file_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "c.md"
    path.write_bytes(b"old")
    put_in_place(path, b"new")
    assert (path.read_bytes(), list(tmp_path.iterdir())) == (b"new", [path])


def test_who_may_read_it_is_as_for_any_file(tmp_path: Path) -> None:
    put_in_place(tmp_path / "c.md", b"text")
    (tmp_path / "plain").write_text("")
    assert (tmp_path / "c.md").stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_what_a_killed_process_left_is_taken_up_by_the_next(tmp_path: Path) -> None:
    temporary(tmp_path / "c.md").write_bytes(b"ha")
    put_in_place(tmp_path / "c.md", b"whole")
    assert [path.name for path in tmp_path.iterdir()] == ["c.md"]


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_disk_that_refuses_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    path = tmp_path / "c.md"
    path.write_bytes(b"old")
    monkeypatch.setattr(*((Path, "replace") if step == "replace" else (os, step)), refuse)
    with pytest.raises(OSError, match="No space left"):
        put_in_place(path, b"new")
    monkeypatch.undo()
    assert (path.read_bytes(), list(tmp_path.iterdir())) == (b"old", [path])


def test_the_content_is_flushed_before_it_has_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    steps: list[str] = []
    fsync, rename = os.fsync, Path.replace
    monkeypatch.setattr(os, "fsync", lambda descriptor: (steps.append("flushed"), fsync(descriptor)))
    monkeypatch.setattr(Path, "replace", lambda path, to: (steps.append("named"), rename(path, to))[1])
    put_in_place(tmp_path / "c.md", b"text")
    assert steps[:2] == ["flushed", "named"]


def test_where_a_folder_should_be_and_a_file_is_it_says_so(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("")
    with pytest.raises(OSError, match="a"):
        put_in_place(tmp_path / "a/c.md", b"text")


def test_a_link_at_the_temporary_name_is_not_followed(tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.write_bytes(b"precious")
    temporary(tmp_path / "c.md").symlink_to(target)
    put_in_place(tmp_path / "c.md", b"text")
    assert (target.read_bytes(), (tmp_path / "c.md").read_bytes()) == (b"precious", b"text")
    assert not (tmp_path / "c.md").is_symlink()


def test_a_fifo_at_the_temporary_name_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(temporary(tmp_path / "c.md"))
    put_in_place(tmp_path / "c.md", b"text")
    assert [path.name for path in tmp_path.iterdir()] == ["c.md"]


@pytest.mark.parametrize("read", [read_regular, sha256_of])
@pytest.mark.parametrize(
    ("make", "kind"),
    [(os.mkfifo, "a FIFO"), (Path.mkdir, "a folder"), (lambda path: path.symlink_to("/etc/hostname"), "a link")],
    ids=["fifo", "folder", "link"],
)
def test_only_regular_files_are_read(tmp_path: Path, read: Any, make: Any, kind: str) -> None:
    make(tmp_path / "x")
    with pytest.raises(OSError, match=f"{kind}, where a file should be"):
        read(tmp_path / "x")
