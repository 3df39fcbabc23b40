"""A post has the keys, the order and the types of a post, and stands where its date says."""

import pytest

from crawler.post.post import Post, Unreadable
from tests.support.crawling import EXPECTED, posts

PATH = "posts/2021/07/09/kqcfnca5774437.md"
POST = """---
title: '今年计划改造1000个老旧小区'
categories:
 - 金融
headimg: 'https://n.sinaimg.cn/a.png'
author: 新浪财经
comments: false
date: Fri, 09 Jul 2021 06:20:37 GMT
thumbnail: 'https://n.sinaimg.cn/a.png'
---

正文

[原文链接](https://finance.sina.com.cn/china/2021-07-09/doc-ikqcfnca5774437.shtml)
"""


def parse(text: str, path: str = PATH) -> Post:
    return Post.parse(path, text.encode())


@pytest.mark.parametrize("path", sorted(posts(EXPECTED)))
def test_a_post_that_is_written_has_no_fault(path: str) -> None:
    assert Post.parse(f"posts/{path}", (EXPECTED / "posts" / path).read_bytes()).faults() == []


def test_it_says_which_article_it_is() -> None:
    post = parse(POST)
    assert (post.doc_id, post.markdown) == ("kqcfnca5774437", "正文")
    assert post.url == "https://finance.sina.com.cn/china/2021-07-09/doc-ikqcfnca5774437.shtml"
    assert post.date is not None
    assert post.date.isoformat() == "2021-07-09T06:20:37+00:00"


def test_one_without_a_source_line_is_a_post_all_the_same() -> None:
    post = parse(POST.split("\n[")[0])
    assert (post.url, post.markdown, post.faults()) == ("", "正文", [])


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("author: 新浪财经\n", "", "its keys are title, categories, headimg, comments, date, thumbnail"),
        ("author: 新浪财经\n", "author: 新浪财经\ntags: a\n", "its keys are title, categories, headimg, author, tags,"),
        ("comments: false\n", "", "its keys are"),
        ("title: '今年计划改造1000个老旧小区'", "title: 1000", "title is 1000"),
        ("title: '今年计划改造1000个老旧小区'", "title: ' '", "title is ' '"),
        ("\n - 金融", " 金融", "categories is '金融'"),
        (" - 金融", " - 1", "categories is [1]"),
        ("comments: false", "comments: true", "comments is True"),
        ("comments: false", "comments: 'false'", "comments is 'false'"),
        ("Fri, 09 Jul", "Thu, 09 Jul", "date is 'Thu, 09 Jul 2021 06:20:37 GMT'"),
        ("06:20:37 GMT", "06:20:37 +0800", "date is"),
        ("Fri, 09 Jul 2021 06:20:37 GMT", "2021-07-09", "date is datetime.date"),
        ("Fri, 09 Jul 2021 06:20:37 GMT", "Fri, 09 Jul 2021 16:20:37 GMT", "by its date it belongs at"),
    ],
)  # fmt: skip
def test_a_fault_is_named_with_the_value(old: str, new: str, fault: str) -> None:
    assert old in POST
    (message,) = parse(POST.replace(old, new)).faults()
    assert message.startswith(fault)


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff", b"text", b"---\ntitle: [\n---\n", b"---\n- a\n---\n",
     b"---\ndate: 2021-99-99\n---\n", b"---\n\x00\n---"],
    ids=["empty", "no text", "no front matter", "no YAML", "no mapping", "no such day", "a control character"],
)  # fmt: skip
def test_what_is_no_post_is_unreadable(content: bytes) -> None:
    with pytest.raises(Unreadable):
        Post.parse(PATH, content)
