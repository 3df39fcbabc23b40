"""Addresses whose form is unknown: which are asked for, and what their pages say they are."""

from urllib.parse import quote

import pytest

from crawler.sina.article import parse_page
from crawler.sina.page_address import address_of, address_to_ask
from crawler.sina.urls import NotAnArticle, identify
from tests.support.snippets import page

F = "finance.sina.com.cn"
KNOWN = f"https://{F}/china/2024-03-05/doc-inamrkwx3817264.shtml"
PLACE = f"https://{F}/focus/budget_special.shtml"


@pytest.mark.parametrize(
    "url",
    [
        PLACE,
        f"https://{F}/china/20240305",
        "https://news.sina.cn/znl/budget.d.html",
        "https://tech.sina.com.cn/x/view.php?id=12&from=wap",
    ],
)
def test_an_address_of_unknown_form_is_asked_for_and_has_one_identity(url: str) -> None:
    with pytest.raises(NotAnArticle):
        identify(url)
    address = address_of(url)
    assert address.is_by_place
    assert address.doc_id == address_of(address.url).doc_id == address_of(url.replace("https", "http") + "#x").doc_id
    assert address_to_ask(f"{url}#x") == url.replace("&from=wap", "")


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        (f"https://{F}/", "no_article_url"),
        (f"https://{F}/china/index.shtml", "no_article_url"),
        (f"https://{F}/roll/c/56592.shtml", "no_article_url"),
        ("https://feed.mix.sina.com.cn/api/roll/get?pageid=155", "no_article_url"),
        (f"https://{F}/robots.txt", "no_article_url"),
        (f"https://{F}/a.jpg", "no_article_url"),
        (f"https://{F}/a/../b.shtml", "no_article_url"),
        (f"https://{F}/doc-i%2e%2e%2f.shtml", "no_article_url"),
        (f"https://{F}/{'a/' * 20}b.shtml", "no_article_url"),
        ("https://blog.sina.com.cn/s/blog_1.html", "blog"),
        ("https://video.sina.com.cn/x.html", "video"),
        (f"https://{F}/zt_d/2019forum/x.shtml", "special"),
        ("https://example.com/x.shtml", "other_site"),
    ],
)
def test_what_cannot_be_an_article_is_not_asked_for(url: str, reason: str) -> None:
    with pytest.raises(NotAnArticle) as refused:
        address_of(url)
    assert refused.value.reason == reason


@pytest.mark.parametrize(
    ("redirector", "asked"),
    [
        (f"https://cj.sina.com.cn/article/norm_detail?url={KNOWN}&vt=4", KNOWN),
        (f"http://go.rss.sina.com.cn/redirect.php?url={KNOWN.replace('/', '%2F')}", KNOWN),
        (f"https://dp.sina.cn/dpool/cms/jump.php?url=https://go.rss.sina.com.cn/redirect.php%3Furl%3D{KNOWN}", KNOWN),
        (f"http://go.rss.sina.com.cn/redirect.php?url={PLACE}", PLACE),
    ],
)
def test_a_redirectors_target_is_asked_for(redirector: str, asked: str) -> None:
    assert address_to_ask(redirector) == asked


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        ("https://example.com/doc-inamrkwx3817264.shtml", "other_site"),
        ("javascript:alert(1)", "no_http_url"),
        ("https://go.rss.sina.com.cn/redirect.php", "no_article_url"),
    ],
)
def test_a_target_that_is_none_is_refused(target: str, reason: str) -> None:
    with pytest.raises(NotAnArticle) as refused:
        address_to_ask(f"https://go.rss.sina.com.cn/redirect.php?url={target}")
    assert refused.value.reason == reason


def test_redirectors_are_followed_no_further_than_a_few() -> None:
    url = KNOWN
    for _ in range(4):
        url = f"https://dp.sina.cn/jump.php?url={quote(url, safe='')}"
    with pytest.raises(NotAnArticle) as refused:
        address_to_ask(url)
    assert refused.value.reason == "redirects_to_itself"


@pytest.mark.parametrize(
    "head",
    [
        f'<meta property="og:url" content="{KNOWN}">',
        f'<link rel="canonical" href="{KNOWN}">',
        f"<!-- [ published at 2024-03-05 09:17:00 ] LLTJ_MT:name = 某报 URL： {KNOWN} -->",
        f'<link rel="canonical" href="{PLACE}"><meta property="og:url" content="{KNOWN}">',
    ],
    ids=["og:url", "canonical", "remark", "the known one of two"],
)
def test_a_page_of_unknown_address_has_the_identity_it_says(head: str) -> None:
    article = parse_page(page("<p>文。</p>", head=head), PLACE).article
    assert (article.doc_id, article.url) == ("namrkwx3817264", KNOWN)


def test_a_page_that_says_nothing_is_known_by_its_place() -> None:
    article = parse_page(page("<p>文。</p>"), f"{PLACE}?from=wap").article
    assert (article.doc_id, article.url) == (address_of(PLACE).doc_id, PLACE)
    other = parse_page(page("<p>文。</p>", head=f'<link rel="canonical" href="{PLACE}">'), f"https://{F}/other.shtml")
    assert other.article.url == PLACE


@pytest.mark.parametrize(
    "body",
    [
        page("<p>文。</p>", date=""),
        f'<html><head><meta property="og:url" content="{PLACE}"></head><h1>频道首页</h1><p>文。</p></html>'.encode(),
    ],
    ids=["no time", "an index that names itself"],
)
def test_a_page_of_unknown_address_has_to_show_a_time(body: bytes) -> None:
    with pytest.raises(NotAnArticle) as refused:
        parse_page(body, PLACE)
    assert refused.value.reason == "no_article_marks"
