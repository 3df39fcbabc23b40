"""Calls of ``scrapy``, each in a process of its own that has everything imported already: a call takes a moment.

As a program (``python -m tests.support.forked_scrapy``) it reads a call as JSON from each line of its input, and
answers with a line of JSON when it has ended.
"""

import json
import os
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from tests.support.crawling import ROOT, environment


@dataclass(frozen=True)
class Done:
    """What a call left."""

    status: int
    stdout: str
    stderr: str


@dataclass(frozen=True)
class ForkedScrapy:
    """The process that forks."""

    process: "subprocess.Popen[str]"

    def __call__(self, *words: str, cwd: Path = ROOT, **changes: str) -> Done:
        """``scrapy`` with these words, in the folder `cwd`, with `changes` of the environment."""
        assert self.process.stdin and self.process.stdout
        changes = {"SCRAPY_SETTINGS_MODULE": "crawler.settings"} | changes
        self.process.stdin.write(json.dumps([words, str(cwd), changes]) + "\n")
        self.process.stdin.flush()
        return Done(**json.loads(self.process.stdout.readline()))


@contextmanager
def forked_scrapy() -> Iterator[ForkedScrapy]:
    """One to be called again and again."""
    words = [sys.executable, "-m", "tests.support.forked_scrapy"]
    with subprocess.Popen(
        words, cwd=ROOT, env=environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield ForkedScrapy(process)
        assert process.stdin
        process.stdin.close()


def _serve() -> None:
    import scrapy.cmdline
    import scrapy.utils.misc

    for package in ("scrapy.commands", "crawler.commands", "crawler.spiders", "pipelines"):
        list(scrapy.utils.misc.walk_modules_iter(package))  # but no settings: they read the environment
    with tempfile.TemporaryDirectory() as folder:
        for line in sys.stdin:
            words, cwd, changes = json.loads(line)
            outputs = [Path(folder) / name for name in ("stdout", "stderr")]
            child = os.fork()
            if not child:
                _call(words, cwd, changes, outputs)
            status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
            stdout, stderr = (path.read_text(encoding="utf-8", errors="replace") for path in outputs)
            sys.stdout.write(json.dumps({"status": status, "stdout": stdout, "stderr": stderr}) + "\n")
            sys.stdout.flush()


def _call(words: list[str], cwd: str, changes: dict[str, str], outputs: list[Path]) -> NoReturn:
    from scrapy.cmdline import execute

    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    for number, path in enumerate(outputs, start=1):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
    os.chdir(cwd)
    os.environ.update(changes)
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
