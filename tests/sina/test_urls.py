"""Which article a URL leads to, however it is written."""

import re
from datetime import date

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from crawler.sina.urls import Address, NotAnArticle, identify, is_sina, without_tracking

DOC = "namrkwx3817264"
DAY = date(2024, 3, 5)
CANONICAL = f"https://finance.sina.com.cn/china/gncj/2024-03-05/doc-i{DOC}.shtml"
F = "finance.sina.com.cn"


@pytest.mark.parametrize(
    ("url", "doc_id", "day"),
    [
        (f"https://{F}/china/gncj/2024-03-05/doc-i{DOC}.shtml", DOC, DAY),
        (f"https://{F}/2024-03-05/doc-i{DOC}.shtml", DOC, DAY),
        (f"https://{F}/7x24/2024-03-05/doc-i{DOC}.shtml", DOC, DAY),
        (f"https://{F}/stock/relnews/cn/2024-03-05/doc-i{DOC}.shtml", DOC, DAY),
        (f"https://{F}/china/2024-03-05/detail-i{DOC}.shtml", DOC, DAY),
        (f"https://{F}/china/2024-03-05/details-i{DOC}.shtml", DOC, DAY),
        (f"https://{F}/zl/china/2024-03-05/zl-i{DOC}.shtml", DOC, DAY),
        (f"https://{F}/doc-i{DOC}.shtml", DOC, None),
        (f"https://{F}/china/20240305/doc-i{DOC}.html", DOC, DAY),
        (f"https://finance.sina.cn/2024-03-05/detail-i{DOC}.d.html", DOC, DAY),
        (f"https://finance.sina.cn/china/gncj/2024-03-05/detail-i{DOC}.d.html", DOC, DAY),
        (f"https://news.sina.com.cn/c/2024-03-05/doc-i{DOC}.shtml", DOC, DAY),
        (f"https://{F}/china/2024-02-30/doc-i{DOC}.shtml", DOC, None),
        (f"https://{F}/china/20140301/024218372262.shtml", "20140301-024218372262", date(2014, 3, 1)),
        (f"https://{F}/20110604/13399947639.shtml", "20110604-13399947639", date(2011, 6, 4)),
        (f"https://chanye.{F}/sm/2005-03-21/244339.shtml", "20050321-244339", date(2005, 3, 21)),
        (f"https://{F}/review/20050331/03181472915.html", "20050331-03181472915", date(2005, 3, 31)),
        ("https://k.sina.com.cn/article_5559018842_14b57ab5a00100c3xk.html", "5559018842_14b57ab5a00100c3xk", None),
        (
            "https://t.cj.sina.com.cn/articles/view/5559120377/14b593df9001008qwz",
            "5559120377_14b593df9001008qwz",
            None,
        ),
        ("https://doc.sina.cn/?id=comos:kqcfnca5774437", "kqcfnca5774437", None),
        ("https://slide.finance.sina.com.cn/slide_9_200_31877.html", "slide_9_200_31877", None),
        ("https://slide.finance.sina.com.cn/s/slide_1_2_31877.html", "slide_1_2_31877", None),
        (f"https://{F}/coverstory/2024-03-05/coverstory-i{DOC}.shtml", DOC, DAY),
        (f"https://{F}/zl/2024-03-05/zldoc-i{DOC}.shtml", DOC, DAY),
        (f"https://news.sina.cn/znl/2024-03-05/detail-i{DOC}.d.html", DOC, DAY),
    ],
)
def test_a_canonical_url_names_its_doc_id_and_day(url: str, doc_id: str, day: date | None) -> None:
    assert identify(url) == Address(doc_id, url, day, 1)


@pytest.mark.parametrize(
    "url",
    [
        pytest.param(CANONICAL.replace("https", "http"), id="http"),
        pytest.param(CANONICAL.replace("https", "HTTPS").replace("finance.", "FINANCE."), id="upper-case-host"),
        pytest.param(f"  {CANONICAL}\n", id="spaces-around"),
        pytest.param(f"{CANONICAL}#comment", id="fragment"),
        pytest.param(f"{CANONICAL}?cre=tianyi&mod=pcfin&loc=3&r=0&rfunc=100&tj=none&tr=12", id="recommended"),
        pytest.param(f"{CANONICAL}?from=wap&vt=4&cid=76478&node_id=76478&wm=3049_0015", id="from-a-phone"),
        pytest.param(f"{CANONICAL}?utm_source=a&utm_whatever=b&clicktime=1&autocallup=no&isfromsina=yes", id="utm"),
        pytest.param(f"{CANONICAL}?cre", id="parameter-without-value"),
        pytest.param(CANONICAL.replace(".shtml", "_2.shtml"), id="second-page"),
        pytest.param(f"http://dp.sina.cn/dpool/cms/jump.php?url={CANONICAL}", id="jump"),
        pytest.param("http://dp.sina.cn/dpool/cms/jump.php?vt=4&url=" + CANONICAL.replace("/", "%2F"), id="jump-coded"),
        pytest.param(CANONICAL.replace("//", "//me:secret@"), id="userinfo"),
        pytest.param(CANONICAL.replace(".cn/", ".cn:443/"), id="port"),
    ],
)
def test_one_article_has_one_canonical_url(url: str) -> None:
    assert (identify(url).doc_id, identify(url).url) == (DOC, CANONICAL)


@pytest.mark.parametrize(
    "url",
    [
        f"https://finance.sina.cn/2024-03-05/detail-i{DOC}.d.html?vt=4",
        f"http://{F}/roll/2024-03-05/doc-i{DOC}.shtml",
        f"http://doc.sina.cn/?id=comos:{DOC}&wm=1",
        f"http://doc.sina.cn/?id=comos%3A{DOC}",
        f"http://doc.sina.cn/?id=comos%253A{DOC}",
        f"http://doc.sina.cn/?id={DOC}",
    ],
)
def test_sections_and_the_mobile_site_do_not_change_the_doc_id(url: str) -> None:
    assert identify(url).doc_id == DOC


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("http://k.sina.cn/article_5559018842_14b57ab5a00100c3xk.html?from=x", "k.sina.com.cn/article_5559018842_"),
        ("http://cj.sina.com.cn/articles/view/5559018842/14b57ab5a00100c3xk", "t.cj.sina.com.cn/articles/view/5559"),
        ("http://cj.sina.cn/article/view/5559018842/14b57ab5a00100c3xk/", "t.cj.sina.com.cn/articles/view/55590"),
    ],
)
def test_columns_are_one_on_all_their_hosts(url: str, canonical: str) -> None:
    assert identify(url).doc_id == "5559018842_14b57ab5a00100c3xk"
    assert identify(url).url.startswith(f"https://{canonical}")


@pytest.mark.parametrize(
    ("url", "page", "first"),
    [
        (f"http://{F}/g/20110604/09359912874_3.shtml", 3, f"https://{F}/g/20110604/09359912874.shtml"),
        (f"http://{F}/2024-03-05/doc-i{DOC}_12.shtml", 12, f"https://{F}/2024-03-05/doc-i{DOC}.shtml"),
        (f"http://finance.sina.cn/detail-i{DOC}_2.d.html", 2, f"https://finance.sina.cn/detail-i{DOC}.d.html"),
    ],
)
def test_a_later_page_has_the_first_pages_canonical_url(url: str, page: int, first: str) -> None:
    assert (identify(url).page, identify(url).url) == (page, first)


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://video.sina.com.cn/p/finance/2022-06-22/detail-imizmscv5500112.d.html", "video"),
        ("http://finance.video.sina.com.cn/x.html", "video"),
        ("http://blog.sina.com.cn/s/blog_4b8bd1450102e5l4.html", "blog"),
        ("http://live.sina.com.cn/zt/l/v/finance/chuanzha0306/", "live"),
        ("http://finance.live.sina.com.cn/x/", "live"),
        ("https://app.finance.sina.com.cn/download/index.html", "service"),
        ("https://zhibo.sina.com.cn/api/zhibo/feed?zhibo_id=152", "service"),
        ("https://vip.stock.finance.sina.com.cn/corp/x.html", "service"),
        (f"https://{F}/zt_d/2019forum/", "special"),
        (f"https://{F}/zt_d/2019-03-05/doc-i{DOC}.shtml", "special"),
        (f"https://{F}/realstock/company/sh609118/nc.shtml", "quotes"),
        (f"https://stock.{F}/x/quotes/AAPL.html", "quotes"),
        (f"https://{F}/", "no_article_url"),
        (f"https://{F}", "no_article_url"),
        (f"https://{F}/china/", "no_article_url"),
        (f"https://{F}/roll/c/56592.shtml", "no_article_url"),
        (f"https://{F}/20140231/024218372262.shtml", "no_article_url"),
        (f"https://{F}/china/2024-03-05/doc-i{DOC}.shtml/comments", "no_article_url"),
        ("http://slide.finance.sina.com.cn/", "no_article_url"),
        (f"https://{F}/slide_9_200_31877.html", "no_article_url"),
        ("https://doc.sina.cn/", "no_article_url"),
        ("https://doc.sina.cn/?id=comos:../../etc/passwd", "no_article_url"),
        (f"https://{F}.evil.com/2024-03-05/doc-i{DOC}.shtml", "other_site"),
        (f"https://{F}@evil.com/2024-03-05/doc-i{DOC}.shtml", "other_site"),
        (f"https://evilsina.com.cn/2024-03-05/doc-i{DOC}.shtml", "other_site"),
        (f"https://[::1]/2024-03-05/doc-i{DOC}.shtml", "other_site"),
        (f"https:///2024-03-05/doc-i{DOC}.shtml", "no_host"),
        (f"http://dp.sina.cn/jump.php?url=http://evil.com/doc-i{DOC}.shtml", "other_site"),
        (f"ftp://{F}/2024-03-05/doc-i{DOC}.shtml", "no_http_url"),
        (f"//{F}/2024-03-05/doc-i{DOC}.shtml", "no_http_url"),
        (f"javascript:'//{F}/doc-i{DOC}.shtml'", "no_http_url"),
        ("", "no_http_url"),
    ],
)
def test_a_url_without_article_says_why(url: str, reason: str) -> None:
    with pytest.raises(NotAnArticle) as refused:
        identify(url)
    assert refused.value.reason == reason


@pytest.mark.parametrize(
    "path",
    [
        "/doc-i../../etc/passwd",
        "/doc-i../../etc/passwd.shtml",
        "/doc-i%2e%2e%2f%2e%2e%2fetc.shtml",
        "/2024-03-05/doc-inamrk\0wx3817264.shtml",
        "/2024-03-05/doc-inamrk%00wx38172.shtml",
        f"/2024-03-05/doc-i{'a' * 10_000}.shtml",
        "/2024-03-05/doc-iNAMRKWX3817264.shtml",
        "/2024-03-05/doc-i中文中文中文中.shtml",
        "/20140301/../0242.shtml",
        f"/20140301/{'0' * 10_000}.shtml",
        "/slide_9_../../_1.html",
    ],
)
@pytest.mark.parametrize("host", [F, "k.sina.com.cn", "t.cj.sina.com.cn", "slide.finance.sina.com.cn"])
def test_a_path_that_plays_tricks_names_no_article(host: str, path: str) -> None:
    with pytest.raises(NotAnArticle):
        identify(f"https://{host}{path}")


TOKENS = """
/ .. %2e%2e %2f 2024-03-05 20140301 doc-i zl-i detail-i .d _2 .shtml .html 0242183722 slide_9_200_1 namrkwx3817264
article_5559018842_ articles/view/5559018842/ ?id=comos: &id= ?url=http:// @ : [ ] # ? １２３４５６ é 中
"""
PIECES = [*TOKENS.split(), "\\", "\0", "\n", "\u202e"]
HOSTS = [
    "doc.sina.cn/",
    "dp.sina.cn/",
    "k.sina.com.cn",
    "t.cj.sina.com.cn",
    "slide.sina.com.cn",
    "evil.com",
    "[::1]",
    F,
]
URLS = st.builds("".join, st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=12))


@settings(max_examples=600, deadline=None, derandomize=True, database=None)
@given(st.text() | st.builds("http://{}{}".format, st.sampled_from(HOSTS), URLS))
@example("http://[finance.sina.com.cn/2024-03-05/doc-inamrkwx3817264.shtml")
@example(f"http://{F}:port/2024-03-05/doc-i{DOC}.shtml")
@example(f"http://{F}\u2100.x/2024-03-05/doc-i{DOC}.shtml")
def test_whatever_the_url_a_doc_id_is_fit_for_a_file_name(url: str) -> None:
    try:
        address = identify(url)
    except ValueError:  # NotAnArticle is one
        return
    assert re.fullmatch(r"[a-z0-9_-]{4,48}", address.doc_id, re.A)
    assert address.url.startswith("https://")
    assert identify(address.url).doc_id == address.doc_id


@pytest.mark.parametrize(
    "url",
    [
        f"https://{F}/china/20140301/０２４２１８３７.shtml",
        "https://k.sina.com.cn/article_５５５９０１８８４２_14b57ab5a00100c3xk.html",
        "https://slide.finance.sina.com.cn/slide_９_２００_１.html",
    ],
)
def test_only_ascii_digits_make_a_doc_id(url: str) -> None:
    with pytest.raises(NotAnArticle):
        identify(url)


def test_a_jump_through_a_thousand_jumps_is_no_article() -> None:
    with pytest.raises(NotAnArticle):
        identify("http://dp.sina.cn/?url=" * 2000 + CANONICAL)


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://a.cn/x?id=1&page=2", "https://a.cn/x?id=1&page=2"),
        ("https://a.cn/x?id=1&cre=tianyi&q=", "https://a.cn/x?id=1&q="),
        ("https://doc.sina.cn/?id=comos:kqcfnca5774437", "https://doc.sina.cn/?id=comos:kqcfnca5774437"),
        ("https://a.cn/x?creature=1&model=2", "https://a.cn/x?creature=1&model=2"),
        ("https://a.cn/x?q=%E4%B8%AD&mod=1#top", "https://a.cn/x?q=%E4%B8%AD"),
        pytest.param("https://a.cn/x?q=%D6%D0&mod=1", "https://a.cn/x?q=%D6%D0", id="gbk"),
    ],
)
def test_only_tracking_parameters_are_dropped(url: str, kept: str) -> None:
    assert without_tracking(url) == kept


@pytest.mark.parametrize("host", ["sina.com.cn", "sina.cn", "finance.sina.com.cn", "a.b.sina.cn"])
def test_sinas_hosts_are_known(host: str) -> None:
    assert is_sina(host)


@pytest.mark.parametrize(
    "host", ["", "cn", "sina.com", "notsina.cn", "sina.com.cn.evil.com", "sinaimg.cn", ".sina.cnx"]
)
def test_other_hosts_are_not_sinas(host: str) -> None:
    assert not is_sina(host)
