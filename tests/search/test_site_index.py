"""The search index of a static site follows the posts, and writes no more than has changed."""

import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crawler.post.post import PostForm, post_path
from crawler.search.site_index import PAGE, TEXTS_TOGETHER, NotOurs, write_site_index
from crawler.times import parse_time
from tests.support.articles import make_article

FORM = PostForm(("金融",), "新浪财经", "https://n.sinaimg.cn/a.png", source_line=True)
NOON = datetime(2024, 3, 5, 4, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def posts(tmp_path: Path) -> Path:
    """A post in 2022, two in 2023, one in February and a few in March 2024."""
    for number, at in enumerate([*(NOON + DAY * n for n in range(9)), NOON - 30 * DAY, NOON - 200 * DAY]):
        put(tmp_path, number, at)
    put(tmp_path, 11, NOON - 201 * DAY)
    put(tmp_path, 12, NOON - 600 * DAY)
    return tmp_path / "posts"


def put(root: Path, number: int, at: datetime, text: str = "老旧小区改造提速。") -> None:
    path = root / post_path(f"searched{number:04}", at)
    article = make_article(doc_id=f"searched{number:04}", title=f"第{number}篇", published_at=at, markdown=text)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(FORM.render(article), encoding="utf-8")


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def segments(folder: Path) -> list[tuple[str, int]]:
    listed = json.loads((folder / "index.json").read_text(encoding="utf-8"))["segments"]
    return [(segment["name"], segment["posts"]) for segment in listed]


def test_years_that_are_over_and_months_of_the_newest_are_parts_the_newest_first(posts: Path, tmp_path: Path) -> None:
    written = write_site_index(posts, tmp_path / "search")
    assert segments(tmp_path / "search") == [("2024-03", 9), ("2024-02", 1), ("2023", 2), ("2022", 1)]
    assert (written.posts, written.segments, written.made) == (13, 4, 4)


def test_texts_stand_in_the_order_of_their_time(posts: Path, tmp_path: Path) -> None:
    put(tmp_path, 99, NOON - timedelta(hours=1))
    write_site_index(posts, tmp_path / "search")
    rows = [
        row
        for number in range(10 // TEXTS_TOGETHER + 1)
        for row in json.loads((tmp_path / f"search/2024-03/texts/{number}.json").read_text(encoding="utf-8"))
    ]
    assert rows[0] == ["2024/03/05/searched0099", "第99篇", "2024-03-05 11:00", "老旧小区改造提速。"]
    assert [row[2] for row in rows] == sorted(row[2] for row in rows)


def test_the_same_posts_give_the_same_files_and_nothing_is_written_twice(posts: Path, tmp_path: Path) -> None:
    write_site_index(posts, tmp_path / "search")
    write_site_index(posts, tmp_path / "other")
    assert contents(tmp_path / "search") == contents(tmp_path / "other")
    assert {*PAGE, "index.json"} == {name for name in contents(tmp_path / "search") if "/" not in name}
    again = write_site_index(posts, tmp_path / "search")
    assert (again.made, again.files, again.bytes) == (0, 0, 0)


def test_what_comes_changes_the_files_of_its_part_only_and_of_those_what_differs(posts: Path, tmp_path: Path) -> None:
    write_site_index(posts, tmp_path / "search")
    before = contents(tmp_path / "search")
    put(tmp_path, 50, NOON + 10 * DAY)
    assert write_site_index(posts, tmp_path / "search").made == 1
    after = contents(tmp_path / "search")
    changed = {name for name in after if after[name] != before.get(name)}
    assert changed == {"index.json", "2024-03/words/0.bin", f"2024-03/texts/{9 // TEXTS_TOGETHER}.json"}


def test_it_is_always_what_an_index_made_anew_would_be(posts: Path, tmp_path: Path) -> None:
    write_site_index(posts, tmp_path / "search")
    for path in sorted((posts / "2024/03").rglob("*.md"))[2:]:
        path.unlink()
    shutil.rmtree(posts / "2022")
    put(tmp_path, 60, NOON + 300 * DAY, "新的一年。")
    put(tmp_path, 0, NOON, "改过的文字。")
    write_site_index(posts, tmp_path / "search")
    write_site_index(posts, tmp_path / "new")
    assert segments(tmp_path / "search")[0] == ("2024-12", 1)
    assert contents(tmp_path / "search") == contents(tmp_path / "new")
    shutil.rmtree(posts / "2024/12")
    put(tmp_path, 61, NOON + 366 * DAY)
    write_site_index(posts, tmp_path / "search")
    assert segments(tmp_path / "search") == [("2025-03", 1), ("2024", 3), ("2023", 2)]
    assert not (tmp_path / "search/2024-03").exists()


def test_a_window_of_days(posts: Path, tmp_path: Path) -> None:
    since, until = parse_time("since", "2023-01-01"), parse_time("until", "2024-03-06", end=True)
    write_site_index(posts, tmp_path / "search", since, until)
    assert segments(tmp_path / "search") == [("2024-03", 2), ("2024-02", 1), ("2023", 2)]


@pytest.mark.parametrize("name", ["index.html", "index.json"])
def test_a_folder_with_other_files_is_left_alone(posts: Path, tmp_path: Path, name: str) -> None:
    (tmp_path / "public").mkdir()
    (tmp_path / "public" / name).write_text("[]")
    with pytest.raises(NotOurs, match="the index wants a folder of its own"):
        write_site_index(posts, tmp_path / "public")
    assert contents(tmp_path / "public") == {name: b"[]"}


def test_what_is_no_post_is_named(posts: Path, tmp_path: Path) -> None:
    (posts / "2024/03/05/notes.md").write_text("只是笔记")
    with pytest.raises(ValueError, match=r"notes\.md is no post with a title and a date"):
        write_site_index(posts, tmp_path / "search")


def test_no_posts_are_an_index_that_finds_nothing(tmp_path: Path) -> None:
    assert write_site_index(tmp_path / "posts", tmp_path / "search").posts == 0
    assert segments(tmp_path / "search") == []
