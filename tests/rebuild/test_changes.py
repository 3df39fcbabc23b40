"""What is new about an article that was read again."""

import pytest

from crawler.rebuild.changes import changed_columns, changed_parts, difference
from tests.support.articles import make_article

ROW = {
    "published_at": "2024-03-04T08:35:08Z", "layout": "article-2017", "media": "", "byline": "", "editor": None,
    "original_title": "", "keywords": "[]", "stocks": None,
}  # fmt: skip
POST = "---\ntitle: '题'\nheadimg: 'https://x/a.png'\nthumbnail: 'https://x/a.png'\n---\n\n正文\n"


def test_an_article_as_the_catalog_has_it_has_no_changed_column() -> None:
    assert changed_columns(ROW, make_article()) == set()


@pytest.mark.parametrize(
    ("changes", "expected"),
    [({"editor": "王某"}, {"editor"}), ({"stocks": ("sh600519",), "layout": "x"}, {"stocks", "layout"})],
    ids=["one", "two"],
)
def test_a_changed_column_is_named(changes: dict[str, object], expected: set[str]) -> None:
    assert changed_columns(ROW, make_article(**changes)) == expected


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        (POST, set()),
        ("", {"missing"}),
        (POST.replace("'题'", "'旧'"), {"title"}),
        (POST.replace("a.png", "b.png"), {"image"}),
        (POST.replace("正文", "旧文"), {"body"}),
        (POST.replace("'题'", '"题"'), {"file"}),
        ("---\n: [\n---\n", {"file"}),
    ],
    ids=["none", "no file", "title", "image", "body", "quoting", "no front matter"],
)
def test_the_changed_part_of_a_post_is_named(before: str, expected: set[str]) -> None:
    assert changed_parts(before, POST) == expected


def test_the_difference_is_one_that_patch_reads() -> None:
    lines = difference("posts/a.md", POST.replace("正文", "旧文"), POST).splitlines()
    assert lines[:2] == ["--- a/posts/a.md", "+++ b/posts/a.md"]
    assert {"-旧文", "+正文"} <= set(lines)
