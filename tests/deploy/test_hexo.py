"""deploy/hexo makes a site of the archive that shows the articles and nothing else, without any other host."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from lxml.html import HtmlElement

from crawler.post.front_matter import load
from tests.support.crawling import OFFLINE, ROOT, posts
from tests.support.hard_posts import SETTINGS, TITLES, doc_id
from tests.support.programs import missing, needed, run
from tests.support.published_site import SIZES, Site, opened_site, squeeze, text_of
from tests.support.searched_site import check_search
from tests.support.shown_site import check_forms, check_hostile_captions, check_hostile_texts, check_plain

HEXO = ROOT / "deploy/hexo"
TABLE = "2023/08/15/mzgkpyn2740956"
PICTURES = "2022/06/21/mizirau9420573"
NIGHT = "2012/05/17/20120517-064015084461"  # 22:40 GMT of the day before
CHANGED = "2018/07/11/hfefkqr5127730"
NEIGHBOURS = {"2018/06/19/5559018842_14b57ab5a00100c3xk", "2018/10/23/5559120377_14b593df9001008qwz"}
HARD = "2020/05/02"
INNERMOST = "categories/金融/新浪财经/新浪财经－国內"


def generate(folder: Path) -> list[str]:
    """The lines that ``hexo generate`` prints, far from Beijing and without a network."""
    log = folder / "network.log"
    offline = {"NODE_OPTIONS": f"--require={OFFLINE / 'offline.cjs'}", "OFFLINE_LOG": str(log)}
    plain = {"TZ": "America/New_York", "NO_COLOR": "1"}  # it prints in colours where CI is set
    done = subprocess.run(
        ["node_modules/.bin/hexo", "generate"], cwd=folder, env=os.environ | offline | plain, capture_output=True,
        text=True, timeout=240,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert not log.exists(), log.read_text()
    return [line for line in done.stdout.splitlines() if line.strip()]


@pytest.fixture(scope="module")
def hexo(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site's folder with its packages installed, over the archive."""
    npm = needed("npm", "npm")
    version = run("node", "--version", package="nodejs").strip()
    if tuple(map(int, version.strip("v").split(".")[:2])) < (20, 19):
        missing(f"node 20.19, only {version}")
    folder = tmp_path_factory.mktemp("hexo") / "site"
    shutil.copytree(HEXO, folder, symlinks=True, ignore=shutil.ignore_patterns("node_modules", "public", "db.json"))
    subprocess.run([npm, "ci", "--prefer-offline"], cwd=folder, check=True, capture_output=True, timeout=300)
    (folder / "source/_posts").unlink()
    (folder / "source/_posts").symlink_to(archive / "posts")
    return folder


@pytest.fixture(scope="module")
def printed(hexo: Path) -> list[str]:
    return generate(hexo)


@pytest.fixture(scope="module")
def site(hexo: Path, printed: list[str]) -> Iterator[Site]:
    with opened_site(hexo / "public") as site:
        yield site


def body_of(page: HtmlElement) -> HtmlElement:
    (body,) = page.xpath('//*[@id="post-body"]')
    return body


def test_it_generates_without_a_warning(printed: list[str]) -> None:
    banner = ("===", "  Volantis", "  Docs:", "  Repo:")
    assert [line for line in printed if not line.startswith(("INFO ", *banner))] == []


def test_every_post_has_a_page_at_its_path(site: Site, archive: Path) -> None:
    pages = [site.folder / path.removesuffix(".md") / "index.html" for path in posts(archive)]
    assert [page for page in pages if not page.is_file()] == []


def test_the_index_lists_headlines_newest_first_with_their_day_in_beijing(site: Site) -> None:
    with site.opened("") as page:
        headlines = page.locator("h2.article-title").all_inner_texts()
        days = [text.strip() for text in page.locator("time.update-time").all_inner_texts()]
    assert headlines[0] == "青泽江中游枢纽二线船闸4月试通航"
    assert "临江港2月货物吞吐量同比增长5.2%" in headlines[1:4]
    assert days[:2] == ["2024-03-06", "2024-03-05"]
    assert days == sorted(days, reverse=True)


def test_categories_nest(site: Site) -> None:
    with site.opened(f"{INNERMOST}/") as page:
        assert page.locator("h2.article-title").count() == 20
        assert "新浪财经－国內" in page.title()
    with site.opened("categories/") as page:
        links = page.locator("#l_main a").evaluate_all("links => links.map(link => decodeURI(link.pathname))")
    assert links == ["/categories/金融/", "/categories/金融/新浪财经/", f"/{INNERMOST}/"]


@pytest.mark.parametrize(
    ("path", "moment"),
    [(TABLE, "2023-08-15 10:02"), (NIGHT, "2012-05-17 06:40"), (f"{HARD}/{doc_id('markup')}", "2020-05-02 00:31")],
    ids=["morning", "another day in Greenwich", "after midnight"],
)
def test_the_time_is_beijings_on_any_machine(site: Site, path: str, moment: str) -> None:
    assert text_of(site.file(path).find_class("date")[0]) == f"发布于：{moment.replace(' ', '')}"


@pytest.mark.parametrize("size", SIZES)
def test_an_article_shows_its_headline_author_text_pictures_and_captions(site: Site, size: str) -> None:
    with site.opened(f"{PICTURES}/", size) as page:
        assert page.locator("h1").all_inner_texts() == ["一筐杨梅的二十四小时：探访云岭西部冷链枢纽"]
        assert page.locator("h1").is_visible()
        assert "新浪财经" in page.locator(".article-meta#top").inner_text()
        body = page.locator("#post-body")
        assert "电费是最大的一块开支。" in body.inner_text()
        assert body.get_by_text("冻干车间的夜班生产线。").is_visible()
        widths = body.locator("img").evaluate_all("images => images.map(image => image.clientWidth)")
        assert len(widths) == 4
        assert min(widths) > 200
        assert page.evaluate("document.documentElement.scrollWidth") <= SIZES[size][0]


def test_a_table_has_its_rows_and_bars(site: Site) -> None:
    with site.opened(f"{TABLE}/") as page:
        table = page.locator("#post-body table")
        assert table.locator("tr").count() == 7
        assert table.locator("tr").first.locator("th").all_inner_texts()[-1] == "备注|口径"


@pytest.mark.parametrize("what", TITLES)
def test_a_title_comes_out_as_text(site: Site, what: str) -> None:
    path = f"{HARD}/{doc_id(what)}"
    page = site.file(path)
    assert squeeze(page.findtext(".//h1", "")) == squeeze(TITLES[what])
    assert not [script for script in page.iter("script") if "alert(1)" in (script.text or "")]
    listed = [text_of(one) for one in site.file("archives/2020/05").xpath(f'//h2/a[@href="/{path}/"]')]
    assert listed == [squeeze(TITLES[what])]


def test_a_picture_stands_once_and_the_placeholder_nowhere(site: Site, archive: Path) -> None:
    for path, post in posts(archive).items():
        metadata, text = load(post.decode())
        shown = [image.get("src") for image in site.file(path.removesuffix(".md")).xpath("//article//img")]
        is_text_s = metadata["headimg"] in text or metadata["headimg"] == SETTINGS["ARCHIVE_DEFAULT_IMAGE"]
        times = text.count(f"]({metadata['headimg']})") if is_text_s else 1  # a video's
        assert shown.count(metadata["headimg"]) == times, path
    assert yaml.safe_load((HEXO / "_config.yml").read_text("utf-8"))["placeholder"] == SETTINGS["ARCHIVE_DEFAULT_IMAGE"]
    listed = [image.get("src") for image in site.file("").xpath("//*[@id='l_body']//img")]
    assert len(listed) == len(set(listed)) > 2
    assert SETTINGS["ARCHIVE_DEFAULT_IMAGE"] not in listed


def test_the_index_is_short_and_shows_the_first_paragraph_of_each_article(site: Site) -> None:
    with site.opened("") as page:
        assert page.evaluate("document.documentElement.scrollHeight") < 6_000
        excerpts = page.locator(".article-desc").all_inner_texts()
    assert len(excerpts) == 20
    assert all(0 < len(excerpt) < 300 for excerpt in excerpts)


def test_the_colours_are_those_of_the_reader_s_system(site: Site) -> None:
    with site.opened("") as page:
        light = page.evaluate("getComputedStyle(document.body).backgroundColor")
        page.emulate_media(color_scheme="dark")
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(18, 18, 18)" != light


def test_hostile_texts_show_themselves(site: Site) -> None:
    check_hostile_texts(body_of(site.file(f"{HARD}/{doc_id('texts')}")))
    check_hostile_captions(body_of(site.file(f"{HARD}/{doc_id('captions')}")))


def test_all_kinds_of_blocks_come_back(site: Site) -> None:
    check_forms(body_of(site.file(f"{HARD}/{doc_id('forms')}")))


def test_an_article_has_no_script_or_style_of_its_own(site: Site, archive: Path) -> None:
    for path in posts(archive):
        check_plain(body_of(site.file(path.removesuffix(".md"))))


def test_a_page_asks_other_hosts_for_pictures_only_and_says_to_none_where_it_is(site: Site) -> None:
    site.outside.clear()
    site.complaints.clear()
    for path in ("", f"{INNERMOST}/", "archives/", f"{PICTURES}/", f"{HARD}/{doc_id('markup')}/"):
        with site.opened(path) as page:
            assert page.locator("meta[name=referrer]").get_attribute("content") == "no-referrer"
    assert len(site.outside) > 5
    assert {request.resource_type for request in site.outside} == {"image"}
    assert [request.url for request in site.outside if "referer" in request.headers] == []
    assert site.complaints == []


def test_a_reader_finds_chinese_words_without_a_server(site: Site, archive: Path) -> None:
    check_search(site, archive / "posts")


def test_generating_again_writes_the_page_of_a_changed_post_and_no_other_articles(
    hexo: Path, archive: Path, printed: list[str]
) -> None:
    assert "Generated:" not in "".join(generate(hexo))
    post = archive / f"posts/{CHANGED}.md"
    post.write_text(post.read_text(encoding="utf-8").replace("跑一趟", "跑两趟"), encoding="utf-8")
    written = {line.partition("Generated: ")[2].removesuffix("/index.html") for line in generate(hexo)}
    articles = written & {path.removesuffix(".md") for path in posts(archive)}
    assert {CHANGED} <= articles <= {CHANGED, *NEIGHBOURS}


def test_the_lock_file_names_no_registry() -> None:
    packages = json.loads((HEXO / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    assert [name for name, package in packages.items() if "resolved" in package] == []
    assert all(package.get("integrity") for name, package in packages.items() if name)
