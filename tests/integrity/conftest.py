"""The archive that the tests of a session damage copies of."""

from pathlib import Path

import pytest

from tests.support.archived import copy_of, make_archive
from tests.support.archives import Archive
from tests.support.stamped import Stamped, copy_of_stamped


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    """An archive in which nothing is wrong. Not to be changed."""
    return make_archive(tmp_path_factory.mktemp("whole"))


@pytest.fixture
def archive(whole: Archive, tmp_path: Path) -> Archive:
    """A copy of the whole archive, to be damaged."""
    return copy_of(whole, tmp_path)


@pytest.fixture
def stamped(whole_stamped: Stamped, tmp_path: Path) -> Stamped:
    """A copy of it, to be rewritten."""
    return copy_of_stamped(whole_stamped, tmp_path)
