"""One writer at a time; the second one hears who the first is."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from crawler.archive.lock import ArchiveLocked, archive_lock
from tests.support.crawling import ROOT

HOLD = "import sys, time; from pathlib import Path; from crawler.archive.lock import archive_lock\n"
HOLD += "with archive_lock(Path(sys.argv[1]), 0): print('held', flush=True); time.sleep(float(sys.argv[2]))"


@contextmanager
def another_process(root: Path, seconds: float = 60) -> Iterator[subprocess.Popen[str]]:
    """Holds the lock of `root`."""
    command = [sys.executable, "-c", HOLD, str(root), str(seconds)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_the_second_one_is_told_who_holds_it_and_since_when(tmp_path: Path) -> None:
    with another_process(tmp_path) as holder, pytest.raises(ArchiveLocked) as told, archive_lock(tmp_path, 0):
        pass
    assert str(tmp_path) in str(told.value)
    assert re.search(rf"process {holder.pid} on \S+ since \d{{4}}-\d\d-\d\dT\d\d:\d\d:\d\dZ$", str(told.value))


def test_it_is_free_when_it_was_given_back(tmp_path: Path) -> None:
    for _ in range(2):
        with archive_lock(tmp_path, 0):
            assert (tmp_path / ".lock.json").exists()
        assert not (tmp_path / ".lock.json").exists()


def test_it_is_given_back_after_an_error(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), archive_lock(tmp_path, 0):
        raise ZeroDivisionError
    with archive_lock(tmp_path, 0):
        pass


def test_the_lock_of_a_killed_process_is_taken_over(tmp_path: Path) -> None:
    with another_process(tmp_path) as holder:
        holder.send_signal(signal.SIGKILL)
        holder.wait()
    assert (tmp_path / ".lock.json").exists()
    with archive_lock(tmp_path, 0):
        assert f'"pid": {os.getpid()}' in (tmp_path / ".lock.json").read_text()


def test_it_waits_as_long_as_it_is_told(tmp_path: Path) -> None:
    with another_process(tmp_path, seconds=0.5), archive_lock(tmp_path, 20):
        pass
    with another_process(tmp_path):
        started = time.monotonic()
        with pytest.raises(ArchiveLocked), archive_lock(tmp_path, 0.3):
            pass
        assert time.monotonic() - started >= 0.3


@pytest.mark.parametrize("description", ["", "{", "{}", "[]", '{"pid": 1}', "null"])
def test_an_unreadable_description_of_the_holder_does_not_hide_that_it_is_locked(
    tmp_path: Path, description: str
) -> None:
    with another_process(tmp_path), pytest.raises(ArchiveLocked, match="another process"):
        (tmp_path / ".lock.json").write_text(description)
        with archive_lock(tmp_path, 0):
            pass


def test_two_archives_have_two_locks(tmp_path: Path) -> None:
    with archive_lock(tmp_path / "a", 0), archive_lock(tmp_path / "b", 0):
        pass


def test_a_link_in_the_place_of_the_lock_is_not_followed(tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.write_text("precious")
    (tmp_path / ".lock.json").symlink_to(target)
    with archive_lock(tmp_path, 0):
        assert target.read_text() == "precious"
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / ".lock").unlink()
    (tmp_path / ".lock").symlink_to(tmp_path / "fifo")
    with pytest.raises(OSError, match="a link, where a file should be"), archive_lock(tmp_path, 0):
        pass
