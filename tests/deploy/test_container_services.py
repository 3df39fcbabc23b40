"""The services of compose.yaml, up as docs/operate.md says, on their ports and by their names; `make container`."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import frontmatter
import pytest
import requests
from scrapyd_client.pyclient import ScrapydClient

from tests.support.container_engine import Engine
from tests.support.crawling import EXPECTED, ROOT, posts
from tests.support.scrapyd_server import PROJECT as EGG
from tests.support.scrapyd_server import wait_until

MANUAL = (ROOT / "docs/operate.md").read_text(encoding="utf-8")
PROJECT, PROFILES = "container-test", "site,datasette,scrapyd,cluster"
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
        words = line.removeprefix("docker compose ").split()
        no_terminal = ["-T"] if words[0] == "exec" else []
        return self.compose(words[0], *no_terminal, *words[1:])

    def compose(self, *words: str, **changes: str) -> str:
        """What any other prints."""
        own = {"COMPOSE_FILE": FILES, "COMPOSE_PROJECT_NAME": PROJECT, "BUILD_NETWORK": self.engine.network}
        done = self.engine.run(*self.words, *words, **own, **SETTINGS, **changes)
        assert done.returncode == 0, f"{words}\n{done.stdout[-3000:]}"
        return done.stdout

    def containers(self, service: str) -> list[str]:
        """Of one service, or of workers that share it."""
        labels = {"project": PROJECT, "service": service}
        filters = [f"--filter=label=com.docker.compose.{name}={value}" for name, value in labels.items()]
        return self.engine.docker("ps", "--all", "--quiet", *filters).split()

    def logs(self, container: str) -> str:
        """All that it has printed."""
        return self.engine.docker("logs", container)


@pytest.fixture(scope="module")
def services(engine: Engine) -> Iterator[Services]:
    """All of them, built anew, and gone in the end with all that they made."""
    is_plugin = engine.run("docker", "compose", "version").returncode == 0
    services = Services(engine, ("docker", "compose") if is_plugin else ("docker-compose",))
    services.compose("build", COMPOSE_PROFILES=PROFILES)
    yield services
    services.compose("down", "--volumes", "--rmi", "local", COMPOSE_PROFILES=PROFILES)


def test_the_crawl_runs_again_and_again_until_it_is_stopped(services: Services, tmp_path: Path) -> None:
    services.told("docker compose up -d")
    (crawl,) = services.containers("crawl")
    wait_until(lambda: services.logs(crawl).count(DONE) >= 2)
    services.told("docker compose exec crawl sina-archive coverage")
    services.told("docker compose stop")
    assert services.engine.docker("inspect", "--format", "{{.State.ExitCode}}", crawl) in ("0", "14", "143")
    services.engine.docker("cp", f"{crawl}:/archive", tmp_path)
    written = posts(tmp_path / "archive")
    assert written and written.items() <= posts(EXPECTED).items()


def test_the_site_of_the_posts_is_on_its_port_and_new_after_a_run(services: Services, tmp_path: Path) -> None:
    services.told("docker compose --profile site up -d")
    (crawl,) = services.containers("crawl")
    wait_until(lambda: DONE in services.logs(crawl))
    services.engine.docker("cp", f"{crawl}:/archive", tmp_path)
    title = str(frontmatter.loads(max(posts(tmp_path / "archive").items())[1].decode())["title"])
    wait_until(lambda: title in shown("http://localhost:8080/"))


def test_datasette_is_on_its_port(services: Services) -> None:
    services.told("docker compose --profile datasette up -d")
    wait_until(lambda: '"rows": [[' in shown("http://localhost:8001/catalog/articles.json"))


def test_scrapyd_takes_jobs_on_its_port_from_who_knows_the_password(services: Services) -> None:
    services.told("docker compose stop")
    services.told("docker compose --profile scrapyd up -d scrapyd")
    wait_until(lambda: shown("http://localhost:6800/") == "Unauthorized")
    client = ScrapydClient("http://localhost:6800", "archive", SETTINGS["SCRAPYD_PASSWORD"])
    job = client.schedule(EGG, "sina_finance")
    wait_until(lambda: job in [job["id"] for job in client.jobs(EGG)["finished"]])
    (scrapyd,) = services.containers("scrapyd")
    log = f"/srv/scrapyd/logs/{EGG}/sina_finance/{job}.log"
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


def shown(url: str) -> str:
    """What a server answers by now."""
    try:
        answer = requests.get(url, timeout=30)
        answer.encoding = "utf-8"
        return answer.text
    except requests.ConnectionError:
        return ""
