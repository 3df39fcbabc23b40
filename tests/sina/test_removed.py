"""Sina's own word that a page is gone, and what only quotes it."""

import pytest

from crawler.sina.dom import parse_html
from crawler.sina.removed import says_removed
from tests.support.sites import GONE
from tests.support.snippets import saved

SAVED = saved("https://finance.sina.com.cn/china/2024-02-29/doc-inakqvty1457208.shtml")
LONG = "记者打开链接，只看到这样一句话。随后平台回应称，相关内容正在核实，请以公告为准，进展将另行通报。" * 2


@pytest.mark.parametrize("page", [GONE.encode(), SAVED, b"<html><body><h1>404 Not Found</h1></body></html>"])
def test_the_page_for_lost_pages_says_it(page: bytes) -> None:
    assert says_removed(parse_html(page))


@pytest.mark.parametrize(
    "body",
    [
        f"<p>页面没有找到</p><p>{LONG}</p>",
        f"<p>404 Not Found</p><div>{LONG * 20}</div>",
        "<p>请登录</p>",
        "<script>var text = '该页面已被删除';</script><p>请稍候</p>",
    ],
    ids=["a paragraph of its own", "a long text", "another word", "in a script"],
)
def test_what_quotes_it_or_says_something_else_does_not(body: str) -> None:
    assert not says_removed(parse_html(f"<html><body>{body}</body></html>".encode()))
