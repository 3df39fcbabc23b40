"""What a reader reads in a post."""

import pytest
from lxml.html import fragment_fromstring

from crawler.post.markdown import to_markdown
from crawler.post.plain_text import plain_text
from crawler.post.post import markdown_of


@pytest.mark.parametrize(
    ("post", "expected"),
    [
        ("---\ntitle: 'a'\n---\n\n正文。\n\n[原文链接](https://x/1)\n", "正文。"),
        ("---\ntitle: 'a'\n---\n\n一\n\n---\n\n二\n", "一\n\n---\n\n二"),
        ("---\ntitle: 'a'\n---\n\n[原文链接](https://x/1)\n", ""),
        ("someone's own file", "someone's own file"),
        ("", ""),
    ],
    ids=["a post", "a rule in it", "no text", "no front matter", "empty"],
)
def test_the_body_of_a_post(post: str, expected: str) -> None:
    assert markdown_of(post) == expected


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>a*b_c`d[e]~\\</p>", "a*b_c`d[e]~\\"),
        ("<p>&lt;script&gt; {{ x }} {% y %} &amp;lt; A&amp;B</p>", "<script> {{ x }} {% y %} &lt; A&B"),
        ("<p><strong>粗</strong>和<em>斜</em></p>", "粗和斜"),
        ('<p>见<a href="https://x/a_(1)">此<strong>文</strong></a>。</p>', "见此文。"),
        ('<p>见<a href="https://x/" title="标题">此文</a>。</p>', "见此文。"),
        ('<p><img src="https://x/1.jpg" alt="图[1]"></p><p>图注</p>', "图注"),
        ("<h2>小标题 #</h2><p># 不是标题</p><p>- 不是列表</p><p>1. 一</p>", "小标题 #\n# 不是标题\n- 不是列表\n1. 一"),
        ("<p>3×10<sup>8</sup>米、CO<sub>2</sub>、x<sup>n+1</sup>、a<sub>*i</sub></p>", "3×10⁸米、CO₂、xⁿ⁺¹、a_(*i)"),
        ("<p>注<sup>[1]</sup>、甲<sup>注</sup>、乙<sup>见&lt;1&gt;</sup></p>", "注^[1]、甲^注、乙^(见<1>)"),
        ("<p>原价<del>1<strong>0</strong>0</del><u>9</u>元&lt;sup&gt;</p>", "原价1009元<sup>"),
        ("<pre>甲  -1\n\n- 乙*  {2}&lt;</pre>", "甲  -1\n- 乙*  {2}<"),
        ("<ol start='3'><li>甲<ul><li>乙</li></ul></li><li>丙<p># 丁</p></li></ol>", "3. 甲\n乙\n4. 丙\n# 丁"),
        ("<ul><li>甲</li><li>乙</li></ul><ol><li>丙</li></ol>", "甲\n乙\n1. 丙"),
        ("<blockquote><p>引</p><ul><li>甲</li></ul></blockquote>", "引\n甲"),
        (
            "<table><tr><td>门|类</td><td></td></tr><tr><td>总计</td><td>7.4</td></tr></table>",
            "门|类\t\n总计\t7.4",
        ),
    ],
    ids=[
        "escapes",
        "templates",
        "emphasis",
        "link",
        "title",
        "image",
        "blocks",
        "raised and lowered",
        "raised words",
        "marks",
        "columns",
        "nested",
        "lists",
        "quote",
        "table",
    ],
)
def test_plain_text_is_what_the_page_showed(html: str, expected: str) -> None:
    assert plain_text(to_markdown(fragment_fromstring(f"<div>{html}</div>"))) == expected
