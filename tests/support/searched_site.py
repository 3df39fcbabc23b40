"""The search of a generated site, as a reader uses it: ``scrapy search --index`` made it beside the pages."""

from pathlib import Path

from crawler.search.query import Query
from crawler.search.site_index import write_site_index
from tests.support.published_site import SIZES, Site

TYPED = (
    "专精特新", "首席服务员制度", "“首席服务员”制度", '"海岑市" 轴承', "GDP", "ＧＤＰ增长", "3.6亿元",
    "a股 老旧小区改造提速五万个", "税", "𠮷野家", "o'reilly", "《十四五》规划 —", "！？", '"', "",
)  # fmt: skip
TEXTS = (
    "建立“首席服务员”制度", "海岑市出台二十条措施支持专精特新企业", "海岑市的轴承", "海岑。市的轴承", "gdp增长", "GDPs",
    "首批安排资金3.6亿元", "Ａ股：老旧小区改造提速，五万个", "收税\n款", "税",
    "𠮷 野家", "O’Reilly", "今年是“十四五”规划的", "十四五！规划",
)  # fmt: skip


def check_search(site: Site, posts: Path) -> None:
    """A phrase is found over the quotation marks in it, on a page that is the site's own; its hit leads to the post."""
    write_site_index(posts, site.folder / "search")
    site.outside.clear()
    site.complaints.clear()
    for size in SIZES:
        with site.opened("search/?q=首席服务员制度", size) as page:
            page.get_by_text("共 1 篇").wait_for()
            assert page.locator("li mark").all_inner_texts() == ["首席服务员”制度"]
            assert page.evaluate("document.documentElement.scrollWidth") <= SIZES[size][0]
            page.get_by_role("searchbox").fill("没有这样的话")
            page.get_by_role("button", name="搜索").click()
            page.get_by_text("没有找到").wait_for()
            page.get_by_role("searchbox").fill("专精特新")
            page.get_by_role("searchbox").press("Enter")
            page.get_by_text("共 1 篇").wait_for()
            page.locator("li a").click()
            page.wait_for_url("**/2024/03/05/namrkwx3817264/")
            assert "海岑市出台二十条措施支持专精特新企业" in page.title()
    assert {request.resource_type for request in site.outside} <= {"image"}
    assert site.complaints == []


def check_same_queries(site: Site) -> None:
    """What is typed means in the browser what it means in the command: looked up, and found in a text."""
    with site.opened("search/") as page:
        read = page.evaluate(
            """async ([typed, texts]) => {
                const { fold, parse } = await import("./find.js");
                return typed.map(words => {
                    const query = parse(words);
                    const isIn = text => query.patterns.every(pattern => fold(text).search(pattern) >= 0);
                    return [query.words, texts.map(isIn)];
                });
            }""",
            [TYPED, TEXTS],
        )
    for typed, (words, found) in zip(TYPED, read, strict=True):
        try:
            query = Query.parse(typed)
        except ValueError:
            assert words == [], typed
            continue
        looked_up = query.expression.replace('"', "").split()
        assert set(words) <= set(looked_up), typed
        assert len(words) == min(len(looked_up), 4), typed
        assert found == [query.is_in(text) for text in TEXTS], typed
