"""The container's files agree with each other and with the project; a schedule passes a stop on to its run."""

import re
import signal
import subprocess
from pathlib import Path
from typing import Any

import pytest

from crawler import settings
from tests.support.crawling import ROOT
from tests.support.dockerfile import COMPOSE, base_images, context, copied, stages
from tests.support.source import MODULES

SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
EVERY = ROOT / "deploy/container/every"
COPIES = [
    (name, value)
    for name, (_, steps) in stages().items()
    for instruction, value in steps
    if instruction == "COPY" and "--from=" not in value
]


@pytest.mark.parametrize(("stage", "value"), COPIES)
def test_what_a_step_copies_is_in_the_context(stage: str, value: str) -> None:
    for source in value.split()[:-1]:
        assert copied([source]), f"{stage}: COPY {value}: .dockerignore leaves nothing of {source}"


def test_an_image_is_given_the_whole_program_and_nothing_that_is_no_part_of_it() -> None:
    given = set(context())
    assert {str(path.relative_to(ROOT)) for path in MODULES.values()} <= given
    folders = {path.partition("/")[0] for path in given if "/" in path}
    assert folders == {"crawler", "pipelines", "deploy", "requirements"}
    assert not [path for path in given if "__pycache__" in path or path.endswith((".env", ".db", ".pyc"))]


def test_every_requirement_that_the_metadata_read_is_in_the_context() -> None:
    read = re.findall(r'file = "([^"]+)"', (ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert {*read, "README.md", "LICENSE"} <= set(context())


def test_no_stage_that_is_run_runs_as_root() -> None:
    begun_from = {base for base, _ in stages().values()}
    for name in stages().keys() - begun_from - {"build"}:
        _, steps = stages()[name]
        assert [value for instruction, value in steps if instruction == "USER"][-1:] == ["archive"], name


def test_the_image_is_of_the_python_that_the_locks_are_made_with() -> None:
    versions = re.search(r"^VERSIONS := (.+)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M)
    (image,) = (base for base in base_images() if base.startswith("python:"))
    assert versions and image == f"python:{versions[1].split()[-1]}-slim-bookworm"


def test_every_service_is_built_of_a_stage_or_is_an_image_of_one_version() -> None:
    for name, service in SERVICES.items():
        if "build" in service:
            assert service["build"]["target"] in stages(), name
        else:
            assert re.fullmatch(r"[\w./-]+:\d[\w.-]*", service["image"]), name


def test_services_set_what_is_a_setting_and_mount_what_is_a_volume() -> None:
    volumes = {mount.partition(":")[0] for service in SERVICES.values() for mount in service["volumes"]}
    assert volumes == set(COMPOSE["volumes"])
    for service in SERVICES.values():
        named = {name for name in service.get("environment", {}) if name.startswith("ARCHIVE_")}
        assert named <= set(vars(settings))


def test_only_the_crawl_is_started_without_being_named_and_ports_are_the_machine_s_own() -> None:
    assert [name for name, service in SERVICES.items() if "profiles" not in service] == ["crawl"]
    ports = [port for service in SERVICES.values() for port in service.get("ports", [])]
    assert ports and all(port.startswith("127.0.0.1:") for port in ports)


def test_an_archive_in_a_volume_has_one_kind_of_writer() -> None:
    writers = {name for name, service in SERVICES.items() if "archive:/archive" in service["volumes"]}
    assert writers == {"crawl", "scrapyd", "datasette"}  # scrapyd's jobs wait for the lock; datasette only reads
    assert SERVICES["worker"]["volumes"] == ["cluster:/archive"]


def schedule(folder: Path, script: str) -> "subprocess.Popen[str]":
    """A schedule without a pause, of a script that is run in `folder`."""
    return subprocess.Popen([EVERY, "0", "sh", "-c", script], cwd=folder, stdout=subprocess.PIPE, text=True)


def test_a_schedule_runs_again_and_again_and_its_status_is_that_of_the_last_run(tmp_path: Path) -> None:
    script = 'trap "" TERM; echo run; [ -e 2 ] && kill -TERM $PPID && exit 11; [ ! -e 1 ] || touch 2; touch 1'
    with schedule(tmp_path, script) as process:
        assert process.communicate(timeout=30)[0].split() == ["run"] * 3
    assert process.returncode == 11


def test_a_stop_goes_to_the_run_under_way_which_ends_in_its_own_time(tmp_path: Path) -> None:
    script = (
        "trap 'echo told; touch told' TERM; echo begun; while [ ! -e told ]; do sleep 0.1; done; echo ended; exit 14"
    )
    with schedule(tmp_path, script) as process:
        assert process.stdout
        assert process.stdout.readline() == "begun\n"
        process.send_signal(signal.SIGTERM)
        assert process.communicate(timeout=30)[0].split() == ["told", "ended"]
    assert process.returncode == 14
