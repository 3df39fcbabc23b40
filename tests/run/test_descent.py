"""A backfill in each combination of what is not known of the API: complete, or the gap named."""

import itertools
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from crawler.times import from_iso, parse_time
from tests.support.archives import Archive, Run
from tests.support.roll_server import ROLL_HANDLERS, RollSite, Unknowns
from tests.support.sites import Story, story

DAY = timedelta(days=1)
FIRST = parse_time("day", "2024-03-01")
DAYS, PER_DAY = 9, 24
WINDOW = {"since": "2024-03-03", "until": "2024-03-05"}  # days 3 to 5
START, END = FIRST + 2 * DAY, FIRST + 5 * DAY
WANTED = 3 * PER_DAY


def site(folder: Path, unknowns: Unknowns, per_day: int = PER_DAY) -> RollSite:
    """Nine days, to their last hour."""
    made = RollSite(folder, unknowns=unknowns)
    for at in range(DAYS * per_day):
        made.add(story(at + 1, created=FIRST + at * (DAY / per_day) + timedelta(minutes=5)))
    return made


def archive_of(tmp_path: Path, unknowns: Unknowns, per_day: int = PER_DAY) -> Archive:
    return Archive(site(tmp_path / "site", unknowns, per_day), tmp_path / "archive", FIRST + DAYS * DAY, reads=False)


def backfill(archive: Archive) -> Run:
    return archive.run(settings={"DOWNLOAD_HANDLERS": ROLL_HANDLERS}, **WINDOW)


def in_window(archive: Archive) -> list[Story]:
    return [listed for listed in archive.site.stories.values() if START <= listed.created < END]


def unnamed(archive: Archive) -> list[Story]:
    """The articles of the window that are neither archived nor in a slice that failed."""
    posts = archive.posts()
    failed = archive.rows("SELECT start, \"end\" FROM slices WHERE state = 'failed'")
    spans: list[tuple[datetime, datetime]] = [(from_iso(start), from_iso(end)) for start, end in failed]  # type: ignore[misc]
    missing = [listed for listed in in_window(archive) if listed.doc_id not in posts]
    return [listed for listed in missing if not any(start <= listed.created < end for start, end in spans)]


CHOICES = {
    "windows": (("155",), ()),
    "deepest": (0, 2, 5),
    "beyond": ("empty", "last"),
    "cursor": (True, False),
    "total": ("true", "absent", "page", "list"),
    "cap": (50, 20),
}
COMBINATIONS = [Unknowns(**dict(zip(CHOICES, values, strict=True))) for values in itertools.product(*CHOICES.values())]


def is_reachable(unknowns: Unknowns) -> bool:
    """True where the articles of the window can be had at all."""
    by_pages = not unknowns.deepest or unknowns.deepest * unknowns.cap > (DAYS - 2) * PER_DAY
    return bool(unknowns.windows) or unknowns.cursor or by_pages


@pytest.mark.parametrize("unknowns", COMBINATIONS, ids=lambda unknowns: "-".join(map(str, vars(unknowns).values())))
def test_every_article_is_archived_or_in_a_day_that_is_named(tmp_path: Path, unknowns: Unknowns) -> None:
    archive = archive_of(tmp_path, unknowns)
    run = backfill(archive)
    assert unnamed(archive) == []
    assert run.listings < 40
    if is_reachable(unknowns):
        assert len(archive.posts()) == WANTED
    else:
        assert run.status == 10
        assert archive.rows("SELECT DISTINCT reason FROM slices WHERE state = 'failed'") == [("paging_bounded",)]
    if is_reachable(unknowns) and unknowns.total == "true":
        assert run.status == 0
        assert backfill(archive).listings == 0
