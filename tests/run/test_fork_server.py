"""Whoever is killed leaves no process behind: no worker, no fork server, no resource tracker."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from crawler.integrity.verification import _processes
from tests.support.crawling import ROOT, command, environment

POOL = """
import asyncio, sys
from crawler.run.worker_pool import WorkerPool
async def main():
    pool = WorkerPool(2)
    await asyncio.gather(*(pool.run(30, int, "7") for _ in range(4)))
    print("works", flush=True)
    await asyncio.gather(*(pool.run(600, {function}, {argument}) for _ in range(2)))
if __name__ == "__main__":
    asyncio.run(main())
"""
VERIFY = """
import sys, time
from pathlib import Path
from crawler.integrity.verification import _processes
if __name__ == "__main__":
    with _processes(2) as map_:
        list(map_(abs, range(8)))
        print("works", flush=True)
        list(map_(time.sleep, [600, 600]))
"""


def processes(mark: str) -> dict[int, str]:
    """Those that live and were started with `mark` in their environment: the program and all that it started."""
    marked = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            is_marked = mark.encode() in (folder / "environ").read_bytes()
            state = (folder / "stat").read_text().rpartition(")")[2].split()[0]
            if is_marked and state != "Z":
                marked[int(folder.name)] = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue
    return marked


def left(mark: str, seconds: float = 10) -> dict[int, str]:
    """What still lives after some time."""
    deadline = time.monotonic() + seconds
    while (living := processes(mark)) and time.monotonic() < deadline:
        time.sleep(0.05)
    return living


@contextmanager
def started(words: list[str], mark: str) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        words, cwd=ROOT, env=environment(MARK=mark), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()
            for pid in processes(mark):
                os.kill(pid, signal.SIGKILL)


@pytest.fixture
def mark() -> str:
    return f"ends-with-{os.getpid()}-{time.monotonic_ns()}"


PROGRAMS = {
    "workers that wait": POOL.format(function="__import__('time').sleep", argument="600"),
    "workers that hold the interpreter": POOL.format(function="__import__('re').match", argument="'(a+)+b', 'a' * 60"),
    "workers of verify": VERIFY,
}


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a process with its parent")
@pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS)
def test_a_killed_program_leaves_nothing(program: str, mark: str) -> None:
    with started([sys.executable, "-c", program], mark) as process:
        assert process.stdout
        assert process.stdout.readline() == "works\n"
        deadline = time.monotonic() + 60
        while len(processes(mark)) < 5 and time.monotonic() < deadline:
            time.sleep(0.02)
        assert len(processes(mark)) >= 5  # the program, its server, the tracker, and two workers
        process.kill()
        assert left(mark) == {}


def test_a_worker_of_verify_does_not_hear_ctrl_c() -> None:
    with _processes(2) as map_:
        assert list(map_(signal.raise_signal, [signal.SIGINT] * 4)) == [None] * 4


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a process with its parent")
@pytest.mark.parametrize("seconds", [0, 0.2, 0.5, 1, 2])
def test_a_killed_crawl_leaves_nothing_whenever_it_is_killed(tmp_path: Path, mark: str, seconds: float) -> None:
    with started(command(tmp_path / "archive"), mark) as process:
        deadline = time.monotonic() + 30
        while len(processes(mark)) < 2 and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.01)
        time.sleep(seconds)
        process.kill()
        assert left(mark) == {}
