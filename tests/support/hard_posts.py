"""Posts that a site generator may get wrong, written as the project writes them."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from lxml import html
from scrapy.settings import Settings

from crawler.post.markdown import to_markdown
from crawler.post.post import PostForm, post_path
from crawler.sina.blocks import Block, Image, ItemList, Paragraph, Quote, Table, to_html
from crawler.sina.inline import EDGE, Inline, tidy
from tests.support.articles import make_article
from tests.support.hostile import HOSTILE
from tests.support.random_blocks import random_blocks

TITLES = {
    "templates": "{{ x }}、{% raw %}与{# 注 #}：模板{{",
    "markup": "<b>粗</b><script>alert(1)</script><!-- 注",
    "quotes": "\"双\"、'单'、“弯”与 it's",
    "emoji": "📊 家 👨\u200d👩\u200d👧 与 🇨🇳",
    "entities": "&lt;b&gt; R&D &amp; &#42; &copy",
    "markdown": "# *星* _线_ `码` [链](x) ![图](y) --- ...",
    "yaml": "a: b # c",
    "a date": "2024-03-05",
    "a number": "0012",
    "nothing": "null",
}
SETTINGS = Settings()
SETTINGS.setmodule("crawler.settings")
FORM = PostForm.of(SETTINGS)
HOUR = datetime(2020, 5, 1, 16, 30, tzinfo=UTC)  # in Beijing it is the next day


def doc_id(what: str) -> str:
    """Of a title, or of another of these posts."""
    return f"hard{what.replace(' ', '')}0"


def write_hard_posts(archive: Path) -> None:
    """A post for each title, none with an image, and one of hostile texts, one of hostile captions."""
    for number, (what, title) in enumerate(TITLES.items()):
        _write(archive, doc_id(what), title, [Paragraph([Inline(f"标题：{what}")])], HOUR + timedelta(minutes=number))
    _write(archive, doc_id("texts"), "难写的文字", hostile_blocks(), HOUR + timedelta(hours=1))
    _write(archive, doc_id("captions"), "难写的图注", hostile_images(), HOUR + timedelta(hours=2))
    _write(archive, doc_id("forms"), "难写的形式", blocks_of_all_kinds(), HOUR + timedelta(hours=3))


def hostile_blocks() -> list[Block]:
    """Each hostile text as a paragraph, in bold and as a link between words; all in lists, a quote and a table."""
    paragraphs = [Paragraph(tidy([Inline(text)])) for text in HOSTILE]
    link = "https://finance.sina.com.cn/"
    return [
        *paragraphs,
        *(Paragraph(tidy([Inline("前"), Inline(text, bold=True), Inline("后")])) for text in HOSTILE),
        *(Paragraph(tidy([Inline("前"), Inline(text, href=link), Inline("后")])) for text in HOSTILE),
        ItemList.of(paragraphs),
        Paragraph([Inline("之间")]),
        ItemList.of(paragraphs, ordered=True),
        Quote(paragraphs),
        Table([[Paragraph([Inline("头")])] * 2, *([Paragraph([Inline("行")]), one] for one in paragraphs)]),
    ]


def hostile_images() -> list[Block]:
    """A picture a text."""
    return [Image("https://n.sinaimg.cn/a.png", text.strip(EDGE)) for text in HOSTILE]


def blocks_of_all_kinds() -> list[Block]:
    """Lists in lists, numbers that jump, marks, figures in columns and the rest, many times; a paragraph between."""
    chance = Random(2024)
    return [block for _ in range(150) for block in (*random_blocks(chance), Paragraph([Inline("之间。")]))]


def _write(archive: Path, doc_id: str, title: str, blocks: list[Block], at: datetime) -> None:
    markdown = to_markdown(html.fragment_fromstring(to_html(blocks)))
    article = make_article(doc_id=doc_id, title=title, published_at=at, markdown=markdown)
    path = archive / post_path(doc_id, at)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(FORM.render(article), encoding="utf-8")
