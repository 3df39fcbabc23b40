"""The services of compose.yaml, up as docs/operate.md says, on their ports and by their names; `make container`."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests
from scrapyd_client.pyclient import ScrapydClient

from tests.support.container_engine import Engine
from tests.support.crawling import EXPECTED, ROOT, posts
from tests.support.scrapyd_server import PROJECT, wait_until

MANUAL = (ROOT / "docs/operate.md").read_text(encoding="utf-8").splitlines()
FILES = "compose.yaml:tests/support/offline.compose.yaml"
SETTINGS = {"CRAWL_EVERY": "1", "SCRAPYD_PASSWORD": "sesame", "CLUSTER_PASSWORD": "sesame", "ARCHIVE_CONTACT": ""}
DONE = "ok (exit status 0)"


@dataclass(frozen=True)
class Services:
    """A project of its own; `words` is how Compose is called: as docker's plugin, or as the program it was before."""

    engine: Engine
    words: tuple[str, ...]

    def told(self, line: str) -> str:
        """What a command of the manual prints, which must end with 0."""
        assert line in MANUAL
        return self.compose(*line.removeprefix("docker compose ").split())

    def compose(self, *words: str) -> str:
        own = {"COMPOSE_FILE": FILES, "COMPOSE_PROJECT_NAME": "container-test", "BUILD_NETWORK": self.engine.network}
        done = self.engine.run(*self.words, *words, **own, **SETTINGS)
        assert done.returncode == 0, f"{words}\n{done.stdout[-3000:]}"
        return done.stdout

    def containers(self, service: str) -> list[str]:
        """Of one service, or of workers that share it."""
        label = f"label=com.docker.compose.service={service}"
        project = "label=com.docker.compose.project=container-test"
        return self.engine.docker("ps", "--all", "--quiet", "--filter", label, "--filter", project).split()

    def logs(self, container: str) -> str:
        return self.engine.docker("logs", container)


@pytest.fixture(scope="module")
def services(engine: Engine) -> Iterator[Services]:
    """All of them gone in the end, with their volumes."""
    is_plugin = engine.run("docker", "compose", "version").returncode == 0
    services = Services(engine, ("docker", "compose") if is_plugin else ("docker-compose",))
    yield services
    profiles = [word for name in ("site", "datasette", "scrapyd", "cluster") for word in ("--profile", name)]
    services.compose(*profiles, "down", "--volumes", "--rmi", "local")


def test_the_crawl_runs_again_and_again_until_it_is_stopped(services: Services, tmp_path: Path) -> None:
    services.told("docker compose up -d")
    (crawl,) = services.containers("crawl")
    wait_until(lambda: services.logs(crawl).count(DONE) >= 2)
    services.engine.docker("exec", crawl, "sina-archive", "health")
    services.told("docker compose stop")
    assert services.engine.docker("inspect", "--format", "{{.State.ExitCode}}", crawl) in ("0", "14", "143")
    services.engine.docker("cp", f"{crawl}:/archive", tmp_path)
    written = posts(tmp_path / "archive")
    assert written and written.items() <= posts(EXPECTED).items()


def test_the_site_of_the_posts_is_on_its_port(services: Services) -> None:
    services.told("docker compose --profile site up -d")
    wait_until(lambda: is_there("http://localhost:8080/"))
    assert "2024/03/" in requests.get("http://localhost:8080/", timeout=30).text


def test_datasette_is_on_its_port(services: Services) -> None:
    services.told("docker compose --profile datasette up -d")
    wait_until(lambda: is_there("http://localhost:8001/catalog/articles.json"))
    assert requests.get("http://localhost:8001/catalog/articles.json", timeout=30).json()["rows"]


def test_scrapyd_takes_jobs_on_its_port_from_who_knows_the_password(services: Services) -> None:
    services.told("docker compose stop")
    services.told("docker compose --profile scrapyd up -d scrapyd")
    wait_until(lambda: is_there("http://localhost:6800/", status=401))
    client = ScrapydClient("http://localhost:6800", "archive", SETTINGS["SCRAPYD_PASSWORD"])
    job = client.schedule(PROJECT, "sina_finance")
    wait_until(lambda: job in [job["id"] for job in client.jobs(PROJECT)["finished"]])
    (scrapyd,) = services.containers("scrapyd")
    log = f"/srv/scrapyd/logs/{PROJECT}/sina_finance/{job}.log"
    assert DONE in services.engine.docker("exec", scrapyd, "tail", "-n", "1", log)


def test_workers_share_a_crawl_by_redis_and_postgres(services: Services, tmp_path: Path) -> None:
    services.told("docker compose --profile cluster up -d --scale worker=3 worker")
    workers = services.containers("worker")
    assert len(workers) == 3
    wait_until(lambda: all(DONE in services.logs(worker) for worker in workers))
    services.engine.docker("cp", f"{workers[0]}:/archive", tmp_path)
    written = posts(tmp_path / "archive")
    assert written and written.items() <= posts(EXPECTED).items()
    assert not (tmp_path / "archive/catalog.db").exists()


def is_there(url: str, status: int = 200) -> bool:
    """Whether a server answers so by now."""
    try:
        return requests.get(url, timeout=30).status_code == status
    except requests.ConnectionError:
        return False
