"""A decade of made articles, some edited, some deleted, some hidden, and three witnesses of different reach."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from crawler.completeness.completeness import completeness
from crawler.export.rows import RowFilter, rows
from crawler.integrity.verification import verify
from crawler.run.worker_pool import WorkerPool
from tests.support import archives
from tests.support.catalogs import open_archive
from tests.support.history import HistoryRun, history
from tests.support.reading import read_here
from tests.support.sites import NOON, Site, Story, story
from tests.support.webarchive import fake_internet_archive as quirks
from tests.support.webarchive.fake_common_crawl import FakeCommonCrawl
from tests.support.webarchive.fake_internet_archive import FakeInternetArchive
from tests.support.webarchive.holdings import Holding
from tests.support.webarchive.loopback import served

YEARS = range(NOON.year - 9, NOON.year + 1)  # Sina's own list shows the last one only
A_YEAR = 24
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Planted:
    """An article, who has it, and the texts that they have of it in the order of time."""

    story: Story
    by: frozenset[str]
    texts: tuple[tuple[datetime, str], ...]
    is_deleted: bool


@dataclass
class Decade:
    """What there is to be known, by whom."""

    articles: list[Planted]
    internet_archive: list[Holding]
    crawls: dict[str, list[Holding]]
    damaged: Story


def first_paragraph(of: Story) -> str:
    return of.paragraphs[0]


def held(of: Story, after: timedelta) -> Holding:
    return Holding(of.url, of.created.astimezone(UTC) + after, of.page().encode())


def decade(chance: Random) -> Decade:
    articles: list[Planted] = []
    in_archive: list[Holding] = []
    crawls: dict[str, list[Holding]] = {}
    for year in YEARS:
        for number in range(1, A_YEAR + 1):
            first = story(number + 100 * (year - YEARS[0]), NOON.replace(year=year) + timedelta(minutes=number))
            second = first.edited(f"改稿{number}，与初稿不同的一段话。")
            texts, by, is_deleted = [], set(), year == NOON.year and number % 3 == 0
            if year == NOON.year:
                by.add("roll")
            if chance.random() < 0.7:
                by.add("internet_archive")
                shown = [
                    held(first, DAY / 2),
                    *([held(second, 30 * DAY)] if chance.random() < 0.3 and not is_deleted else []),
                ]
                in_archive += shown
                texts += [(holding.at, first if at == 0 else second) for at, holding in enumerate(shown)]
            if chance.random() < 0.6:
                by.add("common_crawl")
                crawls.setdefault(f"CC-MAIN-{year}-14", []).append(held(first, DAY / 4))
                texts.append((first.created.astimezone(UTC) + DAY / 4, first))
            ordered = sorted(((at, first_paragraph(text)) for at, text in texts), key=lambda pair: pair[0])
            articles.append(Planted(first, frozenset(by), tuple(ordered), is_deleted))
    damaged = next(article.story for article in articles if article.by == {"internet_archive"})
    return Decade(articles, in_archive, crawls, damaged)


@dataclass
class Played:
    """The archive, the runs that made it, and how often the web archives were asked."""

    folder: Path
    decade: Decade
    runs: list[HistoryRun]
    asked: int


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    """Sina's list is read first, twice, then the history of each year."""
    folder, known = tmp_path_factory.mktemp("decade"), decade(Random(7))
    site = Site(folder / "site").add(*(article.story for article in known.articles if "roll" in article.by))
    for article in known.articles:
        if article.is_deleted:
            site.put(article.story.url, None)
    archive = archives.Archive(site, folder / "archive")
    for _ in range(2):
        archive.run(after=2 * DAY, settings={"ARCHIVE_CAPTURE_ENABLED": "1"})
    damage = {known.damaged.url: quirks.blocked}
    with (
        pytest.MonkeyPatch.context() as patch,
        served(FakeInternetArchive(holdings=known.internet_archive, quirks=damage)) as internet_archive,
        served(FakeCommonCrawl(crawls=known.crawls)) as common_crawl,
    ):
        patch.setattr(WorkerPool, "run", read_here)
        runs = [
            history(
                archive.folder, internet_archive, common_crawl, {"since": f"{year}-03-01", "until": f"{year}-03-31"}
            )
            for year in YEARS
        ]
        asked = len(internet_archive.asked) + len(common_crawl.asked)
    yield Played(archive.folder, known, runs, asked)


def test_every_article_that_anyone_has_is_archived_or_named(played: Played) -> None:
    with open_archive(played.folder) as archive:
        archived = archive.catalog.known([article.story.doc_id for article in played.decade.articles])
        named = {url for (url, *_) in archives.Archive(Site(played.folder), played.folder).rows(
            "SELECT url FROM mementos WHERE state = 'failed' AND reason = 'blocked'")}  # fmt: skip
    for article in played.decade.articles:
        is_to_be_had = article.texts or ("roll" in article.by and not article.is_deleted)
        if article.story == played.decade.damaged:
            assert article.story.url in named
        else:
            assert (article.story.doc_id in archived) == bool(is_to_be_had), article.story.url


def test_every_text_stands_at_the_time_at_which_it_was_shown(played: Played) -> None:
    with open_archive(played.folder) as archive:
        by_article: dict[str, list[str]] = {}
        for row in rows(archive.engine, archive.root, RowFilter(every=True)):
            if row["text"]:
                texts = by_article.setdefault(row["doc_id"], [])
                if not texts or texts[-1] != row["text"].partition("\n")[0]:
                    texts.append(row["text"].partition("\n")[0])
    for article in played.decade.articles:
        expected: list[str] = []
        own = [] if "roll" not in article.by or article.is_deleted else [(NOON + 3 * DAY, article.story.paragraphs[0])]
        for _, text in sorted([*article.texts, *own], key=lambda pair: pair[0]):
            if expected[-1:] != [text]:
                expected.append(text)
        if article.story != played.decade.damaged:
            assert by_article.get(article.story.doc_id, []) == expected, article.story.url


def test_what_sina_deleted_and_a_web_archive_has_bears_its_tombstone(played: Played) -> None:
    with open_archive(played.folder) as archive:
        gone = {row["doc_id"] for row in rows(archive.engine, archive.root, RowFilter()) if row["gone"] == "http_404"}
    deleted = {article.story.doc_id for article in played.decade.articles if article.is_deleted and article.texts}
    assert gone == deleted
    assert gone


def test_no_request_goes_to_sina(played: Played) -> None:
    assert sum(run.stats.get("downloader/request_count", 0) for run in played.runs) == played.asked
    assert {run.status for run in played.runs} == {0}


def test_the_intervals_of_completeness_hold_the_truth(played: Played) -> None:
    hidden = {
        f"{year}-03": sum(not article.by for article in played.decade.articles if article.story.created.year == year)
        for year in YEARS
    }
    with open_archive(played.folder) as archive:
        said = [row for row in completeness(archive.engine) if row.estimate.low is not None]
    holds = [(row.estimate.low or 0) <= hidden[row.month] <= (row.estimate.high or 0) for row in said]
    assert len(said) >= len(YEARS) - 1
    assert sum(holds) >= len(holds) - 1  # 95 of 100


def test_nothing_is_wrong_with_the_archive(played: Played) -> None:
    with open_archive(played.folder) as archive:
        assert list(verify(archive.root, archive.engine, workers=1, alone=True).problems) == []
