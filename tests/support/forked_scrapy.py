"""``scrapy`` as a person calls it, but for what a start costs: each call is a process of its own, forked from one that
has everything imported.

As a program (``python -m tests.support.forked_scrapy``) it reads a call as JSON from each line of its input, and
answers with a line of JSON when it has ended.
"""

import atexit
import gc
import json
import os
import pkgutil
import signal
import subprocess
import sys
import tempfile
import traceback
from functools import cache
from pathlib import Path
from subprocess import CompletedProcess
from typing import NoReturn

from tests.support.crawling import LONGEST, ROOT, SITE, environment, words

_STREAMS = ("stdin", "stdout", "stderr")


def scrapy(*given: object, cwd: Path = ROOT, stdin: str = "", **changes: str) -> CompletedProcess[str]:
    """The end of ``scrapy`` with these words, in the folder `cwd`, with `changes` of the tests' environment.

    It reads pages without worker processes. What is about these, about a start, or about variables that Python itself
    reads, such as TZ, takes a process of its own, ``python -m scrapy``.
    """
    assert not any(name.startswith("PYTHON") for name in changes), "Python reads it when it starts"
    process = _forking()
    assert process.stdin and process.stdout
    ours = environment(**{"SCRAPY_SETTINGS_MODULE": "crawler.settings"} | changes)
    call = {"words": [*map(str, given)], "cwd": str(cwd), "environment": ours, "stdin": stdin}
    print(json.dumps(call), file=process.stdin, flush=True)
    line = process.stdout.readline()
    assert line, "the process that forks has died; see its output above"
    return CompletedProcess(["scrapy", *map(str, given)], **json.loads(line))


def crawl(archive: Path, *arguments: str, site: Path = SITE) -> CompletedProcess[str]:
    """Such a crawl to its end, of the bundled saved site or another."""
    return scrapy(*words(archive, *arguments, site=site))


@cache
def _forking() -> "subprocess.Popen[str]":
    process = subprocess.Popen(
        [sys.executable, "-m", __name__], cwd=ROOT, env=environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        text=True,
    )  # fmt: skip
    atexit.register(_end, process)
    return process


def _end(process: "subprocess.Popen[str]") -> None:
    assert process.stdin and process.stdout
    process.stdin.close()
    process.wait()
    process.stdout.close()


def _serve() -> None:
    _import_everything()
    gc.freeze()  # what is imported is shared by all calls, and stays so while no collection writes into it
    with tempfile.TemporaryDirectory() as folder:
        files = {name: Path(folder) / name for name in _STREAMS}
        for line in sys.stdin:
            call = json.loads(line)
            files["stdin"].write_text(call.pop("stdin"), encoding="utf-8")
            child = os.fork()
            if not child:
                _call(files, **call)
            status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
            said = {name: files[name].read_text(encoding="utf-8", errors="replace") for name in _STREAMS[1:]}
            sys.stdout.write(json.dumps({"returncode": status, **said}) + "\n")
            sys.stdout.flush()


def _import_everything() -> None:
    from scrapy.utils.misc import walk_modules_iter

    import crawler
    from crawler.run.worker_pool import WorkerPool
    from tests.support.reading import read_here

    rooms = [f"crawler.{name}" for _, name, is_package in pkgutil.iter_modules(crawler.__path__) if is_package]
    of_scrapy = ("scrapy.commands", "scrapy.downloadermiddlewares", "scrapy.spidermiddlewares")
    for package in (*of_scrapy, *rooms, "pipelines"):  # but no settings: they read the environment
        list(walk_modules_iter(package))
    WorkerPool.run = read_here  # type: ignore[method-assign]  # to start workers takes longer than most calls


def _call(files: dict[str, Path], words: list[str], cwd: str, environment: dict[str, str]) -> NoReturn:
    from scrapy.cmdline import execute

    signal.alarm(LONGEST)
    for number, path in enumerate(files.values()):
        os.dup2(os.open(path, os.O_RDONLY if not number else os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["scrapy", *words]
    status: object = 1
    try:
        execute()
    except SystemExit as end:
        status = end.code
        if isinstance(status, str):
            sys.stderr.write(f"{status}\n")
            status = 1
    except BaseException:
        traceback.print_exc()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status if isinstance(status, int) else 0)


if __name__ == "__main__":
    _serve()
