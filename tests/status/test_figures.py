"""The figures of the status page are those of the archive."""

import json
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from crawler.archive.ledger import Ledger
from crawler.archive.mementos import HeldMemento, Mementos
from crawler.items import INTERNET_ARCHIVE, ListEntry
from crawler.status.figures import Figures, collect
from crawler.status.missing import Missing
from crawler.webarchive.memento import Memento
from tests.support.archives import Archive
from tests.support.articles import make_article
from tests.support.catalogs import OpenCatalog
from tests.support.sites import NOON, Site, story

NIGHT = NOON.replace(hour=0, minute=30)  # in UTC still the day before
FIRST, SECOND, LOST = story(1, NOON, title="甲"), story(2, NIGHT, title="乙"), story(3, NOON)
YEARS_AGO = NOON - timedelta(days=900)
TIMELESS = json.dumps(
    {"started_at": "2024-03-04", "ended_at": "2024-03-04", "outcome": "ok", "reason": "", "counts": {}, "failures": []}
)
LATER = story(4, NOON + timedelta(days=2), title="丙")


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    """Two runs: the first finds three articles, one of which has no page; the second one more, and an edit."""
    folder = tmp_path_factory.mktemp("archive")
    archive = Archive(Site(folder / "site").add(FIRST, SECOND, LOST).put(LOST.url, None), folder / "archive")
    archive.run()
    archive.site.add(LATER, FIRST.edited("第二稿。"))
    archive.run(after=timedelta(days=2))
    return archive


def figures(archive: Archive, since: date | None = None, until: date | None = None) -> Figures:
    with OpenCatalog(f"sqlite:///{archive.folder / 'catalog.db'}") as catalog:
        return collect(catalog.engine, archive.folder, archive.at, since, until)


def test_articles_are_counted_by_their_day_in_beijing(archive: Archive) -> None:
    assert figures(archive).days == {date(2024, 3, 4): 2, date(2024, 3, 6): 1}
    assert figures(archive).articles == 3


def test_what_was_listed_and_is_not_archived_is_a_gap_with_its_reason(archive: Archive) -> None:
    missing = figures(archive).missing
    assert (missing.days, missing.reasons, missing.articles) == ({date(2024, 3, 4): 1}, {"http_404": 1}, 1)
    (article,) = missing.examples
    assert (article.title, article.url, article.day) == (LOST.title, LOST.url, date(2024, 3, 4))
    assert (article.reason, article.is_given_up, missing.given_up) == ("http_404", False, 0)


def test_the_newest_article_is_the_one_published_last(archive: Archive) -> None:
    newest = figures(archive).newest
    assert newest
    assert (newest.title, newest.url, newest.date) == ("丙", LATER.url, LATER.created)
    assert (archive.folder / newest.path).is_file()


def test_an_article_whose_post_is_no_more_has_no_file(archive: Archive) -> None:
    newest = figures(archive).newest
    assert newest
    post = archive.folder / newest.path
    post.rename(post.with_suffix(".away"))
    try:
        without = figures(archive).newest
        assert without
        assert (without.title, without.path) == (newest.title, "")
    finally:
        post.with_suffix(".away").rename(post)


def test_what_is_given_up_comes_first_and_a_web_archive_that_holds_it_is_named(archive: Archive) -> None:
    with OpenCatalog(f"sqlite:///{archive.folder / 'catalog.db'}") as catalog:
        ledger = Ledger(catalog.engine)
        ledger.see([("old", ListEntry("https://finance.sina.com.cn/old", "旧", created_at=YEARS_AGO))], None, NOON)
        ledger.see([("odd", ListEntry("https://finance.sina.com.cn/odd", "怪", created_at=YEARS_AGO))], None, NOON)
        ledger.failed("old", "timeout", NOON, for_good=True)
        ledger.failed("odd", "empty_body", NOON, refused=True)
        url = "https://finance.sina.com.cn/old"
        memento = Memento(INTERNET_ARCHIVE, url, YEARS_AGO, "", None, "", "A" * 32, 9)
        Mementos(catalog.engine).hold([HeldMemento("old", 1, memento)], NOON)
    try:
        missing = figures(archive).missing
        assert [(article.title, article.is_given_up) for article in missing.examples] == [
            ("旧", True),
            (LOST.title, False),
        ]
        assert (missing.given_up, missing.refused) == (1, {"empty_body": 1})
        assert list(missing.examples[0].held_by) == ["internet_archive"]
    finally:
        archive.rows("DELETE FROM entries WHERE doc_id IN ('old', 'odd')")
        archive.rows("DELETE FROM mementos")


def test_layouts_are_counted_by_month(archive: Archive) -> None:
    assert figures(archive).layouts == {"2024-03": {"article-2017": 3}}


def test_runs_are_those_of_the_reports_the_newest_first(archive: Archive) -> None:
    second, first = figures(archive).runs
    assert (first.archived, first.failed) == (2, 1)
    assert (second.archived, second.revised) == (1, 1)
    assert second.started > first.started
    assert second.outcome
    assert second.duration is not None
    assert all((archive.folder / run.report).is_file() for run in (first, second))


def test_a_run_that_was_killed_has_no_end(archive: Archive) -> None:
    archive.rows("INSERT INTO runs (run, started_at) VALUES ('killed', '2024-03-09T00:00:00Z')")
    try:
        newest = figures(archive).runs[0]
        assert (newest.outcome, newest.duration) == ("", None)
    finally:
        archive.rows("DELETE FROM runs WHERE run = 'killed'")


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", json.dumps({"counts": {}, "started_at": "yesterday"}), TIMELESS])
def test_a_report_that_cannot_be_read_is_left_out(archive: Archive, text: str) -> None:
    path = archive.folder / "reports/20990101T000000Z-1.json"
    path.write_text(text)
    try:
        assert len(figures(archive).runs) == 2
    finally:
        path.unlink()


def test_a_window_is_of_days_and_leaves_runs_and_disk_as_they_are(archive: Archive) -> None:
    part = figures(archive, since=date(2024, 3, 5))
    assert (part.days, part.missing) == ({date(2024, 3, 6): 1}, Missing())
    assert len(part.runs) == 2
    assert figures(archive, until=date(2024, 3, 3)).articles == 0


def test_disk_use_is_of_the_parts_of_the_archive_in_bytes(archive: Archive) -> None:
    disk = figures(archive).disk
    posts = [path.stat().st_size for path in (archive.folder / "posts").rglob("*.md")]
    assert disk["posts"] == (len(posts), sum(posts))
    assert disk["catalog.db"][1] >= (archive.folder / "catalog.db").stat().st_size
    assert "captures" not in disk


def test_days_that_a_backfill_could_not_list_are_named(archive: Archive) -> None:
    columns = "(channel, start, end, state, found, at)"
    archive.rows(
        f"INSERT INTO slices {columns} VALUES ('1686', '2024-02-28T16:00:00Z', '2024-03-01T16:00:00Z', 'failed', 0, '')"
    )
    try:
        assert figures(archive).unlisted == {date(2024, 2, 29), date(2024, 3, 1)}
        assert figures(archive, since=date(2024, 3, 1)).unlisted == {date(2024, 3, 1)}
    finally:
        archive.rows("DELETE FROM slices")


def test_an_empty_archive_has_nothing_to_show(tmp_path: Path) -> None:
    with OpenCatalog(f"sqlite:///{tmp_path / 'catalog.db'}") as catalog:
        shown = collect(catalog.engine, tmp_path, datetime.now().astimezone(), None, None)
    assert (shown.articles, shown.newest, shown.runs, list(shown.disk)) == (0, None, [], ["catalog.db"])
    assert not shown.is_listed


def test_figures_are_the_same_in_either_database(database: str, tmp_path: Path) -> None:
    with OpenCatalog(database) as catalog:
        catalog.enter([make_article(path="posts/a.md")], NOON)
        Ledger(catalog.engine).see([("x", ListEntry("https://x", "x", created_at=NIGHT))], None, NOON)
        shown = collect(catalog.engine, tmp_path, NOON, None, None)
    assert shown.days == {date(2024, 3, 4): 1}
    assert shown.missing.days == {date(2024, 3, 4): 1}
