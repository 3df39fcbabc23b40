"""A backfill for workers to share."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from crawler.times import parse_time
from tests.support.archives import Archive
from tests.support.servers import postgres_database
from tests.support.sites import Site, story
from tests.support.workers import Workers, workers

DAYS, PER_DAY = 4, 30
FIRST = parse_time("since", "2024-03-01")
DAY = timedelta(days=1)


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """Thirty articles on each of four days; an answer takes a fifth of a second."""
    site = Site(tmp_path / "site", delay=0.2)
    for number in range(DAYS):
        start = FIRST + number * DAY
        for at in range(PER_DAY):
            site.add(story((number + 1) * 1000 + at, created=start + at * timedelta(minutes=20)))
        site.window(start, start + DAY)
    site.save()
    return site


@pytest.fixture
def crew(site: Site, tmp_path: Path, postgres: str, redis: str) -> Iterator[Workers]:
    """Workers on these four days; none is started yet."""
    window = ("-a", "since=2024-03-01", "-a", "until=2024-03-04")
    with (
        postgres_database(postgres) as database,
        workers(Archive(site, tmp_path / "archive"), database, redis, *window) as crew,
    ):
        yield crew
