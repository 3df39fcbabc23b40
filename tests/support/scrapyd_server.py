"""A scrapyd with the configuration of deploy/, on a free port, in a folder of its own outside the checkout."""

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests
from scrapyd_client.pyclient import ScrapydClient

from tests.support.crawling import ROOT, environment

PROJECT, PASSWORD = "sina-finance-archive", "sesame"
_LONGEST = 90  # seconds that anything here may take
_QUICK = "[scrapyd]\npoll_interval = 0.1\n"


@dataclass
class Scrapyd:
    """The server in `folder`, and what one asks of it."""

    folder: Path
    url: str
    client: ScrapydClient

    def deploy(self, checkout: Path, version: str = "1") -> None:
        """``scrapyd-deploy local`` in `checkout`, to this server."""
        config = checkout / "scrapy.cfg"
        config.write_text(config.read_text().replace("http://127.0.0.1:6800/", self.url))
        words = [sys.executable, "-m", "scrapyd_client.deploy", "local", "--version", version]
        done = subprocess.run(words, cwd=checkout, env=_environment(), capture_output=True, text=True, timeout=_LONGEST)
        assert done.returncode == 0, done.stdout + done.stderr

    def schedule(self, settings: dict[str, Any], **arguments: str) -> str:
        """The id of a new job of the spider."""
        given = [("setting", f"{name}={value}") for name, value in settings.items()]
        return str(self.client.schedule(PROJECT, "sina_finance", [*given, *arguments.items()]))

    def jobs(self, state: str) -> list[str]:
        """The ids of the jobs that are ``pending``, ``running`` or ``finished``."""
        return [job["id"] for job in self.client.jobs(PROJECT)[state]]

    def wait(self, job: str) -> list[str]:
        """The log of the job, line by line, once it has finished."""
        wait_until(lambda: job in self.jobs("finished"))
        return self.log(job)

    def log(self, job: str) -> list[str]:
        """All that it has printed so far."""
        return (self.folder / f"logs/{PROJECT}/sina_finance/{job}.log").read_text(encoding="utf-8").splitlines()

    def own_log(self) -> str:
        """What scrapyd itself says."""
        return (self.folder / "scrapyd.log").read_text(encoding="utf-8")


def checkout(folder: Path) -> Path:
    """A copy of what a deployment needs of the checkout."""
    for package in ("crawler", "pipelines"):
        shutil.copytree(ROOT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__"))
    for file in ("scrapy.cfg", "setup.py"):
        shutil.copy(ROOT / file, folder)
    return folder


@contextmanager
def running(folder: Path) -> Iterator[Scrapyd]:
    """A server that ends with the block. ``tests`` can be imported in its jobs, the checkout's packages can't."""
    helpers = folder.parent / "helpers"
    helpers.mkdir(parents=True)
    (helpers / "tests").symlink_to(ROOT / "tests")
    folder.mkdir()
    shutil.copy(ROOT / "deploy/scrapyd.conf", folder)
    (helpers / ".scrapyd.conf").write_text(_QUICK)  # scrapyd reads it at HOME, after the other
    own = {"HOME": str(helpers), "PYTHONPATH": str(helpers), "SCRAPYD_HTTP_PORT": str(_free_port())}
    url = f"http://127.0.0.1:{own['SCRAPYD_HTTP_PORT']}/"
    with (folder / "scrapyd.log").open("wb") as log:
        words = [sys.executable, "-m", "scrapyd"]
        process = subprocess.Popen(words, cwd=folder, env=_environment() | own, stdout=log, stderr=log)
        try:
            wait_until(lambda: process.poll() is not None or _answers(url))
            yield Scrapyd(folder, url, ScrapydClient(url.rstrip("/"), "archive", PASSWORD))
        finally:
            process.terminate()
            process.wait(_LONGEST)


def wait_until(is_so: Callable[[], object]) -> None:
    """Asks again and again."""
    deadline = time.monotonic() + _LONGEST
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def _environment() -> dict[str, str]:
    own = environment(SCRAPYD_PASSWORD=PASSWORD)
    del own["PYTHONPATH"]
    return own


def _answers(url: str) -> bool:
    try:
        return requests.get(url, timeout=5).status_code == 401
    except requests.ConnectionError:
        return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
