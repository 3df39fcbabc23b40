"""deploy/hugo makes a site of the same posts: dates, categories, paths and texts arrive as they are."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest
from lxml import etree, html

from crawler.post.front_matter import load
from tests.support.crawling import ROOT, posts
from tests.support.hard_posts import TITLES, doc_id
from tests.support.papermod import write_theme
from tests.support.programs import needed
from tests.support.published_site import SIZES, Site, opened_site, squeeze, text_of
from tests.support.searched_site import check_same_queries, check_search
from tests.support.shown_site import check_forms, check_hostile_captions, check_hostile_texts, check_plain

HUGO = ROOT / "deploy/hugo"
TABLE = "2023/08/15/mzgkpyn2740956"
PICTURES = "2022/06/21/mizirau9420573"
HARD = "2020/05/02"


@pytest.fixture(scope="module")
def built(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The site's folder, and what hugo printed, far from Beijing."""
    hugo = needed("hugo", "hugo")
    folder = tmp_path_factory.mktemp("hugo") / "site"
    shutil.copytree(HUGO, folder, ignore=shutil.ignore_patterns("public", "resources"))
    run = subprocess.run(
        [hugo, "--contentDir", str(archive / "posts")], cwd=folder, env=os.environ | {"TZ": "America/New_York"},
        capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    return folder / "public", run.stdout + run.stderr


@pytest.fixture(scope="module")
def site(built: tuple[Path, str]) -> Iterator[Site]:
    with opened_site(built[0]) as site:
        yield site


def test_it_builds_without_a_warning(built: tuple[Path, str]) -> None:
    assert not [line for line in built[1].splitlines() if "WARN" in line or "ERROR" in line]


def test_every_post_has_a_page_at_its_path_with_its_headline_and_its_moment(site: Site, archive: Path) -> None:
    for path, post in posts(archive).items():
        metadata, _ = load(post.decode())
        page = site.file(path.removesuffix(".md"))
        assert squeeze(page.findtext(".//h1") or "") == squeeze(metadata["title"])
        moment = f"{parsedate_to_datetime(metadata['date']):%Y-%m-%dT%H:%M:%SZ}"
        assert [time.get("datetime") for time in page.iter("time")] == [moment]


def test_the_time_is_beijings_on_any_machine(site: Site) -> None:
    assert site.file(f"{HARD}/{doc_id('markup')}").findtext(".//time") == "2020-05-02 00:31"


def test_every_category_lists_every_article(site: Site, archive: Path) -> None:
    page = site.file(TABLE)
    links = page.xpath('//p[@class="meta"]/a')
    assert [link.text for link in links] == ["金融", "新浪财经", "新浪财经－国內"]
    counts = {text_of(one) for one in site.file("categories").xpath('//ul[@class="list"]/li')}
    assert counts == {f"{link.text}{len(posts(archive))}" for link in links}
    with site.opened("categories/") as listing:
        listing.get_by_text("新浪财经－国內").click()
        assert listing.locator("h1").inner_text() == "新浪财经－国內"
        assert listing.locator(".list li").count() == 20


@pytest.mark.parametrize("size", SIZES)
def test_an_article_shows_its_text_pictures_captions_and_table(site: Site, size: str) -> None:
    with site.opened(f"{PICTURES}/", size) as page:
        assert page.locator("h1").inner_text() == "一筐杨梅的二十四小时：探访云岭西部冷链枢纽"
        assert "电费是最大的一块开支。" in page.locator(".body").inner_text()
        assert page.get_by_text("冻干车间的夜班生产线。").is_visible()
        assert page.locator(".body img").count() == 4
        assert page.evaluate("document.documentElement.scrollWidth") <= SIZES[size][0]
    with site.opened(f"{TABLE}/", size) as page:
        assert page.locator("tr").first.locator("th").all_inner_texts()[-1] == "备注|口径"
        assert page.evaluate("document.documentElement.scrollWidth") <= SIZES[size][0]


@pytest.mark.parametrize("what", TITLES)
def test_a_title_is_text_in_its_year_and_in_the_window(site: Site, what: str) -> None:
    path = f"{HARD}/{doc_id(what)}"
    assert squeeze(TITLES[what]) in squeeze(site.file(path).findtext(".//title") or "")
    assert [text_of(link) for link in site.file("2020").xpath(f'//a[@href="/{path}/"]')] == [squeeze(TITLES[what])]


def test_hostile_texts_show_themselves(site: Site) -> None:
    check_hostile_texts(site.file(f"{HARD}/{doc_id('texts')}").find_class("body")[0])
    check_hostile_captions(site.file(f"{HARD}/{doc_id('captions')}").find_class("body")[0])


def test_all_kinds_of_blocks_come_back(site: Site) -> None:
    check_forms(site.file(f"{HARD}/{doc_id('forms')}").find_class("body")[0])


def test_an_article_has_no_script_or_style_of_its_own(site: Site, archive: Path) -> None:
    for path in posts(archive):
        check_plain(site.file(path.removesuffix(".md")).find_class("body")[0])


def test_the_feed_has_the_newest_articles(site: Site) -> None:
    feed = etree.parse(site.folder / "index.xml")
    assert len(feed.findall(".//item")) == 20
    assert feed.findtext(".//item/title") == "青泽江中游枢纽二线船闸4月试通航"
    assert feed.findtext(".//item/pubDate") == "Wed, 06 Mar 2024 00:30:21 +0000"


def test_a_page_asks_other_hosts_for_pictures_only_and_says_to_none_where_it_is(site: Site) -> None:
    site.outside.clear()
    for path in ("", "categories/", f"{PICTURES}/"):
        with site.opened(path):
            pass
    assert len(site.outside) >= 1
    assert {request.resource_type for request in site.outside} == {"image"}
    assert [request.url for request in site.outside if "referer" in request.headers] == []
    assert site.complaints == []


def test_a_reader_finds_chinese_words_without_a_server(site: Site, archive: Path) -> None:
    check_search(site, archive / "posts")
    check_same_queries(site)


@pytest.mark.parametrize("document", ["publish.md", "publish.zh-CN.md"])
def test_the_recipe_for_papermod_lists_all_years_and_shows_beijing_s_time(
    archive: Path, tmp_path: Path, document: str
) -> None:
    (block,) = re.findall(r"```sh\n(CHECKOUT=.*?)```", (ROOT / "docs" / document).read_text(encoding="utf-8"), re.S)
    needed("hugo", "hugo")
    (tmp_path / "checkout").mkdir()
    (tmp_path / "checkout/deploy").symlink_to(ROOT / "deploy")
    (tmp_path / "checkout/output").symlink_to(archive)
    write_theme(tmp_path / "news")
    lines = [line for line in block.replace("mkdir ../news", "true").splitlines() if not line.startswith("git clone")]
    done = subprocess.run(
        ["sh", "-ec", "\n".join(lines)], cwd=tmp_path / "checkout", env=os.environ | {"TZ": "America/New_York"},
        capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    public = tmp_path / "news/public"
    home = html.fromstring((public / "index.html").read_bytes().decode())
    assert len(home.findall(".//article")) == 20
    assert home.xpath("//article[1]//time/@datetime") == ["2024-03-06T00:30:21Z"]
    page = html.fromstring((public / HARD / doc_id("markup") / "index.html").read_bytes().decode())
    assert page.findtext(".//time") == "2020-05-02 00:31"
    pictures = html.fromstring((public / PICTURES / "index.html").read_bytes().decode())
    assert len(pictures.findall(".//img")) == len(set(pictures.xpath("//img/@src"))) == 4
    assert pictures.xpath("//meta[@name='referrer']/@content") == ["no-referrer"]
