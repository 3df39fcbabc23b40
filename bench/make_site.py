"""A saved site of any size: N article pages made from saved ones, laid out as ``wget -x`` lays them.

    python -m bench.make_site 2000 FOLDER [--like PAGES/site]

Each page is one of the originals with another doc id and day in its address, and the characters of
its long pieces of text shuffled, so that no two are the same or nearly the same. Beside ``site/``
stand the listing pages of the roll API that name them all, as one list and day by day, and ``urls.txt``.
"""

import argparse
import json
import random
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

from crawler.sina.article import parse_page
from crawler.sina.channels import DEFAULT_CHANNEL
from crawler.sina.decoding import decode
from crawler.sina.layouts import UNKNOWN
from crawler.sina.roll_api import PAGE_SIZE, listing_url, window_url
from crawler.sina.urls import NotAnArticle
from crawler.times import BEIJING

LIKE = Path("tests/fixtures/site")
_TEXT = re.compile(r"(?<=>)[\u3000\s]*[\u4e00-\u9fff][^<>&]{29,}(?=<)")
_FIRST_DAY = datetime(2021, 1, 1, 4, tzinfo=UTC)


def make_site(count: int, folder: Path, like: Path = LIKE) -> None:
    """Writes `count` pages. `folder` is made; what is in it already stays."""
    texts = [decode(page) for page in article_pages(like)]
    site = folder / "site"
    urls, entries = [], []
    for number in range(count):
        doc_id, url, moment = identity(number)
        _save(site, url, _varied(texts[number % len(texts)], number).encode())
        urls.append(url)
        entries.append(_entry(doc_id, url, number, str(int(moment.timestamp()))))
    for page, start in enumerate(range(0, count + PAGE_SIZE, PAGE_SIZE), start=1):
        answer = {"result": {"status": {"code": 0}, "total": count, "data": entries[start : start + PAGE_SIZE]}}
        _save(site, listing_url(DEFAULT_CHANNEL, page), json.dumps(answer).encode())
    _save_windows(site, entries)
    (folder / "urls.txt").write_text("\n".join(urls) + "\n", encoding="utf-8")


def _save_windows(site: Path, entries: list[dict[str, str]]) -> None:
    """The listing pages of a backfill: each day of Beijing by itself."""
    days: dict[datetime, list[dict[str, str]]] = {}
    for entry in entries:
        midnight = datetime.fromtimestamp(int(entry["ctime"]), BEIJING).replace(hour=0, minute=0, second=0)
        days.setdefault(midnight, []).append(entry)
    days.setdefault(max(days, default=_FIRST_DAY.astimezone(BEIJING)) + timedelta(days=1), [])
    for day, of_day in days.items():
        for page, start in enumerate(range(0, len(of_day) + PAGE_SIZE, PAGE_SIZE), start=1):
            result = {"status": {"code": 0}, "total": len(of_day), "data": of_day[start : start + PAGE_SIZE]}
            url = window_url(DEFAULT_CHANNEL, page, day, day + timedelta(days=1))
            _save(site, url, json.dumps({"result": result}).encode())


def article_pages(like: Path) -> list[bytes]:
    """The saved pages of a site that hold one whole article. Raises FileNotFoundError where there is none."""
    originals = [path.read_bytes() for path in sorted(like.rglob("*")) if path.is_file()]
    pages = [page for page in originals if _is_whole_article(page)]
    if not pages:
        raise FileNotFoundError(f"no article pages in {like}")
    return pages


def identity(number: int) -> tuple[str, str, datetime]:
    """Doc id, URL and time of the article of this number; there is one every ten minutes."""
    moment = _FIRST_DAY + timedelta(minutes=10 * number)
    doc_id = f"bench{chr(97 + number % 26)}{number:07d}"
    return doc_id, f"https://finance.sina.com.cn/roll/{moment:%Y-%m-%d}/doc-i{doc_id}.shtml", moment


def _entry(doc_id: str, url: str, number: int, time: str) -> dict[str, str]:
    named = {"docid": f"comos:{doc_id}", "url": url, "title": f"第{number}篇", "media_name": "测试"}
    return named | {"ctime": time, "mtime": time, "lids": DEFAULT_CHANNEL.lid}


def _is_whole_article(page: bytes) -> bool:
    try:
        parsed = parse_page(page, "https://finance.sina.com.cn/roll/2021-01-01/doc-ibenchmark0.shtml")
    except NotAnArticle:
        return False
    return parsed.article.layout != UNKNOWN and "下一页" not in decode(page)


def _varied(text: str, number: int) -> str:
    shuffle = random.Random(number).sample
    return _TEXT.sub(lambda piece: "".join(shuffle(piece[0], len(piece[0]))), text)


def _save(site: Path, url: str, content: bytes) -> None:
    path = site / url.partition("://")[2]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def main() -> None:
    """The command line."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("count", type=int)
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--like", type=Path, default=LIKE, help="the site whose pages are varied")
    given = arguments.parse_args()
    make_site(given.count, given.folder, given.like)


if __name__ == "__main__":
    main()
