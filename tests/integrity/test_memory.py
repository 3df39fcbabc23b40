"""What verify holds does not grow with the archive."""

import multiprocessing
import os
import tracemalloc
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

from scrapy.settings import Settings

from crawler.archive.archive import Archive
from crawler.integrity import check_catalog, check_revisions, check_values, verification
from crawler.integrity.manifest import enter_new
from crawler.integrity.verification import verify
from crawler.items import Article
from crawler.post.minhash import text_bands
from crawler.post.post import content_hash
from tests.support.articles import make_article

FIRST = datetime(2024, 3, 1, tzinfo=UTC)


def article(number: int) -> Article:
    """With a text of its own."""
    moment = FIRST + timedelta(minutes=number)
    doc_id, title, markdown = (
        f"grown{number:07}",
        f"第{number}号新闻",
        f"第{number}号新闻的正文，{number * 7919}字。" * 4,
    )
    return make_article(
        doc_id=doc_id, url=f"https://finance.sina.com.cn/roll/{moment:%Y-%m-%d}/doc-i{doc_id}.shtml", title=title,
        published_at=moment, markdown=markdown, bands=text_bands(markdown),
        content_hash=content_hash(title, markdown), extractor="1",
    )  # fmt: skip


def make_archive(folder: Path, count: int) -> Archive:
    """So many posts, in the catalog and in one manifest, as a crawl leaves them."""
    settings = Settings({"ARCHIVE_DIR": str(folder)})
    settings.setmodule("crawler.settings", priority="default")
    archive = Archive.open(settings)
    for start in range(0, count, 1000):
        articles = [article(number) for number in range(start, min(start + 1000, count))]
        for written in articles:
            archive.posts.write(written)
        archive.archived(articles, FIRST)
    enter_new(archive.storage, archive.engine, FIRST + timedelta(days=1))
    return archive


def peak(archive: Archive, count: int) -> int:
    """The most bytes that verify of a whole archive holds."""
    tracemalloc.start()
    try:
        verified = verify(archive.root, archive.engine, workers=1, alone=True)
        assert (verified.posts, verified.problems) == (count, ())
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def peaks(folder: Path) -> list[int]:
    """Of a small archive and one of ten times the posts; one before them fills the caches of Python and libraries."""
    os.fsync = lambda _file: None
    held_at_once = {"_CHUNK": 20, "_AHEAD": 2, "_ROWS": 40, "_FETCH_SIZE": 40}
    for module in (verification, check_catalog, check_revisions, check_values):
        vars(module).update({name: held_at_once[name] for name in held_at_once.keys() & vars(module).keys()})
    held = []
    for count in (800, 80, 800):
        with make_archive(folder / f"{len(held)}", count) as archive:
            held.append(peak(archive, count))
    return held


def test_ten_times_the_posts_take_no_more_memory(tmp_path: Path) -> None:
    """In a process of its own: what other threads hold meanwhile is not verify's."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as process:
        _, small, large = process.submit(peaks, tmp_path).result()
    assert large < 1.2 * small
