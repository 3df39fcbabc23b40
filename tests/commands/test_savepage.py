"""`scrapy savepage`: a page that failed becomes a test, in one command."""

import json
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from crawler.replay.fixture import Fixture, save_page
from crawler.warc.saved_response import SavedResponse
from tests.conftest import Crawled
from tests.support.crawling import EXPECTED, SITE, posts
from tests.support.forked_scrapy import scrapy
from tests.support.sites import GONE, Site, story
from tests.support.warcs import http, record, save

ARTICLE = "https://finance.sina.com.cn/china/gncj/2024-03-05/doc-inamrkwx3817264.shtml"
DOC_ID = "namrkwx3817264"


def command(*arguments: object) -> CompletedProcess[str]:
    """``scrapy savepage`` as a person runs it."""
    return scrapy("savepage", *arguments)


def expected(doc_id: str) -> str:
    return next(post for path, post in posts(EXPECTED).items() if doc_id in path).decode()


def files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


SAVED = {f"{DOC_ID}.json", f"{DOC_ID}.md", f"site/{ARTICLE.partition('://')[2]}"}


def test_a_live_page_is_kept_as_it_is_with_its_url_its_time_and_its_post(tmp_path: Path) -> None:
    run = command(ARTICLE, "-s", f"ARCHIVE_REPLAY_FROM={SITE}", "-s", f"ARCHIVE_DIR={tmp_path}", "--to", tmp_path / "f")
    assert run.returncode == 0, run.stderr
    name = ARTICLE.partition("://")[2]
    assert files(tmp_path) == {f"f/{path}" for path in SAVED}  # so no archive was begun
    assert "\n  removed by editor_or_disclaimer: 责任编辑：苏禾 SF123" in run.stdout
    assert (tmp_path / "f/site" / name).read_bytes() == (SITE / name).read_bytes()
    about = json.loads((tmp_path / f"f/{DOC_ID}.json").read_text(encoding="utf-8"))
    assert (about["url"], about["reason"]) == (ARTICLE, "")
    assert about["time"].endswith("Z")
    body = (tmp_path / f"f/{DOC_ID}.md").read_text(encoding="utf-8").split("---\n", 2)[2]
    assert body == expected(DOC_ID).split("---\n", 2)[2]


@pytest.mark.parametrize("source", ["captures", "site"])
def test_a_page_is_taken_from_captures_or_from_saved_pages(crawled: Crawled, tmp_path: Path, source: str) -> None:
    run = command(ARTICLE, "--from", crawled.archive / "captures" if source == "captures" else SITE, "--to", tmp_path)
    assert run.returncode == 0, run.stderr
    assert files(tmp_path) == SAVED
    fixture = Fixture.load(tmp_path / f"{DOC_ID}.json")
    assert (fixture.time is not None) == (source == "captures")
    assert fixture.post
    assert "[原文链接]" in fixture.post


def test_all_pages_of_an_article_are_kept(crawled: Crawled, tmp_path: Path) -> None:
    paged = list(SITE.rglob("*_2.shtml"))
    assert paged
    url = f"https://{paged[0].relative_to(SITE)}".replace("_2.shtml", ".shtml")
    for source in (["--from", crawled.archive / "captures"], ["-s", f"ARCHIVE_REPLAY_FROM={SITE}"]):
        folder = tmp_path / str(len(source[0]))
        assert command(url, *source, "--to", folder).returncode == 0
        assert {path for path in files(folder) if path.endswith("_2.shtml")}


def test_a_page_that_is_no_article_is_kept_with_the_reason_and_without_post(tmp_path: Path) -> None:
    site = Site(tmp_path / "site").add(story(1)).put(story(1).url, GONE)
    run = command(story(1).url, "--from", site.save(), "--to", tmp_path / "f")
    assert run.returncode == 0
    fixture = Fixture.load(tmp_path / f"f/{story(1).doc_id}.json")
    assert (fixture.reason, fixture.post) == ("no_title", None) or fixture.reason == "gone"


def test_a_page_saved_again_replaces_what_was_expected_of_it(tmp_path: Path) -> None:
    site = Site(tmp_path / "site").add(story(1))
    command(story(1).url, "--from", site.save(), "--to", tmp_path / "f")
    assert f"{story(1).doc_id}.md" in files(tmp_path / "f")
    site.put(story(1).url, GONE).save()
    command(story(1).url, "--from", site.folder, "--to", tmp_path / "f")
    assert f"{story(1).doc_id}.md" not in files(tmp_path / "f")


def test_what_cannot_be_had_is_named_and_the_rest_is_saved(tmp_path: Path) -> None:
    lost, damaged = ARTICLE.replace("3817264", "0000000"), ARTICLE.replace("3817264", "0000001")
    page = (SITE / ARTICLE.partition("://")[2]).read_bytes()
    records = [
        record(http(page), ARTICLE, "2024-03-06T04:00:00Z"),
        record(http(b"no deflate", Content_Encoding="deflate"), damaged),
    ]
    warc = save(tmp_path / "a.warc.gz", records)
    run = command("https://example.com/", lost, damaged, ARTICLE, "--from", warc, "--to", tmp_path / "f")
    assert run.returncode == 1
    assert files(tmp_path / "f") == SAVED
    for url in ("https://example.com/", lost, damaged):
        assert f"not saved: {url}: " in run.stdout


def test_the_network_s_refusal_is_named(tmp_path: Path) -> None:
    run = command(ARTICLE.replace("3817264", "0000000"), "-s", f"ARCHIVE_REPLAY_FROM={SITE}", "--to", tmp_path)
    assert (run.returncode, files(tmp_path)) == (1, set())
    assert "http_404" in run.stdout


def test_sources_that_are_not_there_are_named(tmp_path: Path) -> None:
    run = command(ARTICLE, "--from", tmp_path / "nowhere.warc.gz", "--to", tmp_path / "f")
    assert (run.returncode, files(tmp_path)) == (2, set())
    assert "nowhere.warc.gz" in run.stderr


def test_a_url_never_leads_out_of_the_folder(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no name for a file"):
        save_page(tmp_path, SavedResponse("https://finance.sina.com.cn/../../../x.shtml", 200, (), b""), b"x")
    assert files(tmp_path) == set()


def test_failures_and_unknown_layouts_are_listed_with_their_captures(crawled: Crawled) -> None:
    run = command("--list", "-s", f"ARCHIVE_DIR={crawled.archive}")
    assert (run.returncode, run.stderr) == (0, "")
    rows = [line.split("\t") for line in run.stdout.splitlines()]
    assert [(doc_id, reason) for doc_id, reason, _, _ in rows] == [
        ("naiqtwz3304915", "refused: empty_body"),
        ("nakqvty1457208", "refused: gone"),
        ("nampzyw9417730", "unknown layout"),
    ]
    for doc_id, _, url, place in rows:
        file, offset, length = place.split(":")
        assert doc_id in url
        assert (crawled.archive / "captures" / file).stat().st_size >= int(offset) + int(length)


@pytest.mark.parametrize("arguments", [[], [ARTICLE, "--list"]], ids=["nothing", "both"])
def test_urls_or_the_list_are_wanted(arguments: list[str]) -> None:
    assert command(*arguments).returncode == 2
