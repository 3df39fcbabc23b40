"""The image that crawls, run by an engine: what it may write, its health, a stop; `make container`."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.container_engine import Engine
from tests.support.crawling import EXPECTED, SITE, posts
from tests.support.scrapyd_server import wait_until

IMAGE, NAME = "container-test-archive", "container-test"
REPLAYED = ("--network", "none", "--env", "ARCHIVE_REPLAY_FROM=/site", "--volume", f"{SITE}:/site:ro")


@pytest.fixture(scope="module")
def image(engine: Engine) -> Iterator[str]:
    """The one that is built if no target is named."""
    engine.docker("build", "--network", engine.network, "--tag", IMAGE, ".")
    yield IMAGE
    engine.docker("image", "rm", IMAGE)


@pytest.fixture
def volume(engine: Engine) -> Iterator[tuple[str, str]]:
    """The option that mounts an archive, empty yet."""
    name = engine.docker("volume", "create")
    yield "--volume", f"{name}:/archive"
    engine.run("docker", "rm", "--force", NAME)
    engine.docker("volume", "rm", name)


def sh(engine: Engine, script: str, *options: str) -> str:
    """What a script prints in a container of the image."""
    return engine.docker("run", "--rm", *options, "--entrypoint", "sh", IMAGE, "-c", script)


def archived(engine: Engine, folder: Path, *options: str) -> dict[str, bytes]:
    """The posts in a volume."""
    engine.docker("create", "--name", f"{NAME}-reader", *options, IMAGE)
    engine.docker("cp", f"{NAME}-reader:/archive", folder)
    engine.docker("rm", f"{NAME}-reader")
    return posts(folder / "archive")


def test_its_user_may_write_the_archive_and_what_anybody_may(engine: Engine, image: str) -> None:
    assert sh(engine, "id -un; id -u; id -g; test -w /archive && pwd").split() == [
        "archive",
        "1000",
        "1000",
        "/archive",
    ]
    writable = set(sh(engine, r"find / -xdev -writable \( -type f -o -type d \) 2>/dev/null || true").split())
    assert writable <= {"/archive", "/tmp", "/var/tmp", "/run/lock"}


def test_a_crawl_writes_the_expected_posts_and_nothing_beside_the_archive(
    engine: Engine, image: str, volume: tuple[str, str], tmp_path: Path
) -> None:
    engine.docker("run", "--rm", "--read-only", *REPLAYED, *volume, image)
    written = archived(engine, tmp_path, *volume)
    assert written and written.items() <= posts(EXPECTED).items()
    assert sh(engine, "find /archive ! -user archive -o ! -group archive", *volume) == ""
    assert sh(engine, "find /archive -mindepth 1 -maxdepth 1 -name '.*'", *volume) == "/archive/.lock"


def test_the_engine_calls_it_unhealthy_before_its_first_run_and_healthy_after_it(
    engine: Engine, image: str, volume: tuple[str, str]
) -> None:
    quick = ("--health-interval", "1s", "--health-retries", "1", "--health-start-period", "1ms")
    waits = ("--entrypoint", "sleep", image, "infinity")
    engine.docker("run", "--detach", "--init", "--name", NAME, *quick, *REPLAYED, *volume, *waits)

    def health() -> str:
        return engine.docker("inspect", "--format", "{{json .State.Health}}", NAME)

    wait_until(lambda: '"Status":"unhealthy"' in health())
    assert "no run has ended" in health()
    engine.docker("exec", NAME, "sina-archive", "crawl", "sina_finance")
    wait_until(lambda: '"Status":"healthy"' in health())


def test_a_stop_ends_a_run_in_its_own_time_and_leaves_nothing_half_written(
    engine: Engine, image: str, volume: tuple[str, str], tmp_path: Path
) -> None:
    one_by_one = ("crawl", "sina_finance", "-s", "CONCURRENT_REQUESTS=1")  # on a tenth of a core: replays are quick
    engine.docker("run", "--detach", "--cpus", "0.1", "--name", NAME, *REPLAYED, *volume, image, *one_by_one)
    wait_until(lambda: "archived: " in engine.docker("logs", NAME))
    engine.docker("stop", "--time", "60", NAME)
    assert engine.docker("inspect", "--format", "{{.State.ExitCode}}", NAME) == "14"
    written = archived(engine, tmp_path, *volume)
    assert written and written.items() < posts(EXPECTED).items()
    engine.docker("run", "--rm", *volume, image, "verify")


def test_an_archive_that_is_somebody_else_s_is_one_line(engine: Engine, image: str, volume: tuple[str, str]) -> None:
    done = engine.run("docker", "run", "--rm", "--user", "1234", *REPLAYED, *volume, image)
    assert (done.returncode, "Traceback" in done.stdout) == (1, False)
    assert done.stdout.splitlines()[-1].endswith("not started: /archive/.lock: Permission denied")
