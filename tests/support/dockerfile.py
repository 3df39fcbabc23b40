"""What Dockerfile and compose.yaml say, and which files of the checkout an engine is given for them."""

from typing import Any

import yaml
from docker.utils import exclude_paths
from dockerfile_parse import DockerfileParser

from tests.support.crawling import ROOT

_DOCKERFILE = ROOT / "Dockerfile"
COMPOSE: dict[str, dict[str, Any]] = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))


def stages() -> dict[str, tuple[str, list[tuple[str, str]]]]:
    """By its name, what each stage begins from, and its steps: instruction and value."""
    with _DOCKERFILE.open("rb") as file:
        lines = [(line["instruction"], line["value"]) for line in DockerfileParser(fileobj=file).structure]
    stages: dict[str, tuple[str, list[tuple[str, str]]]] = {}
    for instruction, value in lines:
        if instruction == "FROM":
            base, _, name = value.split()
            stages[name] = base, []
        elif instruction != "COMMENT":
            stages[name][1].append((instruction, value))
    return stages


def base_images() -> set[str]:
    """What stages begin from that are no stages."""
    return {base for base, _ in stages().values()} - stages().keys()


def images_of_others() -> set[str]:
    """Whatever has to be fetched: what stages begin from, and services that are not built."""
    return base_images() | {service["image"] for service in COMPOSE["services"].values() if "image" in service}


def context() -> list[str]:
    """The files of the checkout that an engine is given, by .dockerignore."""
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    patterns = [line for line in lines if line and not line.startswith("#")]
    return sorted(path for path in exclude_paths(str(ROOT), patterns) if (ROOT / path).is_file())


def copied(sources: list[str]) -> list[str]:
    """The files of the context that a COPY names, itself or by their folder."""
    names = [source.removesuffix("/") for source in sources]
    return [path for path in context() if any(name in (".", path) or path.startswith(f"{name}/") for name in names)]
