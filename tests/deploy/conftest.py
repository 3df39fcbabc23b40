"""The archive that the site generators publish: the bundled site's articles, and posts that are hard to show."""

import os
import shutil
from pathlib import Path

import pytest

from tests.conftest import Crawled
from tests.support.hard_posts import write_hard_posts

# They download what CI has no need of: `make sites`.
collect_ignore = [] if os.environ.get("SITES") else ["test_other_sites.py"]


@pytest.fixture(scope="module")
def archive(crawled: Crawled, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of its own for each generator; a test may change posts in it."""
    copy = tmp_path_factory.mktemp("published") / "archive"
    shutil.copytree(crawled.archive / "posts", copy / "posts")
    write_hard_posts(copy)
    return copy
