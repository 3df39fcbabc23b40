"""Posts of a batch are promised together, before the first of them is in place."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from crawler.archive.files import put_in_place
from crawler.archive.posts import KEPT_OTHER, UNCHANGED, WRITTEN
from crawler.archive.storage import Folder
from crawler.items import Article
from crawler.post.post import post_path
from tests.support.articles import make_article
from tests.support.catalogs import open_archive

AT = datetime(2024, 3, 4, 8, 35, 8, tzinfo=UTC)


def articles(count: int) -> list[Article]:
    made = [make_article(doc_id=f"izzzzzz000000{number}", published_at=AT) for number in range(count)]
    for article in made:
        article.markdown = article.doc_id
    return made


def place(folder: Path, article: Article) -> Path:
    return folder / post_path(article.doc_id, AT)


def test_a_batch_is_promised_in_one_transaction_before_its_first_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_archive(tmp_path) as archive:
        promised: list[int] = []
        commits: list[sa.Connection] = []
        write = Folder.write

        def noting(folder: Folder, path: str, content: bytes) -> None:
            promised.append(len(archive.promises.paths()))
            write(folder, path, content)

        monkeypatch.setattr(Folder, "write", noting)
        sa.event.listen(archive.engine, "commit", commits.append)
        assert archive.posts.write_all(articles(3)) == [WRITTEN] * 3
        assert (promised, len(commits)) == ([3, 3, 3], 1)


def test_what_is_refused_in_a_batch_is_refused_alone(tmp_path: Path) -> None:
    first, second, third = articles(3)
    place(tmp_path, first).mkdir(parents=True)
    put_in_place(place(tmp_path, second), b"someone's own")
    with open_archive(tmp_path) as archive:
        assert archive.posts.write(third) == WRITTEN
        refused, *others = archive.posts.write_all([first, second, third])
        assert isinstance(refused, OSError)
        assert others == [KEPT_OTHER, UNCHANGED]
        assert place(tmp_path, second).read_bytes() == b"someone's own"


def test_a_batch_that_the_catalog_refuses_to_note_is_not_written(tmp_path: Path) -> None:
    with open_archive(tmp_path) as archive:
        with archive.engine.begin() as connection:
            connection.execute(sa.text("DROP TABLE promised"))
        outcomes = archive.posts.write_all(articles(2))
        assert [str(outcome).startswith("the catalog refuses to note it") for outcome in outcomes] == [True, True]
        assert list(tmp_path.rglob("*.md")) == []
