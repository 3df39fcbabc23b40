"""One article, one Markdown file: complete or not there, and the same bytes every time."""

import asyncio
import resource
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem

from crawler.archive.archive import Archive
from crawler.items import Article
from crawler.post.front_matter import load
from crawler.times import now
from pipelines.write_markdown import WriteMarkdown
from tests.conftest import make_crawler
from tests.support.articles import make_article

Opened = Callable[..., Any]
PATH = "posts/2024/03/04/namqhtv5093318.md"


def written(pipeline: Any, article: Article) -> Article:
    """The article after the pipeline has written it."""
    return asyncio.run(pipeline.process_item(article))


def stat(crawler: Crawler, name: str) -> object:
    assert crawler.stats
    return crawler.stats.get_value(f"archive/write_markdown/{name}")


def files(folder: Path) -> list[str]:
    """All files below `folder`, hidden and temporary ones too, but the catalog's."""
    found = [str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()]
    return sorted(name for name in found if not name.startswith("catalog.db"))


def test_the_post_stands_under_its_day_in_beijing_and_its_doc_id(
    crawler: Crawler, opened: Opened, tmp_path: Path
) -> None:
    late = datetime(2024, 3, 3, 16, 0, tzinfo=UTC)  # midnight in Beijing
    article = written(opened(WriteMarkdown, crawler), make_article(markdown="正文", published_at=late))
    assert article.path == PATH
    assert files(tmp_path / "archive") == [PATH]
    assert stat(crawler, "written") == 1


def test_the_post_holds_front_matter_body_and_source(crawler: Crawler, opened: Opened, tmp_path: Path) -> None:
    article = make_article(markdown="正文", images=("https://n.sinaimg.cn/1.jpg", "https://n.sinaimg.cn/2.jpg"))
    written(opened(WriteMarkdown, crawler), article)
    metadata, body = load((tmp_path / "archive" / PATH).read_text(encoding="utf-8"))
    assert metadata == {
        "title": article.title,
        "categories": ["金融", "新浪财经", "新浪财经－国內"],
        "headimg": "https://n.sinaimg.cn/1.jpg",
        "author": "新浪财经",
        "comments": False,
        "date": "Mon, 04 Mar 2024 08:35:08 GMT",
        "thumbnail": "https://n.sinaimg.cn/1.jpg",
    }
    assert body == f"正文\n\n[原文链接]({article.url})"


def test_settings_change_author_categories_image_and_source_line(tmp_path: Path, opened: Opened) -> None:
    settings = {
        "ARCHIVE_AUTHOR": "编辑部",
        "ARCHIVE_CATEGORIES": "甲,乙",
        "ARCHIVE_DEFAULT_IMAGE": "https://x/y.png",
        "ARCHIVE_SOURCE_LINE": "0",
    }
    written(opened(WriteMarkdown, make_crawler(tmp_path / "archive", **settings)), make_article(markdown="正文"))
    metadata, body = load((tmp_path / "archive" / PATH).read_text(encoding="utf-8"))
    assert (metadata["author"], metadata["categories"], body) == ("编辑部", ["甲", "乙"], "正文")
    assert metadata["headimg"] == metadata["thumbnail"] == "https://x/y.png"


def test_a_title_of_several_lines_becomes_one(crawler: Crawler, opened: Opened, tmp_path: Path) -> None:
    written(opened(WriteMarkdown, crawler), make_article(markdown="正文", title=' "一":\n---\t二\u3000 \n'))
    metadata, _ = load((tmp_path / "archive" / PATH).read_text(encoding="utf-8"))
    assert metadata["title"] == '"一": --- 二'


def test_the_same_article_again_writes_nothing(crawler: Crawler, opened: Opened, tmp_path: Path) -> None:
    pipeline = opened(WriteMarkdown, crawler)
    written(pipeline, make_article(markdown="正文"))
    before = (tmp_path / "archive" / PATH).stat()
    written(pipeline, make_article(markdown="正文"))
    after = (tmp_path / "archive" / PATH).stat()
    assert (after.st_mtime_ns, after.st_ino) == (before.st_mtime_ns, before.st_ino)
    assert stat(crawler, "unchanged") == 1


def test_a_file_with_other_content_is_kept(crawler: Crawler, opened: Opened, tmp_path: Path) -> None:
    post = tmp_path / "archive" / PATH
    post.parent.mkdir(parents=True)
    post.write_text("someone's own")
    written(opened(WriteMarkdown, crawler), make_article(markdown="正文"))
    assert post.read_text() == "someone's own"
    assert stat(crawler, "kept_other") == 1


def test_a_file_of_ours_that_never_came_into_the_catalog_is_replaced(
    crawler: Crawler, opened: Opened, tmp_path: Path
) -> None:
    """As after a kill, or a commit that was refused, between the post and its entry; and the page is another now."""
    pipeline = opened(WriteMarkdown, crawler)
    written(pipeline, make_article(markdown="第一稿"))
    article = written(pipeline, make_article(markdown="第二稿"))
    assert "第二稿" in (tmp_path / "archive" / PATH).read_text()
    assert stat(crawler, "kept_other") is None
    Archive.of(crawler).archived([article], now())
    assert Archive.of(crawler).promises.paths() == []
    written(pipeline, make_article(markdown="第三稿"))
    assert "第二稿" in (tmp_path / "archive" / PATH).read_text()
    assert stat(crawler, "kept_other") == 1


def test_everyone_may_read_a_post(crawler: Crawler, opened: Opened, tmp_path: Path) -> None:
    written(opened(WriteMarkdown, crawler), make_article(markdown="正文"))
    assert (tmp_path / "archive" / PATH).stat().st_mode & 0o777 == 0o644


def test_a_folder_that_cannot_be_made_drops_the_article_by_name(
    crawler: Crawler, opened: Opened, tmp_path: Path
) -> None:
    pipeline = opened(WriteMarkdown, crawler)
    (tmp_path / "archive").mkdir(exist_ok=True)
    (tmp_path / "archive/posts").write_text("in the way")
    with pytest.raises(DropItem, match=f"not written: {tmp_path}/archive/{PATH}"):
        written(pipeline, make_article(markdown="正文"))
    assert stat(crawler, "failed") == 1


def test_a_full_disk_drops_the_article_and_leaves_no_part_of_it(
    crawler: Crawler, opened: Opened, tmp_path: Path
) -> None:
    pipeline = opened(WriteMarkdown, crawler)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))
    try:
        with pytest.raises(DropItem, match=r"File too large|the catalog refuses to note it"):
            written(pipeline, make_article(markdown="正文" * 5000))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert files(tmp_path / "archive") == []
    written(pipeline, make_article(markdown="正文" * 5000))
    assert files(tmp_path / "archive") == [PATH]
