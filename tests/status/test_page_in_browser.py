"""The status page in a browser: two languages, two schemes of colour, two sizes, and no request to anywhere."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from crawler.status.page import render
from tests.support.programs import needed
from tests.support.shown import FULL

SIZES = {"desktop": (1280, 900), "phone": (375, 800)}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    chromium = needed("chromium", "chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("page") / "status.html"
    path.write_text(render(FULL), encoding="utf-8")
    return path


@pytest.fixture(params=[(size, scheme) for size in SIZES for scheme in ("light", "dark")], ids="-".join)
def page(request: pytest.FixtureRequest, browser: Browser, file: Path) -> Iterator[Page]:
    size, scheme = request.param
    width, height = SIZES[size]
    look = {"viewport": {"width": width, "height": height}, "color_scheme": scheme, "locale": "zh-CN"}
    with browser.new_context(**look) as context:
        page = context.new_page()
        requests: list[str] = []
        complaints: list[str] = []
        page.on("request", lambda asked: requests.append(asked.url))
        page.on("console", lambda message: complaints.append(message.text))
        page.on("dialog", lambda dialog: complaints.append(dialog.message))
        page.goto(file.as_uri())
        yield page
        assert requests == [file.as_uri()]
        assert complaints == []


def test_nothing_stands_out_of_the_window(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    edges = page.evaluate("[...document.querySelectorAll('main *')].map(part => part.getBoundingClientRect().right)")
    assert max(edges) <= page.evaluate("innerWidth")


def test_the_other_language_can_be_chosen(page: Page) -> None:
    assert page.get_by_role("heading", name="新浪财经存档").is_visible()
    assert not page.get_by_text("Archived per day").is_visible()
    page.locator("label[for=en]").click()
    assert page.get_by_role("heading", name="Sina Finance archive").is_visible()
    assert page.get_by_text("Archived per day").is_visible()
    assert not page.get_by_text("每日存档").is_visible()
    page.locator("label[for=zh]").click()
    assert page.get_by_text("每日存档").is_visible()


@pytest.mark.parametrize(
    ("locale", "language"), [("zh-CN", "zh-CN"), ("zh-TW", "zh-CN"), ("en-GB", "en"), ("fr-FR", "en")]
)
def test_the_language_is_that_of_the_browser_until_one_is_chosen_which_is_kept(
    browser: Browser, file: Path, locale: str, language: str
) -> None:
    with browser.new_context(locale=locale) as context:
        page = context.new_page()
        page.goto(file.as_uri())
        assert page.locator("html").get_attribute("lang") == language
        other = {"zh-CN": "en", "en": "zh-CN"}[language]
        page.locator(f"label[for={other[:2]}]").click()
        for _ in range(50):  # Chromium stores beside the page: a reload within milliseconds may be there before
            page.reload()
            if page.locator("html").get_attribute("lang") == other:
                break
        assert page.locator("html").get_attribute("lang") == other
        assert page.locator("h1").inner_text() == {"en": "Sina Finance archive", "zh-CN": "新浪财经存档"}[other]


def test_without_scripts_it_is_chinese_and_can_be_switched(browser: Browser, file: Path) -> None:
    with browser.new_context(locale="en-GB", java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(file.as_uri())
        assert page.locator("h1").inner_text() == "新浪财经存档"
        page.locator("label[for=en]").click()
        assert page.locator("h1").inner_text() == "Sina Finance archive"


def test_a_day_with_gaps_leads_to_what_is_missing(page: Page) -> None:
    page.locator('.days a[title^="03-05"]').click()
    assert page.locator("#missing").evaluate("card => card.getBoundingClientRect().top < innerHeight")


def test_days_are_squares_that_can_be_told_apart(page: Page) -> None:
    day = page.locator('.days a[title^="03-05"]').bounding_box()
    assert day
    assert abs(day["width"] - day["height"]) < 1
    assert day["width"] >= 9
    shade = "getComputedStyle(document.querySelector('{}')).backgroundColor"
    shades = [page.evaluate(shade.format(f".days .q{n}")) for n in (0, 2, 4)]
    assert len(set(shades)) == 3
    assert "none" not in page.evaluate("getComputedStyle(document.querySelector('.days .g')).boxShadow")


def test_text_stands_out_from_its_ground(page: Page) -> None:
    """The contrast of WCAG AA, for text that is soft and for text that is not."""
    contrast = """name => {
      const shine = colour => colour.match(/[\\d.]+/g).slice(0, 3).map(part => part / 255)
        .map(part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
        .reduce((sum, part, at) => sum + part * [0.2126, 0.7152, 0.0722][at], 0);
      const element = document.querySelector(name);
      const text = getComputedStyle(element).color;
      const ground = getComputedStyle(element.closest('.card')).backgroundColor;
      const [low, high] = [shine(text), shine(ground)].sort((a, b) => a - b);
      return (high + 0.05) / (low + 0.05);
    }"""
    for name in (".tile b", ".card .soft", ".tile .bad", ".runs .good", ".runs .bad", ".runs .why"):
        assert page.evaluate(contrast, name) >= 4.5, name


def test_the_chart_is_drawn_in_colours_of_the_page(page: Page) -> None:
    bars = page.locator("svg rect")
    assert bars.count() >= 4
    fills = {bars.nth(n).evaluate("bar => getComputedStyle(bar).fill") for n in range(bars.count())}
    assert len(fills) == 3
    assert "rgb(0, 0, 0)" not in fills
    box = page.locator("svg").bounding_box()
    assert box
    assert box["width"] > 250
