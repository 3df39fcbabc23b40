"""Site boilerplate that its markup gives away, as data: tags, classes, ids and parts of attributes."""

import re
from dataclasses import dataclass

from lxml.etree import _Element


@dataclass(frozen=True, slots=True)
class BoilerplateMarkup:
    """What to pass over, with all that is in it.

    ``prefixes`` and ``substrings``: an attribute, and what its value begins with or contains.
    """

    tags: frozenset[str] = frozenset()
    classes: frozenset[str] = frozenset()
    ids: frozenset[str] = frozenset()
    prefixes: tuple[tuple[str, str], ...] = ()
    substrings: tuple[tuple[str, str], ...] = ()

    def covers(self, element: _Element) -> bool:
        """True if the element is boilerplate."""
        if element.tag in self.tags:
            return True
        attributes = dict(element.items())  # not of its attrib: that looks each up by its name
        if not attributes:
            return False
        names = (attributes.get("class") or "").split()
        return (
            _is_hidden(attributes)
            or not self.classes.isdisjoint(names)
            or (attributes.get("id") or "") in self.ids
            or any(name in attributes and attributes[name].startswith(prefix) for name, prefix in self.prefixes)
            or any(name in attributes and substring in attributes[name] for name, substring in self.substrings)
        )

    def __or__(self, other: "BoilerplateMarkup") -> "BoilerplateMarkup":
        return BoilerplateMarkup(
            self.tags | other.tags,
            self.classes | other.classes,
            self.ids | other.ids,
            self.prefixes + other.prefixes,
            self.substrings + other.substrings,
        )


# Hidden by style, and the article's all the same: the data of a picture set that a script would show.
_HIDDEN_BUT_READ = ("dataSource", "a-a-data", "eData")
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)


def _is_hidden(attributes: dict[str, str]) -> bool:
    if "hidden" not in attributes and not _HIDDEN.search(attributes.get("style") or ""):
        return False
    return not f"{attributes.get('id') or ''} {attributes.get('class') or ''}".strip().startswith(_HIDDEN_BUT_READ)


def classes(names: str) -> frozenset[str]:
    """A set from names separated by white space."""
    return frozenset(names.split())


# Inside the body container, in any layout. Where they come from: saved pages, and the lists of
# several public cleaners of Sina's pages.
BOILERPLATE = BoilerplateMarkup(
    tags=classes(
        "script style noscript iframe object embed form button input select textarea link meta"
        " video audio canvas svg ins"
    ),
    classes=classes(
        # Advertisements.
        "sinaads ad adNone otherContent_01 ggcontent tb-ad0 new_style_article goods-card tech-quotation"
        # Apps, accounts and QR codes of Sina's.
        " finance_app_sina finance_app_zqtg xb_new_finance_app live-finance-banner-wrap zhitou-wrap caijing_bq"
        " sv_cont_c14"
        " news_weixin_ercode ercodepic blk-wxfollow ecode_weixin qrcode ewm hd_qr sharePic"
        # Quotes and charts.
        " ct_hqimg hqimg_wrapper hqimg_related stock-hq"
        # Editors, disclaimers.
        " article-editor show_author article-notice show_statement mianze se_edit article-bottom art_rec"
        # Related articles, keywords, special pages.
        " wap_special article-topic special_tag_wrap seo_data_list feed-wrap guessulike2 related_news xgxw"
        " content_aboutNews corrTxt_01 corrTxt_02 blk-related page-view"
        " artical-keywords art_keywords article-keywords article-a_keywords keywords content_label_list"
        # Players.
        " artical-player-wrap article-video Video_Cont contentPlayer blk-video blkVideo blk_video_news a-p-hd"
        " hdFigureWrap sdFigureWrap fin_reference blk_ntchack1"
        # Comments, sharing, Weibo, votes.
        " blkComment blkContentFooter blk_cir_bottom content_shareto weiboListBox weibo-2017 weibo_card wb_rec"
        " nav_weibo"
        " Mblk_09 muLink d_impLink vote-box tipsbox BSHARE_TIP"
        # Paging.
        " page pagebox pagebox_div page-break"
    ),
    ids=classes(
        "left_hzh_ad sinaads_box lcs1_w lcs_wrap title_gi dl_gi relatedNewsWrap most_read p_player J_Article_Player"
        " bottomTools sinashareto wx_pic gtx-trans"
    ),
    prefixes=(
        ("id", "ad_"),
        ("id", "PublicRelation"),
        ("id", "quote_"),  # the live quote behind a stock's name
        ("id", "xunlei_com_thunder_helper"),  # what a reader's browser put into a saved page
        ("class", "ad_"),
        ("class", "finance_web"),
        ("sax-type", ""),
        ("data-sudaclick", "suda_1028_guba"),
        ("data-sudaclick", "ad_content_"),
    ),
    substrings=(
        ("class", "appendQr"),
        ("class", "kaihu"),
        ("class", "j_native_"),
        ("class", "finance_lcsds"),
        ("id", "finance_lcsds"),
    ),
)
