"""The recipes of docs/publish.md for other themes and generators, really built: `make sites`, not a part of CI.

They come from npm and Debian as they are today: a failure may be theirs, and then the recipe has to change.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from lxml.html import HtmlElement

from crawler.post.front_matter import load
from tests.support.crawling import ROOT, posts
from tests.support.hard_posts import SETTINGS, doc_id
from tests.support.programs import needed
from tests.support.published_site import SIZES, Site, opened_site
from tests.support.searched_site import check_search
from tests.support.shown_site import check_hostile_captions, check_hostile_texts, check_plain

DOCS = [(ROOT / f"docs/publish{language}.md").read_text(encoding="utf-8") for language in ("", ".zh-CN")]
PICTURES = "2022/06/21/mizirau9420573"
NIGHT = "2012/05/17/20120517-064015084461"  # 22:40 GMT of the day before
HARD = "2020/05/02"


@dataclass(frozen=True)
class Recipe:
    """``commands`` of the docs make a ``site`` of a ``folder`` of deploy/; the class of a page's ``body``."""

    folder: str
    posts: str
    commands: tuple[str, ...]
    site: str
    body: str


def hexo(theme: str, body: str, renderers: str = "") -> Recipe:
    """deploy/hexo with another theme."""
    install, choose = f"npm install hexo-theme-{theme}{renderers}", f"sed -i 's/^theme: .*/theme: {theme}/' _config.yml"
    return Recipe("hexo", "source/_posts", ("npm ci", install, choose, "npm run build"), "public", body)


RECIPES = {
    "next": hexo("next", "post-body", " hexo-renderer-stylus"),
    "butterfly": hexo("butterfly", "container"),
    "landscape": hexo("landscape", "article-entry", " hexo-renderer-ejs hexo-renderer-stylus"),
    "jekyll": Recipe("jekyll", "_news", ("JEKYLL_ENV=production jekyll build",), "_site", "body"),
    "astro": Recipe("astro", "posts", ("npm install", "npm run build"), "dist", "body"),
}


@pytest.fixture(scope="module", params=RECIPES)
def recipe(request: pytest.FixtureRequest) -> Recipe:
    return RECIPES[request.param]


@pytest.fixture(scope="module")
def site(recipe: Recipe, archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    needed("jekyll" if recipe.folder == "jekyll" else "npm", recipe.folder)
    folder = tmp_path_factory.mktemp("deploy") / recipe.folder
    shutil.copytree(ROOT / "deploy/hugo", folder.parent / "hugo")  # whose style the others link
    ignored = shutil.ignore_patterns("node_modules", "public", "_site", "dist", "db.json")
    shutil.copytree(ROOT / "deploy" / recipe.folder, folder, symlinks=True, ignore=ignored)
    if recipe.folder == "astro":
        shutil.copytree(ROOT / "deploy/astro/public", folder / "public", symlinks=True)
    (folder / recipe.posts).unlink(missing_ok=True)
    (folder / recipe.posts).symlink_to(archive / "posts")
    environment = os.environ | {"TZ": "America/New_York", "POSTS": str(archive / "posts")}
    for command in recipe.commands:
        done = subprocess.run(["sh", "-c", command], cwd=folder, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
    with opened_site(folder / recipe.site) as site:
        yield site


def body_of(page: HtmlElement, recipe: Recipe) -> HtmlElement:
    (body,) = page.find_class(recipe.body)[:1]
    return body


def test_the_documents_have_the_commands(recipe: Recipe) -> None:
    for document in DOCS:
        assert all(command in document for command in recipe.commands)


def test_every_post_has_a_page_at_its_path(site: Site, archive: Path) -> None:
    pages = [site.folder / path.removesuffix(".md") / "index.html" for path in posts(archive)]
    assert [page for page in pages if not page.is_file()] == []


def test_the_day_is_beijings_on_any_machine(site: Site) -> None:
    with site.opened(f"{NIGHT}/") as page:
        text = page.locator("body").inner_text()
    assert "2012-05-17" in text
    assert "2012-05-16" not in text


def test_a_picture_stands_once_and_the_placeholder_nowhere(site: Site, archive: Path) -> None:
    for path, post in posts(archive).items():
        metadata, text = load(post.decode())
        shown = [image.get("src") for image in site.file(path.removesuffix(".md")).xpath("//article//img")]
        assert shown.count(metadata["headimg"]) in (1, text.count(f"]({metadata['headimg']})")), path
        assert SETTINGS["ARCHIVE_DEFAULT_IMAGE"] not in shown
    with site.opened("") as page:
        assert page.locator(f"img[src='{SETTINGS['ARCHIVE_DEFAULT_IMAGE']}']").count() == 0


def test_hostile_texts_show_themselves(site: Site, recipe: Recipe) -> None:
    check_hostile_texts(body_of(site.file(f"{HARD}/{doc_id('texts')}"), recipe))
    check_hostile_captions(body_of(site.file(f"{HARD}/{doc_id('captions')}"), recipe))


def test_an_article_has_no_script_or_style_of_its_own(site: Site, recipe: Recipe, archive: Path) -> None:
    for path in posts(archive):
        check_plain(body_of(site.file(path.removesuffix(".md")), recipe))


@pytest.mark.parametrize("size", SIZES)
def test_the_index_is_short_and_fits(site: Site, size: str) -> None:
    for path in ("", f"{PICTURES}/"):
        with site.opened(path, size) as page:
            assert page.evaluate("document.documentElement.scrollWidth") <= SIZES[size][0]
            assert page.evaluate("document.documentElement.scrollHeight") < 10_000


def test_the_colours_are_those_of_the_reader_s_system(site: Site) -> None:
    with site.opened("") as page:
        light = page.screenshot()
        page.emulate_media(color_scheme="dark")
        page.wait_for_timeout(500)
        assert page.screenshot() != light


def test_a_page_asks_other_hosts_for_pictures_only_and_says_to_none_where_it_is(site: Site) -> None:
    site.outside.clear()
    for path in ("", f"{PICTURES}/"):
        with site.opened(path):
            pass
    assert {request.resource_type for request in site.outside} == {"image"}
    assert [request.url for request in site.outside if "referer" in request.headers] == []


def test_a_reader_finds_chinese_words(site: Site, recipe: Recipe, archive: Path) -> None:
    if recipe.body == "article-entry":
        pytest.xfail("the theme asks jsdelivr.net for icons, and the browser says that it may not")
    check_search(site, archive / "posts")
