"""The posts of an archive of any size, without a crawl, as the project writes them.

    python -m bench.make_posts 10000 ARCHIVE_DIR [--like PAGES/site]

Each is the post of one of the saved pages with another doc id and time, and the characters of its
stretches of Chinese shuffled.
"""

import argparse
import random
import re
from dataclasses import replace
from pathlib import Path

from scrapy.settings import Settings

from bench.make_site import LIKE, article_pages, identity
from crawler.items import Article
from crawler.post.extraction import extract
from crawler.post.post import PostForm, post_path
from crawler.sina.article import parse_page

_STRETCH = re.compile(r"[\u4e00-\u9fff]{8,}")


def make_posts(count: int, archive: Path, like: Path = LIKE, first: int = 0) -> None:
    """Writes the posts number `first` to `first + count - 1`; what is in `archive` already stays."""
    settings = Settings()
    settings.setmodule("crawler.settings")
    form = PostForm.of(settings)
    articles = [_read(page) for page in article_pages(like)]
    for number in range(first, first + count):
        article = _varied(articles[number % len(articles)], number)
        assert article.published_at
        path = archive / post_path(article.doc_id, article.published_at)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(form.render(article), encoding="utf-8")


def _read(page: bytes) -> Article:
    article = parse_page(page, identity(0)[1]).article
    body = extract(article.body_html, article.layout, article.url)
    return replace(article, markdown=body.markdown, images=body.images)


def _varied(article: Article, number: int) -> Article:
    doc_id, url, moment = identity(number)
    shuffle = random.Random(number).sample
    title, markdown = (
        _STRETCH.sub(lambda stretch: "".join(shuffle(stretch[0], len(stretch[0]))), text)
        for text in (article.title, article.markdown)
    )
    return replace(article, doc_id=doc_id, url=url, published_at=moment, title=title, markdown=markdown)


def main() -> None:
    """The command line."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("count", type=int)
    arguments.add_argument("archive", type=Path)
    arguments.add_argument("--like", type=Path, default=LIKE, help="the site whose pages are varied")
    given = arguments.parse_args()
    make_posts(given.count, given.archive, given.like)


if __name__ == "__main__":
    main()
