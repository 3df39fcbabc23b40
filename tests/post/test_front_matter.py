"""The front matter of a post: keys, order, types and quoting; what is written is read back."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from crawler.post.front_matter import KEYS, dump, load, rfc1123

POST: dict[str, Any] = {
    "title": "一季度轮胎产量同比增长3.4%",
    "categories": ["金融", "新浪财经"],
    "headimg": "https://n.sinaimg.cn/a.png",
    "author": "新浪财经",
    "comments": False,
    "date": "Mon, 04 Mar 2024 08:35:08 GMT",
    "thumbnail": "https://n.sinaimg.cn/a.png",
}
LINES = """\
---
title: '一季度轮胎产量同比增长3.4%'
categories:
 - 金融
 - 新浪财经
headimg: 'https://n.sinaimg.cn/a.png'
author: 新浪财经
comments: false
date: Mon, 04 Mar 2024 08:35:08 GMT
thumbnail: 'https://n.sinaimg.cn/a.png'
---

正文
"""
ANY_TEXT = st.text(alphabet=st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"))


def test_a_post_looks_like_this() -> None:
    assert dump(POST, "正文") == LINES


def test_the_order_of_the_keys_does_not_depend_on_how_they_came() -> None:
    assert dump(dict(reversed(POST.items())), "正文") == LINES


def test_a_further_key_stands_behind_the_known_ones() -> None:
    metadata, _ = load(dump({"updated": "x"} | POST, "正文"))
    assert list(metadata) == [*KEYS, "updated"]


@pytest.mark.parametrize(
    "title",
    [
        "yes", "null", "1.10", "2024-03-04", "0x1f", "~", "- 一", "# 一", "一: 二", "一 # 二", "'", '"',
        "'最想问'的\"八\"个", "--- 一 ---", "---", "...", "{{ x }}", "{% raw %}", "[一]", "&a *b", "!tag", "%",
        "@", "`", "|", ">", "?", "\\n", "📊 👨\u200d👩\u200d👧", "\ue5e5", "一\u200b二", "\xa0一",
        "一\u2028二",
    ],
    ids=repr,
)  # fmt: skip
def test_a_hostile_title_is_read_back_as_it_was(title: str) -> None:
    metadata, body = load(dump(POST | {"title": title}, "正文"))
    assert metadata == POST | {"title": title}
    assert body == "正文"


@given(ANY_TEXT, ANY_TEXT, st.lists(ANY_TEXT, max_size=3))
def test_any_text_is_read_back_as_it_was(title: str, author: str, categories: list[str]) -> None:
    post = POST | {"title": title, "author": author, "categories": categories}
    metadata, _ = load(dump(post, "正文"))
    assert metadata == post


def test_a_body_with_lines_of_dashes_is_read_back_as_it_was() -> None:
    body = "一\n\n---\n\ntitle: x\n\n---\n\n二"
    assert load(dump(POST, body)) == (POST, body)


def test_broken_front_matter_raises() -> None:
    with pytest.raises(yaml.YAMLError):
        load("---\ntitle: 'x\n---\n\n正文\n")


def test_no_yaml_tag_makes_an_object() -> None:
    with pytest.raises(yaml.YAMLError):
        load("---\ntitle: !!python/object/apply:os.getcwd []\n---\n\n正文\n")


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2021, 7, 9, 6, 20, 37, tzinfo=UTC),
        datetime(2021, 7, 9, 14, 20, 37, tzinfo=timezone(timedelta(hours=8))),
    ],
    ids=["UTC", "Beijing"],
)
def test_a_date_is_rfc_1123_in_gmt(moment: datetime) -> None:
    assert rfc1123(moment) == "Fri, 09 Jul 2021 06:20:37 GMT"
