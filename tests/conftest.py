"""What the tests share: one crawl of the bundled site, and components made as Scrapy makes them."""

import inspect
import os
import sys
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import fsspec
import pytest
from scrapy.crawler import Crawler
from scrapy.settings import Settings
from scrapy.utils.test import get_crawler

from crawler.spiders.sina_finance import SinaFinanceSpider
from tests.support.closing import close_archive
from tests.support.crawling import OFFLINE, ROOT, RUNS, crawl
from tests.support.programs import missing
from tests.support.servers import postgres_database, postgres_server, redis_server, s3_server
from tests.support.stamped import Stamped, make_stamped
from tests.support.webarchive.pywb_server import Pywb, pywb_server

# What `make quick` runs: rooms without processes and servers, the rules of the house, and one crawl.
QUICK = {"sina", "webarchive", "post", "search", "export", "pipelines"}
QUICK_FILES = {"test_crawl", "test_sina_finance", "test_figures", "test_check_settings", "test_outcome", "test_times",
               "test_rooms", "test_policies", "test_readme", "test_documents", "test_contributing", "test_architecture",
               "test_sample", "test_saved_pages"}  # fmt: skip
# Minutes together: they begin first. Then what is slow; at the end a core has short files only to wait for.
BEFORE_ALL = ["test_world", "test_workers", "test_scrapyd", "test_hexo", "test_crash_safety", "test_keep_pace"]
_CRAWLERS: list[Crawler] = []  # of the test that is under way
SERVERS = {"postgres", "redis", "pywb", "s3_environment", "data_python"}


def pytest_xdist_auto_num_workers() -> int:
    """One more than cores: of the time of these tests two fifths are waiting, for servers, delays and processes."""
    return (os.cpu_count() or 1) + 1


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Bytes are no name: gzip's hold the time, and the processes that share the tests must agree on their names."""
    return argname if isinstance(val, bytes) else None


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks as slow what runs elsewhere, or needs a server; the files of such tests come first, the longest before."""
    for item in items:
        is_quick = item.path.parent.name in QUICK or item.path.stem in QUICK_FILES
        if not is_quick or SERVERS & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.slow)
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    rank = {name: number for number, name in enumerate(BEFORE_ALL)}
    items.sort(key=lambda item: (rank.get(item.path.stem, len(rank)), item.path not in slow))


@dataclass(frozen=True)
class Crawled:
    """The archive of the whole bundled site, what each run printed, and what it tried on the network."""

    archive: Path
    runs: list[CompletedProcess[str]]
    network: list[str]


@pytest.fixture(scope="session")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Crawled:
    """Not to be changed by a test: copy it first."""
    folder = tmp_path_factory.mktemp("crawled")
    log = folder / "network.log"
    offline = {"PYTHONPATH": f"{ROOT}:{OFFLINE}", "OFFLINE_LOG": str(log)}
    runs = [crawl(folder / "archive", *arguments, **offline) for arguments in RUNS]
    return Crawled(folder / "archive", runs, log.read_text(encoding="utf-8").splitlines())


@pytest.fixture
def crawler(tmp_path: Path) -> Crawler:
    """A crawler with the project's own settings for the archive, and ARCHIVE_DIR below `tmp_path`."""
    return make_crawler(tmp_path / "archive")


def make_crawler(archive: Path, **settings: Any) -> Crawler:
    """Like the fixture, with other settings."""
    ours = Settings()
    ours.setmodule("crawler.settings")
    defaults = {name: ours[name] for name in ours if name.startswith("ARCHIVE_")}
    crawler = get_crawler(SinaFinanceSpider, defaults | {"ARCHIVE_DIR": str(archive)} | settings)
    _CRAWLERS.append(crawler)
    return crawler


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    """The archives of the crawlers that a test made are closed after it."""
    yield
    while _CRAWLERS:
        close_archive(_CRAWLERS.pop())


@pytest.fixture
def opened() -> Iterator[Callable[..., Any]]:
    """Makes a pipeline with ``from_crawler``, opens it, and closes it after the test."""
    closing: list[Any] = []

    def make(component: type, crawler: Crawler) -> Any:
        made = component.from_crawler(crawler)  # type: ignore[attr-defined]
        if hasattr(made, "open_spider"):
            made.open_spider()
        closing.append(made)
        return made

    yield make
    for made in reversed(closing):
        close = getattr(made, "close_spider", None)
        if close and not inspect.iscoroutinefunction(close):
            close()


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """A PostgreSQL server; the URL of its own database."""
    with postgres_server() as url:
        yield url


@pytest.fixture(scope="session")
def redis() -> Iterator[str]:
    """The URL of a Redis server; a test takes keys of its own."""
    with redis_server() as url:
        yield url


@pytest.fixture(scope="session")
def pywb() -> Iterator[Pywb]:
    """A real web archive; a test makes a collection of its own."""
    with pywb_server() as server:
        yield server


@pytest.fixture(scope="session")
def data_python() -> Path:
    """The Python of those who read a data set: what they use is large, and stands beside the tests' environment."""
    python = Path(f"{sys.prefix}-data/bin/python")
    return python if python.exists() else missing(f"the readers of data sets ({python}; make test makes it)")


@pytest.fixture(scope="session")
def s3_environment() -> Iterator[dict[str, str]]:
    """What leads S3's client to a server of ours."""
    with s3_server() as url:
        keys = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": "us-east-1"}
        yield keys | {"AWS_ENDPOINT_URL": url}


@pytest.fixture
def bucket(s3_environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> str:
    """The URL of an empty bucket, which this process and those it starts can reach."""
    for name, value in s3_environment.items():
        monkeypatch.setenv(name, value)
    name = f"test-{uuid.uuid4().hex}"
    fsspec.filesystem("s3", skip_instance_cache=True).mkdir(name)
    return f"s3://{name}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty database, of each kind that a catalog may be in."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'not there yet/catalog.db'}"
        return
    with postgres_database(request.getfixturevalue("postgres")) as url:
        yield url


@pytest.fixture(scope="session")
def whole_stamped(tmp_path_factory: pytest.TempPathFactory) -> Stamped:
    """An archive of three days, each time-stamped. Not to be changed."""
    return make_stamped(tmp_path_factory.mktemp("stamped"))
