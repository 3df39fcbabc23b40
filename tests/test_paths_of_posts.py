"""What a list or a page says never leads a file out of its place."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.post.post import post_path
from crawler.sina.urls import identify
from tests.support.archives import Archive
from tests.support.sites import CHANNEL, Site, answer, listing_url, story

PIECES = st.sampled_from(
    ["..", "/", "\\", "%2e%2e", "%2f", "\0", "%00", "~", ".", "_2", "-", "2024-03-04", "20240304", "doc-i", "zl-i",
     "article_", "articles/view/", "slide_1_2_3", "?id=comos:", "?url=", "naaaaaa0000001", "1234567890",
     "..%2f..%2fetc", ".shtml", ".html", ".d.html", "文", "\n", "𝟙", "/../../../etc/passwd"]
)  # fmt: skip
HOSTS = st.sampled_from(
    ["finance.sina.com.cn", "k.sina.com.cn", "t.cj.sina.com.cn", "slide.sina.cn", "doc.sina.cn", "dp.sina.cn"]
)


@given(host=HOSTS, pieces=st.lists(PIECES, max_size=9))
def test_whatever_the_url_a_doc_id_is_one_plain_name(host: str, pieces: list[str]) -> None:
    try:
        doc_id = identify(f"https://{host}/{''.join(pieces)}").doc_id
    except ValueError:
        return
    assert re.fullmatch(r"[a-z0-9]+(?:[-_][a-z0-9]+)*", doc_id, re.A)
    assert post_path(doc_id, datetime(2024, 3, 4, tzinfo=UTC)).parts[:-1] == ("posts", "2024", "03", "04")


@pytest.mark.parametrize(
    "url",
    [
        "https://finance.sina.com.cn/china/2024-03-04/doc-i../../../../../outside.shtml",
        "https://finance.sina.com.cn/china/2024-03-04/doc-i..%2f..%2foutside.shtml",
        "https://doc.sina.cn/?id=comos:../../outside",
        "https://k.sina.com.cn/article_1234567890_../../outside.html",
        "https://slide.finance.sina.com.cn/slide_9_../../outside_1.html",
    ],
)
def test_a_listed_url_with_steps_upwards_is_no_article(tmp_path: Path, url: str) -> None:
    site = Site(tmp_path / "a/site").add(story(1))
    site.put(listing_url(CHANNEL, 1), answer([story(1), story(2).entry() | {"url": url, "docid": "comos:../outside"}]))
    archive = Archive(site, tmp_path / "a/archive", reads=False)
    run = archive.run()
    assert run.stats["archive/record_article/archived"] == 1
    assert sum(count for name, count in run.stats.items() if name.startswith("archive/skip/no")) == 1
    assert not list(tmp_path.rglob("*outside*"))
    assert sorted(path.name for path in (tmp_path / "a").iterdir()) == ["archive", "site"]
