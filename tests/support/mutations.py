"""``python -m tests.support.mutations --pages 15000 FOLDER``: saved pages with changes that no reader sees.

Each changed page must give the paragraphs, pictures and cells of the page as it was: none lost, none invented.
"""

import argparse
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from random import Random

from lxml import html

from crawler.sina.article import parse_page
from crawler.sina.decoding import decode
from crawler.sina.layouts import UNKNOWN
from crawler.sina.urls import NotAnArticle
from tests.support.crawling import SITE

_PARAGRAPH_END = re.compile(r"</p>(?=\s*<p[ >])", re.I)
_TEXT_OF_PARAGRAPH = re.compile(r"(?<=[\u4e00-\u9fff，])(?=[\u4e00-\u9fff]{4})(?=[^<>]*</p>)")
_JUNK = (
    "<!-- x --><!--[if IE]><p>x</p><![endif]-->", "<script>var a='<p>x</p>'</script>", "<style>p{}</style>",
    '<ins class="sinaads" data-ad-pdps="P1">广告</ins>', '<div id="ad_1">广告</div>', "<div></div>", "<p>&nbsp;</p>",
    '<span style="display:none">藏</span>',
)  # fmt: skip
_IN_WORDS = ("<span></span>", "<!-- x -->", "<script>x()</script>", "<font></font>", "<wbr>", '<a name="x"></a>')
_UNREAD = r"(?P<unread><!--.*?-->|<script.*?</script>|<style.*?</style>)"
Mutation = Callable[[str, Random], str]


def _junk_between(text: str, chance: Random) -> str:
    return _at_some(_PARAGRAPH_END, text, chance, lambda end: end + chance.choice(_JUNK))


def _nothing_in_words(text: str, chance: Random) -> str:
    return _at_some(_TEXT_OF_PARAGRAPH, text, chance, lambda _: chance.choice(_IN_WORDS))


def _unclosed(text: str, chance: Random) -> str:
    return _at_some(_PARAGRAPH_END, text, chance, lambda _: "")


def _spaces(text: str, chance: Random) -> str:
    return _at_some(
        re.compile(r"<p>"), text, chance, lambda start: start + chance.choice(["\n", "&nbsp;&nbsp;", "　　"])
    )


def _upper_case(text: str, chance: Random) -> str:
    return re.sub(r"</?(?:p|div|span|b|strong)\b", lambda tag: tag[0].upper(), text)


def _attributes(text: str, chance: Random) -> str:
    return _at_some(re.compile(r"<p>"), text, chance, lambda _: f'<p data-x="{chance.random()}" style="margin:0">')


def _line_ends(text: str, chance: Random) -> str:
    return text.replace("\r", "").replace("\n", "\r\n")


_ALL: tuple[Mutation, ...] = (
    _junk_between, _nothing_in_words, _unclosed, _spaces, _upper_case, _attributes, _line_ends,
)  # fmt: skip


def _at_some(places: re.Pattern[str], text: str, chance: Random, changed: Callable[[str], str]) -> str:
    share = chance.choice([0.05, 0.3, 1])

    def change(place: re.Match[str]) -> str:
        return place[0] if place["unread"] or chance.random() >= share else changed(place[0])

    return re.sub(rf"{_UNREAD}|{places.pattern}", change, text, flags=re.I | re.S)


def mutated(page: str, chance: Random) -> bytes:
    """The page with some of these changes, in UTF-8 or GB18030."""
    for change in chance.sample(_ALL, chance.randint(1, 4)):
        page = change(page, chance)
    return page.encode(chance.choice(["utf-8", "utf-8-sig", "gb18030"]))


def blocks_of(body: bytes, url: str) -> Counter[str]:
    """The paragraphs, cells and pictures of the article on a page; empty where there is none."""
    with suppress(NotAnArticle):
        article = parse_page(body, url).article
        if article.layout != UNKNOWN:
            tree = html.fragment_fromstring(article.body_html)
            blocks = [
                "".join(block.text_content().split()) for block in tree.iter("p", "li", "td", "th", "h2", "h3", "h4")
            ]
            return Counter([*filter(None, blocks), *article.images, article.title])
    return Counter()


def pages(folder: Path) -> Iterator[tuple[str, str, Counter[str]]]:
    """Text, URL and blocks of each page with an article of a known layout, in a folder as ``wget -x`` makes it."""
    for path in sorted(folder.rglob("*")):
        url = f"https://{path.relative_to(folder)}"
        if path.is_file() and (blocks := blocks_of(path.read_bytes(), url)):
            yield decode(path.read_bytes()), url, blocks


def compare(folder: Path, count: int) -> Iterator[str]:
    """A line for each of `count` changed pages that lost or invented a block."""
    saved = list(pages(folder))
    for seed in range(count):
        text, url, blocks = saved[seed % len(saved)]
        shown = blocks_of(mutated(text, Random(seed)), url)
        for what, others in (("lost", blocks - shown), ("invented", shown - blocks)):
            if others:
                yield f"seed {seed}, {url}: {what} {sum(others.values())}: {next(iter(others))[:60]}"


def main() -> int:
    """1 if any page lost or invented a block."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", default=SITE)
    parser.add_argument("--pages", type=int, default=1000)
    arguments = parser.parse_args()
    wrong = 0
    for line in compare(arguments.folder, arguments.pages):
        wrong += 1
        sys.stdout.write(f"{line}\n")
    sys.stdout.write(f"{arguments.pages} pages, {wrong} with lost or invented blocks\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
