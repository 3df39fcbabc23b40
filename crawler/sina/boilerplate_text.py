"""Site boilerplate that only its words give away: promos, disclaimers of Sina's, the duty editor's line.

What is Sina's own and the same on thousands of pages goes; what the article's author wrote stays
(原标题, 来源, datelines, reporters' names, the author's own notes). A rule therefore names as much of a
phrase as it takes to tell it from a sentence of an article; its group's name is what its stat counts.
"""

import re
from dataclasses import dataclass

from crawler.items import Removal
from crawler.sina.blocks import Block, Paragraph, Quote, readable_text
from crawler.sina.related import LINK_TABLE, is_link_table, without_footer, without_related

# A paragraph that begins like this is Sina's, whatever follows in it.
_PROMO = re.compile(
    r"""^[>＞\s]*(?:
    (?P<statement> 新浪声明[：:]\s*(?:新浪网?登载|此消息系|新浪网?独家|本文) | 声明：新浪网独家稿件)
    | (?P<disclaimer_of_media> 免责声明[：:]\s*(?:自媒体综合|本信息由新浪财经))
    | (?P<disclaimer_of_platform> (?:特别声明|免责声明)[：:]\s*以上(?:文章)?内容仅代表作者
        | (?:特别)?声明[：:]\s*(?:本文由)?新浪(?:网|财经|看点|财经头条).{0,40}(?:作者|不代表)
        | 新浪财经(?:头条)?(?:作者|意见领袖).{0,30}仅代表作者
        | (?:特别)?声明[：:]\s*(?:以上内容|本(?:文|内容|作品)(?:为|由|系)).{0,30}
          (?:看点|平台|自媒体|新浪号|用户|作者|机构).{0,12}上传)
    | (?P<brokers> 炒股就看.{0,6}金麒麟 | 炒股开户享福利 | 股市跌了别害怕 | 股市回暖，抄底炒股先开户
        | 反弹行情下的专属 | 股市瞬息万变，投资难以决策)
    | (?P<ticker> 7[x×*]24小时全球实时 | 24小时滚动播报最新的财经资讯 | 热点栏目\s*(?:自选股|资金流向))
    | (?P<app> 安装新浪财经客户端 | 新浪(?:财经|港股)(?:App|APP|Level2|公众号)\s*[：:] | 下载新浪财经(?:App|APP|客户端)
        | (?:登录|打开)新浪财经(?:App|APP) | 打开(?:新浪新闻)?(?:App|APP)(?:阅读|查看|看).{0,8}$
        | 动感短信，让您 | 第一时间免费试玩$ | 新酷产品第一时间 | 看明星八卦、查影讯
        | .{0,60}上手机新浪网.{0,20}sina\.cn)
    | (?P<qr_code> 更多精彩(?:内容|资讯)请(?:扫|关注|长按) | 长按.{0,4}识别.{0,4}二维码 | 海量资讯、精准解读
        | 更多猛料[！!]\s*欢迎 | (?:欢迎)?扫描(?:下方|上方|左方|右方|上图|下图|左侧|右侧)二维码)
    | (?P<tips> 【线索征集令 | 线索征集令[！!] | .{0,6}消费曝光台.{0,4}我要投诉)
    | (?P<forum> 进入.{0,4}新浪财经股吧 | 进入.{0,12}吧】?讨论$)
    | (?P<template> THE_END | @@title@@ | 文章关键词[：:])
    | (?P<feedback> 我要反馈$ | 保存网页$ | 我要反馈\s*保存网页 | 新浪(?:财经|科技|网)?意见反馈 | 举报\s*[/／|]\s*反馈$)
    | (?P<sharing> 分享到[：:] | 转发此文至微博 | 新浪理财师$ | 微博推荐$)
    | (?P<comments> 我要评论$ | 欢迎发表评论$ | 我有话说$ | 已有\d*条评论(?:$|\s*我要评论))
    | (?P<lead_on> 点击进入专题[：:] | 点击(?:进入|查看)更多$ | 点击此处(?:查看|查询)(?:全部|更多) | 查看最新行情$
        | 查看更多(?:董秘问答|美图))
    | (?P<advertising> 广告(?:\s*[|｜].{0,20})?$)
    | (?P<playing> 视频加载中 | 自动播放$ | 语音播报\s+缩小字体 | 股市直播\s*图文直播间)
    | (?P<survey> 欢迎参与调查$ | 您还未登录，该调查 | 查看调查结果$)
    )""",
    re.X,
)
_PROMO_INSIDE = re.compile(
    r"【(?:下载地址|点击投票|新浪财经股吧|手机看新闻|新浪财经吧)】|快来新浪众测|尽在新浪财经APP|xinlang-caijing"
)
_LONGEST_PROMO = 160  # characters, of one that is told by what stands inside
# Where the platform says its user was. Only at the end: an author may begin with such a line.
_PLACE = re.compile(r"(?:发布于|发布地|IP\s?属地)\s?[：:]\s?[\u4e00-\u9fff]{2,8}")
# The duty editor and his code; names in a newspaper's own closing line are the article's.
_EDITOR = re.compile(
    r"[（(【\[]?"
    r"(?:(?:责任编辑|责编)[：:]\s?(?P<name>[^，。、！？!?：:\s）)】\]]{1,16})"
    r"|编辑[：:]\s?(?P<short>S[A-Z]\d{2,4}|[\u4e00-\u9fff·]{2,4}))"
    r"(?:\s{1,3}S[A-Z]\d{2,4})?\s?[）)】\]]?"
)
_LONGEST_EDITOR = 40
EDITOR, INSIDE, PLACE = "editor", "promo_inside", "place"
RULES = (*_PROMO.groupindex, EDITOR, INSIDE, PLACE)


@dataclass(frozen=True, slots=True)
class Cleaned:
    """The blocks that are the article, the duty editor's name where a line gave it, and what was taken for neither."""

    blocks: list[Block]
    editor: str
    removed: list[Removal]


def without_boilerplate(blocks: list[Block]) -> Cleaned:
    """The body without what Sina's words show to be Sina's."""
    editor = ""
    kept: list[Block] = []
    removed: list[Removal] = []
    for block in blocks:
        text = block.text if isinstance(block, Paragraph) else ""
        if name := _editor(text):
            editor = editor or name
            removed.append(Removal(EDITOR, text))
        elif isinstance(block, Quote):
            inside = without_boilerplate(block.blocks)
            block.blocks = inside.blocks
            removed += inside.removed
            kept += [block] if block.blocks else []
        elif rule := promo_rule(text):
            removed.append(Removal(rule, text))
        elif is_link_table(block):
            removed.append(Removal(LINK_TABLE, readable_text(block)))
        else:
            kept.append(block)
    kept = without_footer(without_related(_without_place(kept, removed), removed), removed)
    return Cleaned(kept, editor, removed)


def promo_rule(text: str) -> str:
    """The rule by which a paragraph is Sina's own and advertises, disclaims or leads on; empty where it is not."""
    if not text:
        return ""
    if match := _PROMO.match(text):
        return match.lastgroup or ""
    return INSIDE if len(text) <= _LONGEST_PROMO and _PROMO_INSIDE.search(text) else ""


def _editor(text: str) -> str:
    match = _EDITOR.fullmatch(text) if 0 < len(text) <= _LONGEST_EDITOR else None
    return (match["name"] or match["short"]) if match else ""


def _without_place(blocks: list[Block], removed: list[Removal]) -> list[Block]:
    last = blocks[-1] if len(blocks) > 1 else None
    if isinstance(last, Paragraph) and _PLACE.fullmatch(last.text):
        removed.append(Removal(PLACE, last.text))
        return blocks[:-1]
    return blocks
