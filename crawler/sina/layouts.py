"""Sina's page layouts by era, as data: where body, title, date and source stand, and what is boilerplate.

To add one: an entry here, and a fixture page for it. The first layout of LAYOUTS whose body
selector finds something is the page's layout, so the more particular ones come first.
Selectors are as crawler/sina/selectors.py knows them. Where they come from: saved pages of 2004–2024.
"""

from dataclasses import dataclass

from lxml.etree import _Element

from crawler.sina.boilerplate_markup import BOILERPLATE, BoilerplateMarkup, markup
from crawler.sina.dom import text_content
from crawler.sina.page_index import PageIndex

UNKNOWN = "unknown"

# Images that are boilerplate wherever they stand: spacers, icons, live charts, QR codes of Sina's own.
BOILERPLATE_IMAGES = r"""
(?:/c\.gif|/entphone\.gif|transparent\.gif|sg_trans\.gif|/blank\.gif|/spacer\.gif|/loading\.gif|/grey\.gif)$
|^https?://image\.sinajs\.cn/newchart|^https?://[^/]*sinajs\.cn/.*/newchart
|/cece9e13/\d{8}/343233024\.png|/320X320\.png|/home/deco/|/deco/\d{4}/\d{4}/|feedbackpics|tg_app_20
|/qr_?code|/ewm|[/_-]qr[._-]|weibo\.com/(?:(?!weibo\.com/).)*/emotion|/emotion/|sinaimg\.cn/uc/myshow
"""

# Comments after which Sina's templates put nothing of the article any more.
END_OF_TEXT = ("publish_helper_end", "原始正文end", "原始正文 end")


MOBILE = BOILERPLATE | markup(
    "mobile",
    classes="art_img_tip look_all look_info look_sub art_title_op unfold-btn s_cmt weibo_info j_article_wbreco"
    " art_video_box art_video",
)


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
    boilerplate: BoilerplateMarkup = BOILERPLATE


LAYOUTS = (
    Layout(
        name="article-2015",
        years=(2015, 2019),
        body="div.article_16#artibody, #articleContent #artibody",
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
        name="mobile-2014",
        years=(2014, 2024),
        body="section.art_content, article.art_box section.art_pic_card, article.art_box div.art_content",
        title="h1.art_tit_h1, .art_tit h1",
        date="time.weibo_time, time.art_time, .art_time",
        source="h2.weibo_user, cite.art_cite, .art_cite, .weibo_user",
        boilerplate=MOBILE,
    ),
    Layout(
        name="mobile-2017",
        years=(2017, 2018),
        body="article.art_box",
        title="h1.art_tit_h1, .art_tit h1",
        date="time.art_time, time.weibo_time",
        source=".art_time cite.art_cite, cite.art_cite, h2.weibo_user",
        boilerplate=MOBILE | markup("headline", classes="art_tit_h1 art_tit art_time art_cite weibo_time weibo_user"),
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
        body="td.l17, font#zoom, div#zoom",
        title="th.f24, td.title14 b, td.title14, .f24",
        date="#pub_date",
        source="font[color='#A20010'], font[color='#a20010']",
    ),
)


def choose_layout(page: PageIndex) -> tuple[Layout, _Element] | None:
    """The page's layout and its body container, or None where no layout fits.

    Where a selector finds several, as on pages that use an id twice, the container is the one with
    the most text. A ``font`` ends for libxml2 at the first block in it: then its parent is the one,
    unless that is the whole page.
    """
    for layout in LAYOUTS:
        for selector in layout.body.split(","):
            if bodies := list(page.find(selector)):
                body = bodies[0] if len(bodies) == 1 else max(bodies, key=_length)
                parent = body.getparent()
                return layout, parent if body.tag == "font" and parent is not None and parent.tag != "body" else body
    return None


def _length(element: _Element) -> int:
    return len(text_content(element))
