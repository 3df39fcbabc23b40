"""Sina's page layouts by era, as data: where body, title, date and source stand, and what is noise.

To add one: an entry here, and a fixture page for it. The first layout of LAYOUTS whose body
selector finds something is the page's layout, so the more particular ones come first.
Selectors are CSS. Where they come from: saved pages of 2004–2024.
"""

from dataclasses import dataclass
from functools import cache

from cssselect import HTMLTranslator
from lxml.etree import XPath
from lxml.html import HtmlElement

UNKNOWN = "unknown"

# Site furniture that stands inside the body container, in any layout.
NOISE = """
script, style, noscript, iframe, object, embed, form, button, input, select, textarea, link, meta,
video, audio, canvas, svg, ins, .sinaads, [id^=ad_], [class^=ad_], .ad, .adNone, #left_hzh_ad, .otherContent_01,
.appendQr_wrap, .app-kaihu-qr, .app-qihuo-kaihu-qr, .finance_app_sina, [class*=app-][class*=-qr],
.ct_hqimg, .hqimg_wrapper, .hqimg_related, .stock-hq, span[id^=quote_],
.article-editor, .show_author, .article-notice, .show_statement, .article-bottom, .art_rec,
.wap_special, .tech-quotation, .new_style_article, .goods-card, .ecode_weixin, .quotation,
.artical-player-wrap, .Video_Cont, .contentPlayer, .blk-video, .blkVideo, .a-p-hd,
.blkComment, .corrTxt_01, .corrTxt_02, .weiboListBox, .weibo-2017, .weibo_card, #wx_pic,
p.page, div.page, .pagebox, .page-break, .artical-keywords, .art_keywords, .article-keywords, .keywords,
.related_news, .xgxw, .hd_qr, .qrcode, .ewm, .vote-box, .tipsbox, .j_native, [sax-type], .BSHARE_TIP
"""

# Images that are furniture wherever they stand: spacers, icons, live charts, QR codes of Sina's own.
NOISE_IMAGES = r"""
(?:/c\.gif|/entphone\.gif|transparent\.gif|/blank\.gif|/spacer\.gif|/loading\.gif|/grey\.gif)$
|^https?://image\.sinajs\.cn/newchart|^https?://[^/]*sinajs\.cn/.*/newchart
|/cece9e13/\d{8}/343233024\.png|/finance/content/.*qr
|/default/2fb77759/20151125/320X320\.png|/home/deco/|/deco/\d{4}/\d{4}/
|/qr_?code|/ewm|[/_-]qr[._-]|^https?://comet\.blog\.sina|weibo\.com/.*/emotion|/emotion/|sinaimg\.cn/uc/myshow
"""

# Comments after which Sina's templates put nothing of the article any more.
END_OF_TEXT = ("publish_helper_end", "原始正文end", "原始正文 end")


@dataclass(frozen=True, slots=True)
class Layout:
    """One era's page: ``years`` it was seen in, and selectors, tried in order."""

    name: str
    years: tuple[int, int]
    body: str
    title: str
    date: str
    source: str
    editor: str = ".article-editor, .show_author"
    noise: str = ""


LAYOUTS = (
    Layout(
        name="mobile",
        years=(2014, 2024),
        body="section.art_content, article.art_box section.art_pic_card, div.art_content",
        title="h1.art_tit_h1, .art_tit h1",
        date="time.weibo_time, .art_time, time.art_time",
        source="h2.weibo_user, .art_cite, .weibo_user",
        noise=".art_img_tip, .look_all, .art_title_op, .unfold-btn, .s_cmt",
    ),
    Layout(
        name="article-2017",
        years=(2017, 2024),
        body=".main-content div.article#artibody, .main-content div.article#article, "
        "h1.main-title ~ * div.article, div.article#article",
        title="h1.main-title, #artibodyTitle",
        date=".date-source .date, #pub_date, .time-source",
        source=".date-source .source, .date-source a, #media_name a",
    ),
    Layout(
        name="article-2015",
        years=(2015, 2019),
        body="#articleContent #artibody, div.article_16, div.article#artibody",
        title="#artibodyTitle, h1.main-title, .page-header h1",
        date=".time-source, #navtimeSource, #pub_date",
        source=".time-source [data-sudaclick=media_name] a, .time-source a, .time-source [data-sudaclick=media_name]",
    ),
    Layout(
        name="artibody-2008",
        years=(2006, 2019),
        body="#artibody",
        title="#artibodyTitle, .artibodyTitle, h1",
        date="#pub_date, .artInfo, .artinfo",
        source="#media_name a, #media_name",
    ),
    Layout(
        name="zoom-2003",
        years=(2003, 2008),
        body="td.l17:has(font#zoom), td:has(> font#zoom), td:has(> div#zoom), td.l17, font#zoom, div#zoom",
        title="th.f24, td.title14 b, td.title14, .f24, h1",
        date="#pub_date",
        source="font[color='#A20010'], font[color='#a20010']",
    ),
)

_translator = HTMLTranslator()


@cache
def compiled(selectors: str) -> XPath:
    """The XPath of comma-separated CSS selectors; it finds descendants, in document order."""
    return XPath(_translator.css_to_xpath(selectors, prefix="descendant::"))


@cache
def _in_order(selectors: str) -> tuple[XPath, ...]:
    return tuple(compiled(selector) for selector in selectors.split(", "))


def find(tree: HtmlElement, selectors: str) -> list[HtmlElement]:
    """What the selectors find, the first selector's finds first."""
    return [element for xpath in _in_order(selectors) for element in xpath(tree)]


def choose_layout(tree: HtmlElement) -> tuple[Layout, HtmlElement] | None:
    """The page's layout and its body container, or None where no layout fits."""
    for layout in LAYOUTS:
        bodies = find(tree, layout.body)
        if bodies:
            return layout, bodies[0]
    return None
