"""From a page to an article: the bundled pages, and what makes a page none."""

import pytest
from lxml import html

from crawler.items import Article
from crawler.sina.article import MAX_PAGE, join_pages, parse_page
from crawler.sina.layouts import UNKNOWN
from crawler.sina.urls import NotAnArticle, identify
from tests.support.snippets import URL, article_body, page, saved

F = "finance.sina.com.cn"
PAGES = {
    f"https://{F}/china/gncj/2024-03-05/doc-inamrkwx3817264.shtml": (
        "article-2017", "海岑市出台二十条措施支持专精特新企业 首批安排资金3.6亿元",
        "2024-03-05 09:17:43", "海岑日报", "苏禾",
    ),
    f"https://{F}/roll/2024-03-04/doc-inamqhtv5093318.shtml": (
        "article-2017", "临江港2月货物吞吐量同比增长5.2%", "2024-03-04 16:35:08", "市场资讯", "许知远航",
    ),
    f"https://{F}/jjxw/2023-08-15/doc-imzgkpyn2740956.shtml": (
        "article-2017", "1—7月云洲市规模以上服务业营业收入同比增长7.4%", "2023-08-15 10:02:27", "市场资讯", "周既白",
    ),
    f"https://{F}/china/dfjj/2022-06-21/doc-imizirau9420573.shtml": (
        "article-2017", "一筐杨梅的二十四小时：探访云岭西部冷链枢纽", "2022-06-21 07:30:00", "云岭经济观察", "程知微",
    ),
    f"https://{F}/chanjing/gsnews/2021-09-08/doc-iktzscyx3061847.shtml": (
        "article-2017", "江穗重工上半年营收增长一成 海工订单排至2023年三季度",
        "2021-09-08 21:46:55", "新浪财经", "陆千帆",
    ),
    f"https://{F}/jjxw/2022-08-18/doc-imizmscv6604417.shtml": (
        "article-2017", "海岑至云洲城际铁路完成铺轨 计划年内开通", "2022-08-18 18:05:31", "市场资讯", "江未眠",
    ),
    "https://finance.sina.cn/2024-02-27/detail-inajkzru2756491.d.html": (
        "mobile-2014", "十二家快递并成一条线 青泽县农产品上行提速", "2024-02-27 09:12:45", "青泽融媒", "",
    ),
    f"http://{F}/g/20110604/09359912874.shtml": (
        "artibody-2006", "泽阳东郊开发区调查：三分之一厂房为何空置", "2011-06-04 09:35:00", "南方经济周报", "",
    ),
    f"http://{F}/chanjing/cyxw/20120517/064015084461.shtml": (
        "artibody-2006", "东部三市外贸企业调查：订单向短期化转变", "2012-05-17 06:40:00", "东岸商报", "SN067",
    ),
    f"http://{F}/roll/20050418/08201534876.shtml": (
        "zoom-2003", "二手房交易新规实施首周 海岑过户量略降(图)", "2005-04-18 08:20:00", "海岑晨报", "",
    ),
    f"http://chanye.{F}/sm/2004-11-16/231807.shtml": (
        "zoom-2003", "二十八家小家电企业抱团 应对出口认证新门槛", "2004-11-16 10:24:00", "中国产业参考报", "",
    ),
    f"http://{F}/china/hgjj/2016-04-13/doc-ifxrcizu4108276.shtml": (
        "article-2015", "一季度重点企业轮胎产量同比增长3.4%", "2016-04-13 15:26:37", "新浪财经", "梁雨时",
    ),
    "https://news.sina.com.cn/c/2018-07-11/doc-ihfefkqr5127730.shtml": (
        "article-2017", "六市简化公积金异地贷款手续 最快七个工作日放款", "2018-07-11 09:28:16", "泽阳晚报", "顾星澜",
    ),
    "http://k.sina.com.cn/article_5559018842_14b57ab5a00100c3xk.html": (
        "article-2017", "老字号点心铺的账本：一块绿豆糕能赚几角钱", "2018-06-19 12:18:54", "云洲慢生活", "",
    ),
    "http://t.cj.sina.com.cn/articles/view/5559120377/14b593df9001008qwz": (
        "article-2017", "我数了四十一家商场，发现充电柜都挤在一层", "2018-10-23 10:41:00", "阿棠看店", "",
    ),
    f"http://{F}/china/dfjj/20140220/021218259036.shtml": (
        "artibody-2006", "泽阳节后用工调查：工资微涨 夫妻房成标配", "2014-02-20 02:12:33", "泽阳日报", "SN054",
    ),
    f"https://{F}/wm/2024-03-01/doc-inakyfdm8846205.shtml": (
        "article-2017", "\"数据入表\"公开课: 从{{占位符}}到审计 --- 财务主管'最想问'的八个问题📊",
        "2024-03-01 14:20:19", "海岑财经周刊", "叶与舟",
    ),
    f"https://{F}/china/2024-03-06/doc-inampzyw9417730.shtml": (
        "unknown", "青泽江中游枢纽二线船闸4月试通航", "2024-03-06 08:30:21", "青泽江航运", "",
    ),
    f"https://{F}/zl/china/2023-11-16/zl-imzuxmhs7723150.shtml": (
        "article-2017", "消费券该怎么发：从七轮试验看三条建议", "2023-11-16 08:05:02", "新浪财经", "贺兰舟",
    ),
    f"https://{F}/china/dfjj/2024-03-03/doc-inanvcsk6290813.shtml": (
        "article-2017", "青泽县节后两周促成近四千人就业", "2024-03-03 11:06:50", "青泽融媒", "白露",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("url", "said"), PAGES.items(), ids=[url.rpartition("/")[2] for url in PAGES])
def test_a_bundled_page_says_what_a_reader_sees(url: str, said: tuple[str, ...]) -> None:
    article = parse_page(saved(url), url).article
    assert (article.layout, article.title, f"{article.published_at:%F %T}", article.media, article.editor) == said
    assert html.fragment_fromstring(article.body_html, create_parent=True).text_content().strip()


def bundled(name: str) -> Article:
    url = next(url for url in PAGES if name in url)
    return parse_page(saved(url), url).article


@pytest.mark.parametrize(
    ("name", "original"),
    [
        ("inamrkwx3817264", "真金白银助企向“专”向“精”"),
        ("imzgkpyn2740956", "1—7月全市规模以上服务业运行简况"),
        ("ihfefkqr5127730", "住房公积金异地贷款，少跑一趟是一趟"),
        ("imizirau9420573", ""),
    ],
)
def test_the_original_title_is_read_and_stays_in_the_body(name: str, original: str) -> None:
    assert bundled(name).original_title == original
    assert original in bundled(name).body_html


def test_stocks_and_keywords_are_read() -> None:
    assert bundled("iktzscyx3061847").stocks
    assert all(stock.isalnum() for stock in bundled("iktzscyx3061847").stocks)
    assert bundled("inamrkwx3817264").keywords
    assert bundled("inamrkwx3817264").stocks == ()


def test_the_images_are_those_of_the_body_in_order() -> None:
    article = bundled("imizirau9420573")
    assert len(article.images) == 4
    assert [image.get("src") for image in html.fragment_fromstring(article.body_html).iter("img")] == [*article.images]


def test_the_same_bytes_give_the_same_article() -> None:
    assert bundled("imzgkpyn2740956") == bundled("imzgkpyn2740956")


@pytest.mark.parametrize(
    ("body", "url", "reason"),
    [
        pytest.param(saved(f"https://{F}/china/2024-02-29/doc-inakqvty1457208.shtml"), URL, "gone", id="saved-404"),
        pytest.param(
            saved(f"https://{F}/roll/2024-02-20/doc-inaiqtwz3304915.shtml"), URL, "empty_body", id="saved-empty"
        ),
        pytest.param(page(""), URL, "empty_body", id="empty"),
        pytest.param(page("<p> </p><br><script>x</script>"), URL, "empty_body", id="nothing-to-read"),
        pytest.param(page("<p>海量资讯、精准解读，尽在新浪财经APP</p>"), URL, "empty_body", id="only-boilerplate"),
        pytest.param(page("<p>对不起，您访问的页面不存在</p>").replace(b"artibody", b"x"), URL, "gone", id="gone"),
        pytest.param(page("<p>文</p>", title=""), URL, "no_title", id="no-headline"),
        pytest.param(b"<p>text", URL, "no_title", id="unknown-without-headline"),
        pytest.param(b"", URL, "empty_page", id="no-bytes"),
        pytest.param(b" \n\0", URL, "empty_page", id="only-space"),
        pytest.param(b"<!-- a --><!-- b -->", URL, "empty_page", id="only-comments"),
        pytest.param(b"x" * (MAX_PAGE + 1), URL, "too_large", id="too-large"),
        pytest.param(page("<p>文</p>"), "https://blog.sina.com.cn/s/blog_1.html", "blog", id="not-an-articles-url"),
        pytest.param(page("<p>文</p>"), "https://example.com/", "other_site", id="another-site"),
    ],
)
def test_a_page_without_article_says_why(body: bytes, url: str, reason: str) -> None:
    with pytest.raises(NotAnArticle) as refused:
        parse_page(body, url)
    assert refused.value.reason == reason


@pytest.mark.parametrize(
    ("head", "title", "read"),
    [
        ('<meta property="og:title" content="另一题">', "题  目\n甲", "题 目 甲"),
        ('<meta property="og:title" content=" 另一题 "><title>窗口题_新浪财经</title>', "", "另一题"),
        ("<title>窗口题_新浪财经_新浪网</title>", "", "窗口题"),
        pytest.param("", "题&#1;目", "题目"),
    ],
    ids=["headline", "og-title", "window", "control-character"],
)
def test_the_title_is_the_headline_or_what_stands_in_for_it(head: str, title: str, read: str) -> None:
    assert parse_page(page("<p>文</p>", head, title), URL).article.title == read


@pytest.mark.parametrize("media", ["新浪看点", "财经头条", "新浪网", ""])
def test_on_sinas_platforms_the_account_is_the_media(media: str) -> None:
    head = '<meta property="article:author" content="云洲慢生活">'
    body = page("<p>文</p>", head).replace(b"</span></div>", f'</span><a class="source">{media}</a></div>'.encode())
    assert parse_page(body, URL).article.media == "云洲慢生活"


@pytest.mark.parametrize(
    ("text", "byline"),
    [
        ("（记者 方若谷）", "方若谷"),
        ("(本报记者：方若谷 姜越泽)", "方若谷 姜越泽"),
        ("（文/沈见川）", "沈见川"),
        ("（2023年）", ""),
        ("本报记者 方若谷 报道", ""),
    ],
)
def test_the_byline_stands_in_brackets(text: str, byline: str) -> None:
    assert parse_page(page(f"<p>文。{text}</p>"), URL).article.byline == byline


def test_keywords_come_once_each() -> None:
    head = '<meta name="keywords" content="港口, 航运,,港口">'
    assert parse_page(page("<p>文</p>", head), URL).article.keywords == ("港口", "航运")


def paged(*links: str, tail: str = "") -> str | None:
    anchors = "".join(f'<a href="{link}">下一页</a>' for link in links)
    return parse_page(page(f'<p>文</p><p class="page">{anchors}</p>{tail}'), URL).next_url


SECOND = URL.replace(".shtml", "_2.shtml")


@pytest.mark.parametrize(
    ("links", "following"),
    [
        ([SECOND], SECOND),
        (["doc-inamrkwx3817264_2.shtml"], SECOND),
        ([URL, "javascript:;", "http://[::1", "", SECOND], SECOND),
        ([SECOND.replace("3817264", "3817265")], None),
        ([URL.replace(".shtml", "_3.shtml")], None),
        ([URL], None),
        (["https://evil.com/doc-inamrkwx3817264_2.shtml"], None),
        ([], None),
    ],
    ids=["absolute", "relative", "behind-others", "another-article", "one-skipped", "itself", "another-site", "none"],
)
def test_only_the_next_page_of_the_same_article_follows(links: list[str], following: str | None) -> None:
    assert paged(*links) == following


def test_a_long_text_with_the_words_in_it_is_no_link_to_the_next_page() -> None:
    assert paged(tail=f'<a href="{SECOND}">读者翻到下一页才会看到这条更正</a>') is None


def test_the_saved_article_of_three_pages_is_one() -> None:
    url: str | None = f"http://{F}/g/20110604/09359912874.shtml"
    pages = []
    while url:
        pages.append(parse_page(saved(url), url))
        url = pages[-1].next_url
    assert [len(pages), len({followed.article.doc_id for followed in pages})] == [3, 1]
    whole, *others = (followed.article for followed in pages)
    count = sum(part.body_html.count("<p>") for part in (whole, *others))
    for other in others:
        join_pages(whole, other)
    joined = html.fragment_fromstring(whole.body_html)
    assert (joined.tag, len(joined.findall("p")), joined.findall("div")) == ("div", count, [])


def test_joining_keeps_the_first_of_everything_and_all_images() -> None:
    first, second = (parse_page(page(body), URL).article for body in (
        '<p>甲</p><img src="//a.cn/1.jpg"><span id="stock_sh1000">a</span>',
        '<p>乙</p><img src="//a.cn/2.jpg"><span id="stock_sh1000">a</span><span id="stock_sz2000">b</span>'
        "<p>责任编辑：苏禾</p>",
    ))  # fmt: skip
    join_pages(first, second)
    assert first.images == ("https://a.cn/1.jpg", "https://a.cn/2.jpg")
    assert (first.stocks, first.editor) == (("sh1000", "sz2000"), "苏禾")
    assert first.body_html.index("甲") < first.body_html.index("乙")


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("<p>&#1;甲</p>", id="text"),
        pytest.param('<p>甲<a href="http://a.cn/&#1;">乙</a></p>', id="link"),
        pytest.param('<p>甲</p><img src="http://a.cn/&#1;.jpg">', id="image"),
    ],
)
def test_a_control_character_by_number_does_not_break_the_page(body: str) -> None:
    assert "甲" in article_body(body)


@pytest.mark.parametrize("opening", ['<a name="top">', '<a href="#">', "<a>"])
def test_an_anchor_left_open_does_not_make_the_article_a_list_of_links(opening: str) -> None:
    assert article_body(f"{opening}<p>甲。</p><p>乙。</p>") == "<p>甲。</p><p>乙。</p>"


def test_nothing_of_the_page_that_runs_reaches_the_body() -> None:
    nasty = '<p onclick="x()">甲<script>x()</script><a href="javascript:x()">乙</a><img src=x onerror="x()"></p>'
    body = article_body(nasty + "<iframe src=//evil.com></iframe><svg onload=x()></svg><p>&lt;script&gt;</p>")
    assert body == (
        '<p>甲乙</p><p><img src="https://finance.sina.com.cn/china/2024-03-05/x" alt=""></p><p>&lt;script&gt;</p>'
    )


UNKNOWN_PAGE = (
    "<html><head>{head}</head><body><h1>请完成安全验证</h1><div>{time}"
    "<p>拖动滑块完成验证后继续访问。</p></div></body></html>"
)


class TestAPageOfUnknownLayout:
    """It proves that it is an article, by a time or by its own address; whatever asks who is there has a text, too."""

    def test_without_either_it_is_refused(self) -> None:
        with pytest.raises(NotAnArticle, match="no_article_marks"):
            parse_page(UNKNOWN_PAGE.format(head="", time="").encode(), URL)

    @pytest.mark.parametrize(
        ("head", "time"),
        [
            pytest.param('<meta property="article:published_time" content="2024-03-01T08:00:00+08:00">', "", id="meta"),
            pytest.param(f'<meta property="og:url" content="{URL}">', "", id="og-url"),
            pytest.param(f'<link rel="canonical" href="{URL}">', "", id="canonical"),
        ],
    )
    def test_with_one_it_is_read(self, head: str, time: str) -> None:
        assert parse_page(UNKNOWN_PAGE.format(head=head, time=time).encode(), URL).article.layout == UNKNOWN

    def test_the_minute_that_it_shows_counts_on_the_day_of_its_address(self) -> None:
        day = identify(URL).day
        assert day
        shown = UNKNOWN_PAGE.format(head="", time=f"<i>{day:%Y-%m-%d} 09:17</i>").encode()
        published = parse_page(shown, URL).article.published_at
        assert published
        assert f"{published:%Y-%m-%d %H:%M}" == f"{day:%Y-%m-%d} 09:17"
        with pytest.raises(NotAnArticle):
            parse_page(UNKNOWN_PAGE.format(head="", time="<i>2001-01-01 09:17</i>").encode(), URL)

    @pytest.mark.parametrize("words", ["404 Not Found", "该页面已被删除"])
    def test_one_that_quotes_the_words_of_a_removed_page_is_read(self, words: str) -> None:
        text = f"<p>记者打开链接，只看到“{words}”。{'随后平台回应称，相关内容正在核实，请以公告为准。' * 3}</p>"
        head = f'<meta property="og:url" content="{URL}">'
        assert parse_page(UNKNOWN_PAGE.format(head=head, time=text).encode(), URL).article.layout == UNKNOWN


def test_a_mobile_page_of_2017_has_its_paragraphs_right_in_its_box() -> None:
    body = """<html><body><article class="art_box"><h1 class="art_tit_h1">青泽江二线船闸</h1>
    <time class="art_time">2017年12月05日 09:17<cite class="art_cite">海岑日报</cite></time>
    <p class="art_p">甲段。</p>
    <figure class="art_img_mini"><img src="//n.sinaimg.cn/a.jpg"><h2 class="art_img_tit">注</h2>
    </figure><p class="art_p">乙段。</p><div class="look_all">打开APP</div></article></body></html>"""
    url = "https://finance.sina.cn/2017-12-05/detail-ifypikwt1234567.d.html"
    article = parse_page(body.encode(), url).article
    assert (article.layout, article.title, article.media) == ("mobile-2017", "青泽江二线船闸", "海岑日报")
    assert f"{article.published_at:%F %H:%M}" == "2017-12-05 09:17"
    picture = '<p><img src="https://n.sinaimg.cn/a.jpg" alt="注"></p><p><em>注</em></p>'
    assert article.body_html == f"<div><p>甲段。</p>{picture}<p>乙段。</p></div>"
