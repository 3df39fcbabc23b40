"""What today's code reads in the newest text's capture is true of that text whenever it was seen, and of no other."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from crawler.archive.archive import Archive
from crawler.archive.read_again import read_again
from crawler.archive.tables import revisions
from crawler.items import Article
from crawler.post.post import content_hash
from tests.support.articles import make_article
from tests.support.catalogs import open_archive

NOON = datetime(2024, 3, 5, 4, tzinfo=UTC)
OTHER = make_article(doc_id="namqhtv5093319", url=make_article().url.replace("093318", "093319"))


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with open_archive(tmp_path / "archive") as archive:
        yield archive


def take(archive: Archive, *texts: str) -> None:
    """An article has one text after the other."""
    for hours, text in enumerate(texts):
        article, at = make_article(markdown=text), NOON + timedelta(hours=hours)
        archive.find_revision(article, at)
        archive.posts.write(article)
        archive.archived([article], at)


def again(archive: Archive, *articles: Article) -> list[Article]:
    """They are read again; those whose posts were rendered for it."""
    rendered: list[Article] = []

    def render(article: Article) -> str:
        rendered.append(article)
        return archive.form.render(article)

    for article in articles:
        article.content_hash = content_hash(article.title, article.markdown)
    read_again(archive.engine, articles, render)
    return rendered


def test_a_text_that_was_shown_before_too_is_the_same_then(archive: Archive) -> None:
    take(archive, "甲", "乙", "甲")
    new = make_article(markdown="甲甲", revision=3)
    assert again(archive, new) == [new]
    with archive.engine.connect() as connection:
        rows = connection.execute(sa.select(revisions).order_by(revisions.c.number)).all()
    other_hash = content_hash(new.title, "乙")
    assert [row.content_hash for row in rows] == [new.content_hash, other_hash, new.content_hash]
    assert ["甲甲" in (row.post or "") for row in rows] == [True, False, False]


def test_a_text_that_was_shown_once_is_not_rendered(archive: Archive) -> None:
    take(archive, "甲", "乙")
    archive.archived([OTHER], NOON)
    assert again(archive, make_article(markdown="乙乙", revision=2), OTHER) == []
