"""Reading a post's front matter and writing it again gives the same lines."""

from pathlib import Path

import pytest

from crawler.post.front_matter import dump, load
from tests.support.crawling import ROOT

SAMPLE = ROOT.parent / "shared/sample/post.md"
OURS = """\
---
title: '临江港''春运''首日: 发送旅客1.2万人'
categories: \n - 交通
 - 新浪财经－国內
headimg: 'https://n.sinaimg.cn/finance/a.png'
author: 新浪财经
comments: false
date: Fri, 26 Jan 2024 02:03:04 GMT
thumbnail: 'https://n.sinaimg.cn/finance/a.png'
---

<div>
<p>　　正文</p>
</div>
"""


def front_matter(text: str) -> list[str]:
    """Its lines, without blanks at their ends."""
    return [line.rstrip() for line in text.split("---\n")[1].splitlines()]


def written_again(text: str) -> str:
    return dump(*load(text))


def test_our_own_sample_is_written_again_as_it_was() -> None:
    assert front_matter(written_again(OURS)) == front_matter(OURS)


def test_writing_twice_changes_nothing_more() -> None:
    once = written_again(OURS)
    assert written_again(once) == once


@pytest.mark.skipif(not SAMPLE.is_file(), reason="the sample is not part of the project")
def test_the_sample_is_written_again_as_it_was() -> None:
    sample = Path(SAMPLE).read_text(encoding="utf-8")
    assert front_matter(written_again(sample)) == front_matter(sample)
