"""What can happen to an article: each verb enters it in catalog and ledger, together or not at all."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from crawler.archive.archive import CHANGED, FAILED, GONE, MISSING, NEW, REFUSED, UNCHANGED, Archive
from crawler.archive.tables import articles, entries, revisions
from crawler.items import Article, ListEntry
from tests.support.articles import make_article
from tests.support.catalogs import open_archive

NOON = datetime(2024, 3, 5, 4, tzinfo=UTC)
HOUR = timedelta(hours=1)
DOC_ID = make_article().doc_id
ENTRY = ListEntry(make_article().url, "题", created_at=NOON, modified_at=NOON)
INTERVALS = {"ARCHIVE_LOOK_AGAIN_AFTER": "1h,6h", "ARCHIVE_TRY_AGAIN_AFTER": "10m,1h"}


@pytest.fixture
def archive(database: str, tmp_path: Path) -> Iterator[Archive]:
    """With one article listed."""
    with open_archive(tmp_path / "archive", ARCHIVE_DATABASE_URL=database, **INTERVALS) as archive:
        archive.listed([(DOC_ID, ENTRY)], "1686", NOON)
        yield archive


def article(text: str = "一段话。", **changes: object) -> Article:
    """As the pipelines have it when it has been extracted."""
    return make_article(markdown=text, entry=ENTRY, **changes)


def archived(archive: Archive, new: Article, at: datetime = NOON) -> str:
    """What the pipelines do with an article, to its end; how it compared."""
    comparison = archive.find_revision(new, at)
    if comparison != UNCHANGED:
        archive.posts.write(new)
        archive.archived([new], at)
    return comparison


def rows(archive: Archive, table: sa.Table, *columns: str) -> list[tuple[object, ...]]:
    with archive.engine.connect() as connection:
        query = sa.select(*(table.c[name] for name in columns)).order_by(*table.primary_key.columns)
        return [tuple(row) for row in connection.execute(query)]


def entry_of(archive: Archive) -> tuple[object, ...]:
    return rows(archive, entries, "state", "reason", "next_try_at")[0]


def test_what_is_listed_is_due_once(archive: Archive) -> None:
    assert [(due.doc_id, due.is_archived) for due in archive.due(NOON, 10)] == [(DOC_ID, False)]


def test_an_archived_article_is_in_both_and_is_looked_at_again(archive: Archive) -> None:
    assert archived(archive, article()) == NEW
    assert entry_of(archive) == ("archived", None, None)
    assert list(archive.due(NOON, 10)) == []
    assert [(due.doc_id, due.is_archived) for due in archive.due(NOON + HOUR, 10)] == [(DOC_ID, True)]


def test_an_unchanged_one_is_entered_in_both(archive: Archive) -> None:
    archived(archive, article())
    archive.listed([(DOC_ID, replace(ENTRY, modified_at=NOON + HOUR))], "1686", NOON + HOUR)
    assert archived(archive, article(), NOON + HOUR) == UNCHANGED
    assert entry_of(archive) == ("archived", None, None)
    assert rows(archive, articles, "checks", "next_check_at") == [(1, "2024-03-05T10:00:00Z")]


def test_a_page_that_was_not_modified_is_entered_in_both(archive: Archive) -> None:
    """Sina's 304: nothing was read."""
    archived(archive, article())
    archive.listed([(DOC_ID, replace(ENTRY, modified_at=NOON + HOUR))], "1686", NOON + HOUR)
    archive.unchanged(DOC_ID, NOON + HOUR, NOON + HOUR)
    assert entry_of(archive) == ("archived", None, None)
    assert rows(archive, articles, "modified_at") == [("2024-03-05T05:00:00Z",)]


def test_a_changed_one_is_a_revision_at_the_place_of_the_first(archive: Archive) -> None:
    archived(archive, article())
    changed = article("另一段话。", published_at=NOON + 48 * HOUR)
    assert archived(archive, changed, NOON + HOUR) == CHANGED
    assert [number for (number,) in rows(archive, revisions, "number")] == [1, 2]
    kept, present = rows(archive, revisions, "post")
    assert "一段话。" in str(kept[0])
    assert present == (None,)
    assert "另一段话。" in (archive.root / changed.path).read_text(encoding="utf-8")


def test_a_failure_is_due_again_in_both_until_it_is_given_up(archive: Archive) -> None:
    for attempts, state in enumerate(["failed", "failed", "given_up"], start=1):
        archive.failed(DOC_ID, "timeout", NOON)
        assert rows(archive, entries, "state", "attempts") == [(state, attempts)]


def test_a_look_in_vain_is_repeated_and_the_article_stays(archive: Archive) -> None:
    archived(archive, article())
    archive.failed(DOC_ID, "timeout", NOON + HOUR)
    assert rows(archive, articles, "failed_checks", "next_check_at") == [(1, "2024-03-05T05:10:00Z")]
    assert entry_of(archive)[:2] == ("archived", "timeout")


def vanish(archive: Archive, *at: datetime) -> None:
    """A run at each time, in which Sina says that the article is gone."""
    for moment in at:
        archive.no_page(DOC_ID, 404, moment, ENTRY)
        archive.end_run()


def tombstones(archive: Archive) -> list[tuple[object, ...]]:
    return rows(archive, revisions, "number", "gone", "seen_at")[1:]


def test_a_page_that_is_no_article_is_refused_and_of_an_archived_one_a_failure(archive: Archive) -> None:
    assert archive.no_article(DOC_ID, "empty_body", NOON, ENTRY) == REFUSED
    assert entry_of(archive)[:2] == ("refused", "empty_body")
    archived(archive, article())
    assert archive.no_article(DOC_ID, "empty_body", NOON, ENTRY) == FAILED
    assert archive.end_run() == ([], [])
    assert tombstones(archive) == []


@pytest.mark.parametrize("status", [404, 410, 403, 500])
def test_an_error_says_of_an_archived_article_that_it_is_missing_or_nothing(archive: Archive, status: int) -> None:
    assert archive.no_page(DOC_ID, status, NOON, ENTRY) == FAILED
    archived(archive, article())
    assert archive.no_page(DOC_ID, status, NOON, ENTRY) == (MISSING if status in (404, 410) else FAILED)
    assert (archive.root / article_path(archive)).exists()


@pytest.mark.parametrize(("minutes", "is_buried"), [(59, False), (60, True), (300, True)])
def test_a_tombstone_needs_the_word_twice_and_an_interval_between(
    archive: Archive, minutes: int, is_buried: bool
) -> None:
    archived(archive, article())
    second = NOON + timedelta(minutes=minutes)
    vanish(archive, NOON, second)
    assert tombstones(archive) == ([(2, "http_404", f"{second:%Y-%m-%dT%H:%M:%SZ}")] if is_buried else [])


def test_it_is_visited_again_for_the_second_word(archive: Archive) -> None:
    archived(archive, article(), NOON)
    vanish(archive, NOON + 7 * HOUR)
    assert rows(archive, articles, "next_check_at", "missing_since") == [
        ("2024-03-05T12:00:00Z", "2024-03-05T11:00:00Z")
    ]


def test_sina_s_own_page_for_lost_pages_counts_as_a_word(archive: Archive) -> None:
    archived(archive, article())
    for moment in (NOON, NOON + HOUR):
        assert archive.no_article(DOC_ID, "gone", moment, ENTRY) == MISSING
        archive.end_run()
    assert [gone for _, gone, _ in tombstones(archive)] == ["gone"]
    assert archive.no_article(DOC_ID, "gone", NOON + 2 * HOUR, ENTRY) == GONE
    assert archive.end_run() == ([], [])


def test_a_word_between_two_good_answers_is_forgotten(archive: Archive) -> None:
    archived(archive, article())
    vanish(archive, NOON)
    archived(archive, article(), NOON + HOUR)
    vanish(archive, NOON + 2 * HOUR)
    assert tombstones(archive) == []


def test_many_that_vanish_in_one_run_are_not_believed(archive: Archive) -> None:
    names = [f"doc{number}" for number in range(6)]
    for name in names:
        archived(archive, article(doc_id=name, url=f"https://finance.sina.com.cn/{name}"))
    archive.end_run()
    for moment in (NOON, NOON + 2 * HOUR, NOON + 4 * HOUR):
        for name in names:
            archive.no_page(name, 404, moment, None)
        assert archive.end_run() == ([], names)
    assert rows(archive, articles, "gone", "missing_since") == [(None, None)] * 6


def test_some_that_vanish_among_many_that_are_there_are_believed(archive: Archive) -> None:
    names = [f"doc{number:02}" for number in range(40)]
    for name in names:
        archived(archive, article(doc_id=name, url=f"https://finance.sina.com.cn/{name}"))
    archive.end_run()
    for moment in (NOON, NOON + 2 * HOUR):
        for name in names[:6]:
            archive.no_page(name, 404, moment, None)
        for name in names[6:]:
            archive.unchanged(name, moment)
        buried, doubted = archive.end_run()
    assert (buried, doubted) == (names[:6], [])


def article_path(archive: Archive) -> str:
    return str(rows(archive, articles, "path")[0][0])


def test_an_article_that_is_back_is_a_revision(archive: Archive) -> None:
    archived(archive, article())
    vanish(archive, NOON, NOON + HOUR)
    assert archived(archive, article(), NOON + 2 * HOUR) == CHANGED
    assert rows(archive, revisions, "number", "gone") == [(1, None), (2, "http_404"), (3, None)]
    assert rows(archive, articles, "gone") == [(None,)]


def test_an_entry_that_leads_to_another_article_is_refused_and_the_other_known(archive: Archive) -> None:
    other = make_article(doc_id="other")
    archive.leads_to(DOC_ID, other, ENTRY, NOON)
    assert rows(archive, entries, "doc_id", "state", "reason") == [
        (DOC_ID, "refused", "leads_to_other"),
        ("other", "listed", None),
    ]


def test_an_address_belongs_to_the_first_article_that_had_it(archive: Archive) -> None:
    archived(archive, article())
    assert not archive.is_archived_elsewhere(article())
    assert archive.is_archived_elsewhere(make_article(doc_id="other"))


@pytest.mark.parametrize("keep_one", [False, True], ids=["all copies", "one copy"])
def test_a_copy_is_linked_and_only_where_one_is_wanted_refused_for_good(
    database: str, tmp_path: Path, keep_one: bool
) -> None:
    settings = {"ARCHIVE_DATABASE_URL": database, "ARCHIVE_KEEP_ONE_COPY": str(int(keep_one)), **INTERVALS}
    with open_archive(tmp_path / "archive", **settings) as archive:
        archive.listed([("copy", ENTRY)], "1686", NOON)
        archived(archive, article(bands=("a", "b")))
        copy = make_article(doc_id="copy", url="https://finance.sina.com.cn/copy", bands=("x", "b"))
        assert archive.link_near_duplicate(copy, NOON) == keep_one
        assert copy.duplicate_of == DOC_ID
        assert entry_of(archive) == (
            ("refused", f"copy_of_{DOC_ID}", None) if keep_one else ("listed", None, entry_of(archive)[2])
        )


def test_articles_are_entered_all_or_none(archive: Archive) -> None:
    good, bad = article(path="a.md", content_hash="0"), make_article(doc_id="bad", title=None, path="b.md")
    with pytest.raises(sa.exc.IntegrityError):
        archive.archived([good, bad], NOON)
    assert archive.catalog.count() == 0
    assert entry_of(archive)[0] == "listed"


def test_a_verb_that_breaks_in_the_middle_changes_nothing(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    archived(archive, article())
    before = rows(archive, articles, "checks"), entry_of(archive)

    def broken(*_arguments: object, **_options: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(archive.ledger, "archived", broken)
    with pytest.raises(ZeroDivisionError):
        archive.unchanged(DOC_ID, NOON + HOUR)
    assert (rows(archive, articles, "checks"), entry_of(archive)) == before


def test_a_file_that_a_person_has_edited_is_kept_and_the_text_that_was_not_written_can_be_had(archive: Archive) -> None:
    archived(archive, article())
    path = archive.root / article_path(archive)
    path.write_text("mine", encoding="utf-8")
    assert archived(archive, article("另一段话。"), NOON + HOUR) == CHANGED
    assert path.read_text(encoding="utf-8") == "mine"
    assert "另一段话。" in str(rows(archive, revisions, "post")[1][0])
