"""Picture galleries, whose article is script data."""

import json
from typing import Any

import pytest
from lxml import html

from crawler.sina.article import parse_page
from crawler.sina.blocks import to_html
from crawler.sina.gallery import Gallery, find_gallery
from crawler.sina.page_index import PageIndex
from crawler.sina.urls import NotAnArticle
from tests.support.snippets import saved

URL = "http://slide.finance.sina.com.cn/slide_9_200_31877.html"
IMAGE = {"image_url": "http://n.sinaimg.cn/1.jpg", "intro": "港口"}


def page(data: Any) -> str:
    script = data if isinstance(data, str) else json.dumps(data)
    return f"<html><body><script>var slide_data = {script};\nvar x = 1</script></body></html>"


def gallery_of(markup: str) -> Gallery | None:
    tree = html.document_fromstring(markup)
    return find_gallery(tree, PageIndex(tree))


def test_the_saved_gallery_is_an_article_of_its_images() -> None:
    article = parse_page(saved(URL), URL).article
    assert (article.doc_id, article.layout) == ("slide_9_200_31877", "gallery-2010")
    assert (article.title, str(article.published_at)) == (
        "云洲港二期码头建成投产 首批集装箱上岸",
        "2022-06-20 15:12:40+08:00",
    )
    assert article.keywords == ("港口", "集装箱", "云洲港")
    assert [source.rpartition("_")[2] for source in article.images] == ["100001.jpg", "100002.jpg", "100003.jpg"]
    assert "工作人员在远程操控室指挥桥吊作业，每人可同时照看三台设备。" in article.body_html


@pytest.mark.parametrize(
    ("data", "markup"),
    [
        ({"images": [IMAGE]}, '<p><img src="http://n.sinaimg.cn/1.jpg" alt="港口"></p><p><em>港口</em></p>'),
        (
            {"images": [{"download_img": "//n.sinaimg.cn/1.jpg"}]},
            '<p><img src="https://n.sinaimg.cn/1.jpg" alt=""></p>',
        ),
        ({"images": [IMAGE | {"intro": "", "title": "甲"}]}, '<p><img src="http://n.sinaimg.cn/1.jpg" alt="甲"></p>'),
        ({"slide": {"long_intro": "导<br>语"}, "images": [IMAGE]}, "<p>导语</p><p><img"),
        ({"slide": [], "images": [None, 3, {}, IMAGE]}, '<p><img src="http://n.sinaimg.cn/1.jpg"'),
    ],
)
def test_a_gallery_is_its_intro_and_its_images(data: Any, markup: str) -> None:
    gallery = gallery_of(page(data))
    assert gallery is not None
    assert to_html(gallery.blocks).startswith(f"<div>{markup}")


def test_a_gallery_of_2012_stands_in_a_hidden_list() -> None:
    items = "<dl><dt>一 图</dt><dd>http://n.sinaimg.cn/1.jpg</dd><dd>x</dd></dl><dl><dt>二</dt><dd></dd></dl>"
    gallery = gallery_of(f'<div id="d_picIntro">导语</div><div id="eData">{items}</div>')
    assert gallery is not None
    assert to_html(gallery.blocks) == (
        '<div><p>导语</p><p><img src="http://n.sinaimg.cn/1.jpg" alt="一 图"></p><p><em>一 图</em></p></div>'
    )


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"images": []},
        {"images": {}},
        {"images": [{"image_url": "javascript:alert(1)"}, {"image_url": "/a.jpg"}, {"image_url": 5}]},
        "{",
        "{" + '"a":[' * 5000,
        "[]",
    ],
)
def test_script_data_without_images_are_no_gallery(data: Any) -> None:
    assert gallery_of(page(data)) is None


@pytest.mark.parametrize("unfit", ["\\u0001", "\\ud83d"])
def test_characters_no_document_may_hold_do_not_break_a_gallery(unfit: str) -> None:
    data = (
        f'{{"slide": {{"title": "题{unfit}"}}, "images": [{{"image_url": "http://a.cn/1.jpg", "intro": "甲{unfit}"}}]}}'
    )
    article = parse_page(page(data).encode(), URL).article
    assert article.title.encode() == "题".encode()
    assert "甲" in article.body_html


def test_a_gallery_without_a_headline_is_no_article() -> None:
    with pytest.raises(NotAnArticle, match="no_title"):
        parse_page(page({"images": [IMAGE]}).encode(), URL)
