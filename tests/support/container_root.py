"""A Dockerfile's steps, executed in root folders instead of by a container engine: chroot, in namespaces of its own.

What an engine would fetch as base images is a folder made by debootstrap, with python3 in it. It needs root and Linux.
"""

import json
import os
import shlex
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from string import Template

from docker.utils import exclude_paths
from dockerfile_parse import DockerfileParser

from tests.support.crawling import ROOT

DOCKERFILE = ROOT / "Dockerfile"
_SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
# How pip and apt reach their servers from here; no part of an image.
_NETWORK = ("resolv.conf", "hosts", "pip.conf", "xdg/pip/*", "ssl/certs/ca-certificates.crt")  # below /etc
_NETWORK_NAMES = ("PIP_", "SSL_", "http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY")


def steps() -> list[tuple[str, str]]:
    """Instruction and value of each line of the Dockerfile, but for comments."""
    with DOCKERFILE.open("rb") as file:
        structure = DockerfileParser(fileobj=file).structure
    return [(step["instruction"], step["value"]) for step in structure if step["instruction"] != "COMMENT"]


def stages() -> dict[str, tuple[str, list[tuple[str, str]]]]:
    """By its name, what each stage begins from, and its steps."""
    found: dict[str, tuple[str, list[tuple[str, str]]]] = {}
    for instruction, value in steps():
        if instruction == "FROM":
            base, _, name = value.split()
            found[name] = base, []
        else:
            found[name][1].append((instruction, value))
    return found


def context() -> list[str]:
    """The files of the checkout that an engine is given, by .dockerignore."""
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    patterns = [line for line in lines if line and not line.startswith("#")]
    return sorted(path for path in exclude_paths(str(ROOT), patterns) if (ROOT / path).is_file())


@dataclass(frozen=True)
class Root:
    """A root folder with what an image says of the processes in it."""

    folder: Path
    env: Mapping[str, str] = field(default_factory=lambda: {"PATH": _SYSTEM_PATH})
    workdir: str = "/"
    user: str = "root"
    entrypoint: tuple[str, ...] = ()
    command: tuple[str, ...] = ()
    healthcheck: tuple[str, ...] = ()

    def run(self, *words: str, network: bool = False, **changes: str) -> "subprocess.CompletedProcess[str]":
        """A process in it, as the user, in the folder and with the environment of the image."""
        env = {**(_network() if network else {}), **self.env, "HOME": "/tmp", **changes}
        inside = shlex.join(["env", "-i", *(f"{name}={value}" for name, value in env.items()), *words])
        inside = f"cd {shlex.quote(self.workdir)} && exec {inside}"
        chroot = shlex.join(["chroot", f"--userspec={self.user}:{self.user}", str(self.folder), "sh", "-c", inside])
        outside = f"mount -t proc proc {self.folder}/proc && mount --rbind /dev {self.folder}/dev && exec {chroot}"
        unshare = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-c", outside]
        return subprocess.run(unshare, capture_output=True, text=True, timeout=1200)


@dataclass(frozen=True)
class Builder:
    """Makes the roots of stages, each once, below `folder`; those that begin from an image begin from `base`."""

    base: Path
    folder: Path
    made: dict[str, Root] = field(default_factory=dict)

    def stage(self, name: str) -> Root:
        """The root of a stage, and of those that it needs."""
        if name not in self.made:
            self.made[name] = self._make(name)
        return self.made[name]

    def _make(self, name: str) -> Root:
        parent, lines = stages()[name]
        begun = self.stage(parent) if parent in stages() else Root(self.base)
        root = replace(begun, folder=self.folder / name)
        if root.folder.exists():
            shutil.rmtree(root.folder)
        subprocess.run(["cp", "-a", str(begun.folder), str(root.folder)], check=True)
        for path in [path for pattern in _NETWORK for path in Path("/etc").glob(pattern)]:
            inside = root.folder / str(path)[1:]
            inside.parent.mkdir(parents=True, exist_ok=True)
            inside.unlink(missing_ok=True)
            shutil.copyfile(path, inside)
        for instruction, value in lines:
            root = self._step(root, instruction, value)
        return root

    def _step(self, root: Root, instruction: str, value: str) -> Root:
        if instruction == "RUN":
            done = root.run("sh", "-c", value, network=True)
            assert done.returncode == 0, f"RUN {value}\n{done.stdout[-2000:]}{done.stderr[-3000:]}"
        elif instruction == "COPY":
            self._copy(root, value)
        elif instruction == "ENV":
            pairs = [word.partition("=") for word in shlex.split(value)]
            given = {name: Template(text).substitute(root.env) for name, _, text in pairs}
            return replace(root, env={**root.env, **given})
        elif instruction == "WORKDIR":
            (root.folder / value[1:]).mkdir(parents=True, exist_ok=True)
            return replace(root, workdir=value)
        elif instruction == "USER":
            return replace(root, user=value)
        elif instruction == "ENTRYPOINT":
            return replace(root, entrypoint=tuple(json.loads(value)))
        elif instruction == "CMD":
            return replace(root, command=tuple(json.loads(value)))
        elif instruction == "HEALTHCHECK":
            return replace(root, healthcheck=tuple(json.loads(value.partition(" CMD ")[2])))
        else:
            assert instruction in ("VOLUME", "EXPOSE"), f"{instruction} is not known here"
        return root

    def _copy(self, root: Root, value: str) -> None:
        *sources, target = value.split()
        place = root.folder / target[1:]
        place.mkdir(parents=True, exist_ok=True)
        if sources[0].startswith("--from="):
            origin = self.stage(sources.pop(0).removeprefix("--from=")).folder
            paths = [path for source in sources for path in origin.glob(source[1:])]
        else:
            paths = [ROOT / path for path in copied(sources)]
            origin = ROOT
        assert paths, f"COPY {value}: there is nothing to copy"
        for path in paths:
            inside = _below(path, sources, origin)
            (place / inside).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, place / inside)


def copied(sources: list[str]) -> list[str]:
    """The files of the context that a COPY names, itself or by their folder."""
    names = [source.removesuffix("/") for source in sources]
    return [path for path in context() if any(name in (".", path) or path.startswith(f"{name}/") for name in names)]


def _below(path: Path, sources: list[str], origin: Path) -> Path:
    """Where it comes to stand: of a folder, what is in it; of a file, its name."""
    for source in sources:
        folder = origin / source
        if folder.is_dir() and path.is_relative_to(folder):
            return path.relative_to(folder)
    return Path(path.name)


def _network() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name.startswith(_NETWORK_NAMES)}
