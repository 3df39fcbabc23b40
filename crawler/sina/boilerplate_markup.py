"""Site boilerplate that its markup gives away, as rules of tags, classes, ids and parts of attributes."""

import re
from dataclasses import dataclass, field

from lxml.etree import XPath, _Element

HIDDEN = "hidden"
_TEXTS = XPath("descendant::text()[not(parent::script or parent::style)]", smart_strings=False)


@dataclass(frozen=True, slots=True)
class BoilerplateMarkup:
    """What to pass over, with all that is in it, and the rule that says so.

    ``tags``, ``classes`` and ``ids``: name -> rule. ``prefixes`` and ``substrings``: an attribute, what its value
    begins with or contains, and the rule.
    """

    tags: dict[str, str] = field(default_factory=dict)
    classes: dict[str, str] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)
    prefixes: tuple[tuple[str, str, str], ...] = ()
    substrings: tuple[tuple[str, str, str], ...] = ()

    def rule_for(self, element: _Element) -> str:
        """The rule by which the element is boilerplate; empty where it is none."""
        if rule := self.tags.get(str(element.tag)):
            return rule
        attributes = dict(element.items())  # not of its attrib: that looks each up by its name
        if not attributes:
            return ""
        if _is_hidden(attributes):
            return HIDDEN
        for name in (attributes.get("class") or "").split():
            if rule := self.classes.get(name):
                return rule
        if rule := self.ids.get(attributes.get("id") or ""):
            return rule
        for name, prefix, rule in self.prefixes:
            if name in attributes and attributes[name].startswith(prefix):
                return rule
        for name, substring, rule in self.substrings:
            if name in attributes and substring in attributes[name]:
                return rule
        return ""

    def covers(self, element: _Element) -> bool:
        """True if the element is boilerplate."""
        return bool(self.rule_for(element))

    def rules(self) -> set[str]:
        """The names of all rules."""
        parts = (*self.prefixes, *self.substrings)
        return {HIDDEN, *self.tags.values(), *self.classes.values(), *self.ids.values(), *(part[2] for part in parts)}

    def __or__(self, other: "BoilerplateMarkup") -> "BoilerplateMarkup":
        return BoilerplateMarkup(
            self.tags | other.tags,
            self.classes | other.classes,
            self.ids | other.ids,
            self.prefixes + other.prefixes,
            self.substrings + other.substrings,
        )


def markup(
    rule: str,
    tags: str = "",
    classes: str = "",
    ids: str = "",
    prefixes: tuple[tuple[str, str], ...] = (),
    substrings: tuple[tuple[str, str], ...] = (),
) -> BoilerplateMarkup:
    """One rule, named by one word fit for a stat; tags, classes and ids are separated by white space."""
    return BoilerplateMarkup(
        dict.fromkeys(tags.split(), rule),
        dict.fromkeys(classes.split(), rule),
        dict.fromkeys(ids.split(), rule),
        tuple((name, prefix, rule) for name, prefix in prefixes),
        tuple((name, substring, rule) for name, substring in substrings),
    )


def readable(element: _Element) -> str:
    """What a reader could read of what is passed over, else which picture he could see; empty for neither."""
    text = " ".join("".join(_TEXTS(element)).split())
    images = [image.get("src") or "" for image in element.iter("img")] if not text else []
    return text or next(filter(None, images), "")


# Hidden by style, and the article's all the same: the data of a picture set that a script would show.
_HIDDEN_BUT_READ = ("dataSource", "a-a-data", "eData")
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)


def _is_hidden(attributes: dict[str, str]) -> bool:
    if "hidden" not in attributes and not _HIDDEN.search(attributes.get("style") or ""):
        return False
    return not f"{attributes.get('id') or ''} {attributes.get('class') or ''}".strip().startswith(_HIDDEN_BUT_READ)


# Inside the body container, in any layout. Where they come from: saved pages, and public cleaners of Sina's pages;
# tests/support/boilerplate_examples.py has a page for each name.
BOILERPLATE = (
    markup("machinery", tags="script style noscript iframe object form button input select textarea link meta")
    | markup("media", tags="video audio canvas svg")
    | markup(
        "advertisement",
        classes="sinaads sinaere ad adNone otherContent_01 tb-ad0 new_style_article goods-card tech-quotation",
        ids="left_hzh_ad sinaads_box",
        prefixes=(
            ("id", "ad_"), ("id", "PublicRelation"), ("class", "ad_"), ("sax-type", ""), ("data-ad-pdps", ""),
            ("data-sudaclick", "ad_content_"),
        ),
        substrings=(("class", "j_native_"),),
    )
    | markup(
        "app_or_account",
        classes="finance_app_sina finance_app_zqtg xb_new_finance_app live-finance-banner-wrap zhitou-wrap"
        " sv_cont_c14 news_weixin_ercode blk-wxfollow ecode_weixin",
        ids="lcs1_w lcs_wrap wx_pic",
        prefixes=(("data-sudaclick", "suda_1028_guba"),),
        substrings=(("class", "appendQr"), ("class", "kaihu"), ("class", "finance_lcsds"), ("id", "finance_lcsds")),
    )
    | markup(
        "quotes_or_chart",
        classes="ct_hqimg hqimg_wrapper hqimg_related",
        prefixes=(("id", "quote_"),),  # the live quote behind a stock's name
    )
    | markup(
        "editor_or_disclaimer",
        classes="article-editor show_author article-notice show_statement se_edit article-bottom",
    )
    | markup(
        "related",
        classes="wap_special seo_data_list feed-wrap guessulike2 content_aboutNews corrTxt_01 blk-related"
        " art_keywords article-keywords article-a_keywords keywords",
        ids="relatedNewsWrap most_read",
    )
    | markup(
        "player",
        classes="artical-player-wrap Video_Cont contentPlayer blk-video blk_video_news a-p-hd"
        " hdFigureWrap sdFigureWrap fin_reference blk_ntchack1",
        ids="p_player J_Article_Player",
    )
    | markup(
        "comments_or_sharing",
        classes="blkComment blkContentFooter blk_cir_bottom content_shareto weiboListBox weibo-2017 wb_rec"
        " nav_weibo Mblk_09 muLink d_impLink",
        ids="bottomTools sinashareto",
    )
    | markup("paging", classes="page pagebox pagebox_div")
    | markup("readers_browser", ids="gtx-trans", prefixes=(("id", "xunlei_com_thunder_helper"),))  # saved with the page
)  # fmt: skip
