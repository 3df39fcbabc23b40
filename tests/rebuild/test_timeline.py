"""The captures in the order of their time: what a list showed is known when an article that it names comes."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from crawler.archive.archive import Archive
from crawler.rebuild.timeline import Step, Timeline
from crawler.warc.captures import Captures
from tests.support import archives
from tests.support.catalogs import open_archive
from tests.support.sites import Site, stories, story

TARGET = story(50)
CAPTURING = {"ARCHIVE_CAPTURE_ENABLED": "1"}


@pytest.fixture(scope="module")
def captured(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The captures of two runs: three articles, one of which redirects to a fourth, then nothing new but a 304."""
    folder = tmp_path_factory.mktemp("captured")
    site = Site(folder / "site", etags=True).add(*stories(3))
    site.put(TARGET.url, TARGET.page()).status[story(3).url] = TARGET.url
    archive = archives.Archive(site, folder / "archive")
    archive.run(settings=CAPTURING)
    archive.run(timedelta(hours=2), settings=CAPTURING)
    return archive.folder / "captures"


@pytest.fixture
def archive(captured: Path, tmp_path: Path) -> Iterator[Archive]:
    """A new one that has these captures and knows nothing yet."""
    folder = tmp_path / "archive"
    folder.mkdir()
    (folder / "captures").symlink_to(captured)
    with open_archive(folder) as archive:
        yield archive


def steps(archive: Archive) -> list[Step]:
    return list(Timeline(Captures(archive.root / "captures"), archive).steps())


def test_every_answer_for_an_article_is_a_step_in_time(archive: Archive) -> None:
    taken = steps(archive)
    assert [step.at for step in taken] == sorted(step.at for step in taken)
    assert {step.doc_id for step in taken} >= {story(number).doc_id for number in (1, 2, 3)}


def test_a_step_has_what_the_list_said_before(archive: Archive) -> None:
    listed = stories(3)
    titles = {step.doc_id: step.entry.title for step in steps(archive)}
    assert [titles[known.doc_id] for known in listed] == [known.title for known in listed]


def test_an_answer_that_nothing_changed_needs_no_reading(archive: Archive) -> None:
    for step in steps(archive):
        assert step.is_unchanged == (step.args is None)
    assert any(step.is_unchanged for step in steps(archive))


def test_a_redirection_is_a_step_of_the_article_that_was_asked_for(archive: Archive) -> None:
    first = next(step for step in steps(archive) if step.doc_id == story(3).doc_id)
    assert first.capture.url == TARGET.url


def test_what_lists_showed_is_entered_in_passing(archive: Archive) -> None:
    steps(archive)
    (day,) = archive.ledger.coverage(None, None, "1686")
    assert day.listed == 3
