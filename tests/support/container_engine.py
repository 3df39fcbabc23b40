"""The container engine that answers here, or else one of the tests' own: it needs root, and leaves nothing behind."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.support.crawling import ROOT
from tests.support.programs import needed
from tests.support.scrapyd_server import wait_until

LONGEST = 1200  # seconds that a command may take: a build fetches what it is made of


@dataclass(frozen=True)
class Engine:
    """What its commands are given; `network`: the one for the steps of a build."""

    env: Mapping[str, str]
    network: str

    def run(self, *words: object, **changes: str) -> "subprocess.CompletedProcess[str]":
        """A command in the checkout, however it ends; what it prints is in `stdout`, errors too."""
        return subprocess.run(
            [str(word) for word in words],
            cwd=ROOT,
            env={**self.env, **changes},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=LONGEST,
        )

    def docker(self, *words: object) -> str:
        """What ``docker`` prints, which must end with 0."""
        done = self.run("docker", *words)
        assert done.returncode == 0, f"docker {words}\n{done.stdout[-3000:]}"
        return done.stdout.strip()

    def build(self, target: str, tag: str, dockerfile: Path = ROOT / "Dockerfile") -> str:
        """The name of the image of a target."""
        self.docker("build", "--network", self.network, "--target", target, "--tag", tag, "--file", dockerfile, ".")
        return tag

    def has(self, image: str) -> bool:
        """Whether the image is here, or could be fetched."""
        return any(self.run("docker", *words, image).returncode == 0 for words in (("image", "inspect"), ("pull",)))


@contextmanager
def container_engine() -> Iterator[Engine]:
    """An engine that answers."""
    needed("docker", "docker.io")
    theirs = Engine(os.environ, "default")
    if theirs.run("docker", "version").returncode == 0:
        yield theirs
        return
    folder = Path(tempfile.mkdtemp(prefix="engine-"))
    socket = f"unix://{folder}/socket"
    ours = Engine({**os.environ, "DOCKER_HOST": socket}, "host")
    # Without rules for packets and a bridge of its own: neither would go with it. Networks of services need none.
    words = ["--iptables=false", "--ip6tables=false", "--ip-forward=false", "--bridge=none", "--host", socket]
    words += ["--data-root", f"{folder}/data", "--exec-root", f"{folder}/exec", "--pidfile", f"{folder}/pid"]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([needed("dockerd", "docker.io"), *words], stdout=log, stderr=log)
    try:
        wait_until(lambda: process.poll() is not None or ours.run("docker", "version").returncode == 0)
        assert process.poll() is None, (folder / "log").read_text()[-3000:]
        yield ours
    finally:
        process.terminate()
        process.wait(LONGEST)
        for namespace in (folder / "exec/netns").glob("*"):  # of the containers that shared the machine's network
            subprocess.run(["umount", namespace], check=True)
        shutil.rmtree(folder)
