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
#sinaads_box, .ggcontent, .tb-ad0, [id^=PublicRelation], [sax-type], [class*=j_native_],
.appendQr_wrap, [class*=appendQr], [class*=kaihu], .finance_app_sina, .finance_app_zqtg, .xb_new_finance_app,
[class*=app-][class*=-qr], p[class^=finance_web], .live-finance-banner-wrap, .zhitou-wrap, .new_style_article,
[id*=finance_lcsds], [class*=finance_lcsds], #lcs1_w, #lcs_wrap, .caijing_bq, .sv_cont_c14, .goods-card,
[data-sudaclick=suda_1028_guba], [data-sudaclick=ad_content_guba_p], [data-sudaclick=ad_content_top],
.ct_hqimg, .hqimg_wrapper, .hqimg_related, .stock-hq, span[id^=quote_], #title_gi, dl#dl_gi,
.article-editor, .show_author, .article-notice, .show_statement, .mianze, .se_edit, .article-bottom, .art_rec,
.wap_special, .article-topic, .special_tag_wrap, .seo_data_list, .feed-wrap, .guessulike2, .related_news, .xgxw,
#relatedNewsWrap, .content_aboutNews, .corrTxt_01, .corrTxt_02, .blk-related, #most_read, .page-view,
.artical-player-wrap, .article-video, .Video_Cont, .contentPlayer, .blk-video, .blkVideo, .blk_video_news,
.a-p-hd, #p_player, #J_Article_Player, .hdFigureWrap, .sdFigureWrap, .fin_reference, .blk_ntchack1,
.blkComment, .blkContentFooter, .blk_cir_bottom, #bottomTools, #sinashareto, .content_shareto, .content_label_list,
.weiboListBox, .weibo-2017, .weibo_card, .wb_rec, .nav_weibo, .Mblk_09, .muLink, .d_impLink, #wx_pic, img.sharePic,
.news_weixin_ercode, img.ercodepic, .blk-wxfollow, .ecode_weixin, .qrcode, .ewm, .hd_qr,
p.page, div.page, .pagebox, .pagebox_div, .page-break, .vote-box, .tipsbox, .BSHARE_TIP,
.artical-keywords, .art_keywords, .article-keywords, .article-a_keywords, .keywords,
#gtx-trans, [id^=xunlei_com_thunder_helper]
"""

# Hidden by style, and the article's all the same: the data of a picture set that a script would show.
HIDDEN_BUT_READ = r"^(?:dataSource|a-a-data|eData)"

# Images that are furniture wherever they stand: spacers, icons, live charts, QR codes of Sina's own.
NOISE_IMAGES = r"""
(?:/c\.gif|/entphone\.gif|transparent\.gif|sg_trans\.gif|/blank\.gif|/spacer\.gif|/loading\.gif|/grey\.gif)$
|^https?://image\.sinajs\.cn/newchart|^https?://[^/]*sinajs\.cn/.*/newchart
|/cece9e13/\d{8}/343233024\.png|/320X320\.png|/home/deco/|/deco/\d{4}/\d{4}/|feedbackpics|tg_app_20
|/qr_?code|/ewm|[/_-]qr[._-]|weibo\.com/.*/emotion|/emotion/|sinaimg\.cn/uc/myshow
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
        name="mobile-2014",
        years=(2014, 2024),
        body="section.art_content, article.art_box section.art_pic_card, article.art_box div.art_content",
        title="h1.art_tit_h1, .art_tit h1",
        date="time.weibo_time, time.art_time, .art_time",
        source="h2.weibo_user, cite.art_cite, .art_cite, .weibo_user",
        noise=".art_img_tip, .look_all, .look_info, .look_sub, .art_title_op, .unfold-btn, .s_cmt, .weibo_info, "
        ".j_article_wbreco, .art_video_box, .art_video",
    ),
    Layout(
        name="article-2015",
        years=(2015, 2019),
        body="#articleContent #artibody, div.article_16#artibody",
        title="#artibodyTitle, #main_title, #j_title, h1.main-title, .page-header h1",
        date=".time-source, #navtimeSource, #pub_date, .titer, #page-tools",
        source=".time-source [data-sudaclick=media_name] a, .time-source a, .time-source [data-sudaclick=media_name]",
    ),
    Layout(
        name="article-2017",
        years=(2017, 2024),
        body="div.article#artibody, div.article#article, .article-content-left div.article",
        title="h1.main-title, #artibodyTitle",
        date=".date-source .date, .date-source, #pub_date, .time-source",
        source=".date-source .source, .date-source a, #media_name a",
    ),
    Layout(
        name="regional-2015",
        years=(2012, 2020),
        body=".article-body.main-body, .article-box .article-body",
        title=".article-header h1",
        date="p.source-time, .source-time, .article-header",
        source="#art_source, .source-time span[id$=source]",
    ),
    Layout(
        name="artibody-2006",
        years=(2006, 2019),
        body="#artibody",
        title="#artibodyTitle, #main_title, #j_title, .artibodyTitle, span.location h1, .atcbox h1",
        date="#pub_date, .artInfo, .artinfo, .titer, .time-source",
        source="#media_name [data-sudaclick=media_name], #media_name a, #media_name, #art_source",
    ),
    Layout(
        name="zoom-2003",
        years=(2003, 2008),
        body="td.l17:has(font#zoom), td:has(> font#zoom), td:has(> div#zoom), td.l17, font#zoom, div#zoom",
        title="th.f24, td.title14 b, td.title14, .f24",
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
    """The page's layout and its body container, or None where no layout fits.

    Where a selector finds several, as on pages that use an id twice, the container is the one with
    the most text.
    """
    for layout in LAYOUTS:
        for xpath in _in_order(layout.body):
            if bodies := xpath(tree):
                return layout, bodies[0] if len(bodies) == 1 else max(bodies, key=_length)
    return None


def _length(element: HtmlElement) -> int:
    return len(element.text_content())
