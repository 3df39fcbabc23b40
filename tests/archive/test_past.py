"""A text that is learned of later takes its place in the past, and changes nothing that was known before."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.archive.archive import CHANGED, NEW, UNCHANGED, Archive
from crawler.archive.posts import revision_text
from crawler.archive.revision_list import list_revisions
from crawler.archive.tables import articles, entries
from crawler.export.rows import RowFilter, rows
from crawler.integrity.check_revisions import check_revisions
from crawler.items import COMMON_CRAWL, INTERNET_ARCHIVE, SINA, Article, ListEntry
from tests.support.articles import make_article
from tests.support.catalogs import open_archive

NOON = datetime(2024, 3, 5, 4, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
DOC_ID = make_article().doc_id
LEARNED = NOON + 100 * DAY


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with open_archive(tmp_path / "archive") as archive:
        yield archive


def take(archive: Archive, text: str, at: datetime, seen_by: str = SINA, **changes: Any) -> str:
    """What the pipelines do with an article, to its end; how it compared."""
    article: Article = make_article(markdown=text, media=f"{text}报", **changes)
    if seen_by != SINA:
        article.seen_by, article.seen_at, article.learned_at = seen_by, at, LEARNED
    comparison = archive.find_revision(article, at)
    if comparison != UNCHANGED:
        archive.posts.write(article)
        archive.archived([article], LEARNED if seen_by != SINA else at)
    return comparison


def exported(archive: Archive, as_of: datetime | None = None, every: bool = False) -> list[dict[str, Any]]:
    return list(rows(archive.engine, archive.root, RowFilter(as_of=as_of, every=every)))


def text_at(archive: Archive, at: datetime) -> str | None:
    shown = exported(archive, at)
    return shown[0]["text"] if shown else None


def post(archive: Archive) -> str:
    (path,) = archive.root.glob("posts/*/*/*/*.md")
    return path.read_text(encoding="utf-8").split("\n---\n\n")[1].partition("\n")[0]


def test_an_older_text_is_kept_and_the_post_shows_the_newest(archive: Archive) -> None:
    assert take(archive, "新稿", NOON) == NEW
    assert take(archive, "旧稿", NOON - DAY, INTERNET_ARCHIVE) == CHANGED
    assert post(archive) == "新稿"
    assert text_at(archive, NOON - DAY) is None
    assert text_at(archive, NOON - HOUR) == "旧稿"
    assert text_at(archive, NOON + HOUR) == "新稿"
    (row,) = exported(archive, NOON - HOUR)
    assert (row["seen_by"], row["knowable_at"], row["media"]) == (INTERNET_ARCHIVE, NOON - DAY, "旧稿报")
    assert "旧稿" in (revision_text(archive.engine, archive.root, DOC_ID, 2) or "")
    assert list(check_revisions(archive.engine)) == []


def test_a_newer_text_of_a_web_archive_is_the_one_that_the_post_shows(archive: Archive) -> None:
    take(archive, "初稿", NOON)
    assert take(archive, "改稿", NOON + DAY, COMMON_CRAWL) == CHANGED
    assert post(archive) == "改稿"
    assert text_at(archive, NOON + HOUR) == "初稿"
    assert list(check_revisions(archive.engine)) == []


def test_who_saw_a_text_again_is_said_and_makes_no_revision(archive: Archive) -> None:
    take(archive, "一稿", NOON)
    assert take(archive, "一稿", NOON + DAY, INTERNET_ARCHIVE) == UNCHANGED
    assert take(archive, "一稿", NOON + 2 * DAY, INTERNET_ARCHIVE) == UNCHANGED
    (row,) = list_revisions(archive.engine, None, None)
    assert (row["what"], row["seen_by"]) == ("first", SINA)
    assert row["also_seen_by"] == [
        {"seen_by": INTERNET_ARCHIVE, "first_at": "2024-03-06T04:00:00Z", "last_at": "2024-03-07T04:00:00Z"}
    ]


def test_an_earlier_proof_of_a_text_is_no_edit(archive: Archive) -> None:
    take(archive, "一稿", NOON)
    take(archive, "一稿", NOON - DAY, INTERNET_ARCHIVE)
    assert [row["what"] for row in list_revisions(archive.engine, None, None)] == ["first", "same"]
    (row,) = exported(archive)
    assert (row["seen_by"], row["knowable_at"]) == (INTERNET_ARCHIVE, NOON - DAY)
    assert (row["text"], row["is_edited"]) == ("一稿", False)


def test_a_text_between_two_visits_that_found_the_same_is_in_between(archive: Archive) -> None:
    """Sina showed the first text before and after: it is what the post shows."""
    take(archive, "一稿", NOON)
    assert take(archive, "一稿", NOON + 2 * DAY) == UNCHANGED
    assert take(archive, "插稿", NOON + DAY, INTERNET_ARCHIVE) == CHANGED
    assert post(archive) == "一稿"
    shown = [text_at(archive, NOON + hours * HOUR) for hours in (1, 30, 60)]
    assert shown == ["一稿", "插稿", "一稿"]
    assert [row["what"] for row in list_revisions(archive.engine, None, None)] == ["first", "changed", "changed"]
    assert list(check_revisions(archive.engine)) == []


def test_what_is_gone_at_sina_and_lives_in_a_web_archive_is_archived_with_its_tombstone(archive: Archive) -> None:
    archive.listed([(DOC_ID, ListEntry(make_article().url, "题", created_at=NOON))], "1686", NOON)
    for hours in (1, 30):
        archive.no_page(DOC_ID, 404, NOON + hours * HOUR, None)
    assert take(archive, "遗稿", NOON + HOUR / 2, INTERNET_ARCHIVE) == NEW
    (row,) = exported(archive)
    assert (row["text"], row["gone"], row["gone_at"]) == ("遗稿", "http_404", NOON + 30 * HOUR)
    (before,) = exported(archive, NOON + HOUR)
    assert before["gone"] is None


def test_one_word_of_sina_is_no_tombstone_yet_and_is_asked_for_again(archive: Archive) -> None:
    archive.listed([(DOC_ID, ListEntry(make_article().url, "题", created_at=NOON))], "1686", NOON)
    archive.no_page(DOC_ID, 404, NOON + HOUR, None)
    take(archive, "遗稿", NOON + HOUR / 2, INTERNET_ARCHIVE)
    assert exported(archive)[0]["gone"] is None
    assert [due.doc_id for due in archive.due(NOON + DAY, 10)] == [DOC_ID]
    archive.gone(DOC_ID, "http_404", NOON + DAY, None)
    assert archive.end_run() == ([DOC_ID], [])


def test_what_is_learned_from_a_web_archive_makes_nobody_ask_sina(archive: Archive) -> None:
    take(archive, "旧稿", NOON - 3650 * DAY, INTERNET_ARCHIVE, published_at=NOON - 3651 * DAY)
    assert list(archive.due(LEARNED, 10)) == []
    with archive.engine.connect() as connection:
        assert connection.execute(sa.select(entries.c.state, entries.c.day)).one() == ("archived", "2014-03-07")
        assert connection.scalar(sa.select(articles.c.archived_at)) == "2024-06-13T04:00:00Z"


@dataclass(frozen=True)
class Fact:
    """A text was shown; Sina's are learned at once, a web archive's at any time after."""

    at: datetime
    text: str
    seen_by: str


@st.composite
def histories(draw: st.DrawFn) -> list[Fact]:
    """In the order of learning; no two at one time."""
    learned: list[tuple[int, Fact]] = []
    for hour in draw(st.lists(st.integers(0, 60), min_size=1, max_size=7, unique=True)):
        seen_by = draw(st.sampled_from([SINA, INTERNET_ARCHIVE]))
        delay = 0 if seen_by == SINA else draw(st.integers(0, 60))
        learned.append((hour + delay, Fact(NOON + hour * HOUR, draw(st.sampled_from("甲乙丙")), seen_by)))
    return [fact for _, fact in sorted(learned, key=lambda pair: (pair[0], pair[1].at))]


@settings(max_examples=60, deadline=None)
@given(histories())
def test_no_fact_learned_later_changes_what_an_earlier_export_said(facts: list[Fact]) -> None:
    with TemporaryDirectory() as folder, open_archive(Path(folder)) as archive:
        moments = [NOON - HOUR / 2, *sorted(fact.at + HOUR / 2 for fact in facts)]  # between two, nothing was shown
        before: dict[datetime, list[dict[str, Any]]] = {}
        for fact in facts:
            take(archive, fact.text, fact.at, fact.seen_by)
            for moment in moments:
                now = exported(archive, moment, every=True)
                assert [row for row in before.get(moment, []) if row not in now] == []
                added = [row for row in now if row not in before.get(moment, [])]
                assert all(row["knowable_at"] < moment for row in added)
                before[moment] = now
        _agrees(archive, facts, moments)


def _agrees(archive: Archive, facts: list[Fact], moments: list[datetime]) -> None:
    """The archive says of each moment what the facts say."""
    in_time = sorted(facts, key=lambda fact: fact.at)
    own_visits = [fact for fact in in_time if fact.seen_by == SINA]
    for moment in moments:
        known = [fact for fact in in_time if fact.at < moment]
        if known and (known[-1].seen_by != SINA or known[-1] == own_visits[-1]):  # of its own visits the last is kept
            assert text_at(archive, moment) == known[-1].text
    assert post(archive) == in_time[-1].text
    assert list(check_revisions(archive.engine)) == []
