"""What an idle run, and the commands that look at everything, take of a million articles, and of a tenth of them.

    python -m bench.large [--articles 1000000] [--folder FOLDER]

The archive is made without a crawl: each article has a post, a capture and its rows. It takes some 11 kB an article on
the disk, 3 of them for the index of words, and half an hour for 200,000; with `--folder` it is kept, and found again.
"""

import argparse
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest.mock import patch

from scrapy import Request
from scrapy.http import HtmlResponse
from scrapy.settings import Settings
from warcio.recordloader import ArcWarcRecord

from bench.crawl import idle, replayed
from bench.make_site import LIKE
from bench.sections import put_section
from bench.usage import Usage, measure
from crawler.archive.archive import Archive
from crawler.integrity.manifest import enter_new
from crawler.items import Article
from crawler.post.minhash import text_bands
from crawler.post.post import content_hash
from crawler.search.text_index import TextIndex
from crawler.times import iso
from crawler.warc.records import RecordPair
from crawler.warc.writer import WarcWriter

_FIRST = datetime(2015, 1, 1, tzinfo=UTC)
_APART = timedelta(minutes=4)
_SETTLED = timedelta(days=60)  # after its publication an article is not looked at again
_AT_ONCE = 1000
_MOST_BYTES = 10**9  # of a WARC, as is the default
_COMMANDS = {
    "an idle run": ("crawl", "sina_finance", *replayed(LIKE)),
    "verify": ("verify",),
    "coverage --html": ("coverage", "--html", "{scratch}/status.html"),
    "export": ("export", "--output", "{scratch}/articles.jsonl"),
}


def make_archive(folder: Path, count: int) -> None:
    """So many articles, as a crawl leaves them; nothing is flushed to the disk."""
    settings = Settings({"ARCHIVE_DIR": str(folder)})
    settings.setmodule("crawler.settings", priority="default")
    writer = WarcWriter(folder / "captures", f"{_FIRST:%Y%m%dT%H%M%SZ}-1", _MOST_BYTES, {"software": "bench"})
    with patch("os.fsync"), Archive.open(settings) as archive:
        for start in range(0, count, _AT_ONCE):
            articles = [_article(number) for number in range(start, min(start + _AT_ONCE, count))]
            captures = writer.append([list(_exchange(article)) for article in articles])
            for article, capture in zip(articles, captures, strict=True):
                article.capture = capture
                archive.posts.write(article)
            archive.archived(articles, _FIRST + count * _APART + _SETTLED)
        writer.close()
        for _ in TextIndex(archive.engine, folder).catch_up():
            pass
        enter_new(archive.storage, archive.engine, _FIRST)


def _article(number: int) -> Article:
    """With a text of its own."""
    moment = _FIRST + number * _APART
    doc_id, title = f"grown{number:08}", f"第{number}号新闻"
    url = f"https://finance.sina.com.cn/roll/{moment:%Y-%m-%d}/doc-i{doc_id}.shtml"
    markdown = "\n\n".join(f"第{number}号新闻的第{part}段，{number * 7919 + part}字。" * 4 for part in range(5))
    article = Article(doc_id, url, title, moment, body_html="", layout="article-2017", markdown=markdown)
    article.aliases, article.bands, article.extractor = (url,), text_bands(markdown), "1"
    article.content_hash = content_hash(title, markdown)
    return article


def _exchange(article: Article) -> Iterator[ArcWarcRecord]:
    request = Request(article.url)
    response = HtmlResponse(article.url, body=article.markdown.encode(), request=request)
    pair = RecordPair(request, response, iso(_FIRST))
    first = pair.response_record()
    yield first
    yield from pair.other_records(first)


def measured(archive: Path) -> dict[str, Usage]:
    """What each command takes."""
    with tempfile.TemporaryDirectory() as scratch:
        return {
            name: measure([sys.executable, "-m", "scrapy", *(word.format(scratch=scratch) for word in words),
                           "-s", f"ARCHIVE_DIR={archive}"])
            for name, words in _COMMANDS.items()
        }  # fmt: skip


def section(articles: int, folder: Path) -> str:
    """The section of RESULTS.md."""
    rows = []
    for count in (articles // 10, articles):
        archive = folder / str(count)
        if not archive.exists():
            make_archive(archive, count)
            for _ in range(2):  # the first brings the bundled articles, the second learns that nothing is new
                idle(LIKE, archive)
        for name, used in measured(archive).items():
            rows.append(f"| {name}, {count:,} articles | {used.cpu:.1f} | {used.peak:.0f} |\n")
    head = "|  | processor seconds | peak memory of all processes, MiB |\n| --- | ---: | ---: |\n"
    return f"## Large archives\n{head}{''.join(rows)}"


def main() -> None:
    """The command line."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--articles", type=int, default=1_000_000)
    arguments.add_argument("--folder", type=Path, help="where the archives are kept; default: nowhere")
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        put_section(section(given.articles, given.folder or Path(scratch)))


if __name__ == "__main__":
    main()
