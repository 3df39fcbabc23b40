"""The archive that the site generators publish: the bundled site's articles, and posts that are hard to show."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import Crawled
from tests.support.container_engine import Engine, container_engine
from tests.support.crawling import ROOT
from tests.support.dockerfile import images_of_others
from tests.support.hard_posts import write_hard_posts
from tests.support.stand_ins import stand_ins

# They download what CI has no need of: `make sites`, `make container`.
collect_ignore = [] if os.environ.get("SITES") else ["test_other_sites.py"]
collect_ignore += [] if os.environ.get("CONTAINERS") else ["test_container_images.py", "test_container_services.py"]


@pytest.fixture(scope="module")
def archive(crawled: Crawled, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of its own for each generator; a test may change posts in it."""
    copy = tmp_path_factory.mktemp("published") / "archive"
    shutil.copytree(crawled.archive / "posts", copy / "posts")
    write_hard_posts(copy)
    return copy


@pytest.fixture(scope="session")
def engine() -> Iterator[Engine]:
    """A container engine with the images that ours and the services begin from."""
    with container_engine() as engine, stand_ins(engine, images_of_others(), ROOT / "build/container"):
        yield engine
