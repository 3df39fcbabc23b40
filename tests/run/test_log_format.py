"""What the log says about an article is found by its doc id, and stands on one line."""

from datetime import timedelta
from typing import Any

import pytest

from tests.support.archives import Archive
from tests.support.sites import CHANNEL, GONE, Site, answer, listing_url, stories, story

SOON = {"ARCHIVE_LOOK_AGAIN_AFTER": ",".join(f"{n}h" for n in range(26, 34)), "ARCHIVE_TRY_AGAIN_AFTER": "1m"}


@pytest.fixture
def archive(tmp_path: Any) -> Archive:
    return Archive(Site(tmp_path / "site").add(*stories(3)), tmp_path / "archive")


def lines(archive: Archive, doc_id: str, **settings: Any) -> list[str]:
    """What a run says about an article, without the logger's name."""
    log = archive.run(timedelta(hours=1), settings=SOON | settings).log
    return [line.partition("] ")[2].splitlines()[0] for line in log if doc_id in line]


def test_its_whole_story_is_found_by_its_doc_id(archive: Archive) -> None:
    one = story(2)
    path = f"posts/2024/03/04/{one.doc_id}.md"
    archive.site.status[one.url] = 503
    assert lines(archive, one.doc_id) == [f"ERROR: not fetched (http_503): {one.url} [{one.doc_id}]"]
    archive.site.restore(one.url)
    assert lines(archive, one.doc_id) == [f"INFO: archived: {path} [{one.doc_id}]"]
    assert lines(archive, one.doc_id) == [f"INFO: unchanged: {one.url} [{one.doc_id}]"]
    archive.site.add(one.edited("更正：原文有误，现予改正，其余内容不变，特此说明。"))
    assert lines(archive, one.doc_id) == [f"INFO: revised: {path} [{one.doc_id}]"]
    archive.site.etags = True
    lines(archive, one.doc_id)
    assert lines(archive, one.doc_id) == [f"INFO: not modified: {one.url} [{one.doc_id}]"]
    archive.site.put(one.url, GONE)
    assert lines(archive, one.doc_id) == [f"WARNING: no article (gone): {one.url} [{one.doc_id}]"]


def test_so_is_what_a_pipeline_says_when_it_drops_or_breaks(archive: Archive) -> None:
    one = story(2)
    broken = {"ITEM_PIPELINES": {"pipelines.extract_body.ExtractBody": None, "tests.support.broken.Pipeline": 150}}
    assert lines(archive, one.doc_id, **broken)[0] == f"ERROR: broken in a pipeline: {one.url} [{one.doc_id}]"


def test_an_old_doc_id_that_is_not_as_the_url_writes_it_is_found_too(archive: Archive) -> None:
    url, doc_id = "https://finance.sina.com.cn/china/20120517/064015084461.shtml", "20120517-064015084461"
    archive.site.put(listing_url(CHANNEL, 1), answer([story(1).entry() | {"url": url}]))
    assert lines(archive, doc_id) == [f"ERROR: not fetched (http_404): {url} [{doc_id}]"]


def test_and_when_the_spider_breaks(archive: Archive) -> None:
    one = story(2)
    broken = {"SPIDER_MIDDLEWARES": {"tests.support.broken.SpiderMiddleware": 960}}
    assert lines(archive, one.doc_id, **broken)[0] == f"ERROR: broken in the spider: {one.url} [{one.doc_id}]"
