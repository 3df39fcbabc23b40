"""Site boilerplate that only its words give away: promos, disclaimers of Sina's, related links.

What is Sina's own and the same on thousands of pages goes; what the article's author wrote stays
(原标题, 来源, datelines, reporters' names, the author's own notes). A rule therefore names as much of a
phrase as it takes to tell it from a sentence of an article.
"""

import re

from crawler.sina.blocks import Block, Image, ItemList, Paragraph, Quote, Table

# A paragraph that begins like this is Sina's, whatever follows in it.
_PROMO = re.compile(
    r"""^[>＞\s]*(?:
    新浪声明[：:]\s*(?:新浪网?登载|此消息系|新浪网?独家|本文) | 声明：新浪网独家稿件
    | 免责声明[：:]\s*(?:自媒体综合|本信息由新浪财经) | (?:特别声明|免责声明)[：:]\s*以上(?:文章)?内容仅代表作者
    | (?:特别)?声明[：:]\s*(?:本文由)?新浪(?:网|财经|看点|财经头条).{0,40}(?:作者|不代表)
    | 新浪财经(?:头条)?(?:作者|意见领袖).{0,30}仅代表作者
    | 炒股就看.{0,6}金麒麟 | 炒股开户享福利 | 股市跌了别害怕 | 股市回暖，抄底炒股先开户
    | 反弹行情下的专属 | 股市瞬息万变，投资难以决策
    | 7[x×*]24小时全球实时 | 24小时滚动播报最新的财经资讯 | 热点栏目\s*(?:自选股|资金流向) | 安装新浪财经客户端
    | 新浪(?:财经|港股)(?:App|APP|Level2|公众号)\s*[：:] | 新浪(?:财经|科技|网)?意见反馈
    | 下载新浪财经(?:App|APP|客户端)
    | (?:登录|打开)新浪财经(?:App|APP) | 动感短信，让您 | 更多精彩(?:内容|资讯)请(?:扫|关注|长按)
    | 长按.{0,4}识别.{0,4}二维码 | 第一时间免费试玩$
    | 【线索征集令 | 线索征集令[！!] | 海量资讯、精准解读 | 更多猛料[！!]\s*欢迎
    | 扫描(?:下方|上方|左方|右方|上图|下图|左侧|右侧)二维码 | 欢迎扫描(?:下方|上方|左方|右方)二维码
    | 进入.{0,4}新浪财经股吧 | 进入.{0,12}吧】?讨论$ | THE_END | @@title@@
    | 文章关键词[：:] | 我要反馈$ | 保存网页$ | 我要反馈\s*保存网页 | 分享到[：:] | 转发此文至微博
    | 新浪理财师$ | 微博推荐$
    | 我要评论$ | 欢迎发表评论$ | 我有话说$ | 已有\d*条评论(?:$|\s*我要评论)
    | 点击进入专题[：:] | 点击(?:进入|查看)更多$ | 点击此处(?:查看|查询)(?:全部|更多) | 查看最新行情$
    | 广告(?:\s*[|｜].{0,20})?$ | 视频加载中 | 自动播放$ | 欢迎参与调查$ | 您还未登录，该调查 | 查看调查结果$
    | 查看更多董秘问答 | 查看更多美图
    | 语音播报\s+缩小字体 | 股市直播\s*图文直播间 | .{0,6}消费曝光台.{0,4}我要投诉
    | 看明星八卦、查影讯 | 新酷产品第一时间
    | .{0,60}上手机新浪网.{0,20}sina\.cn
    )""",
    re.X,
)
_PROMO_INSIDE = re.compile(
    r"【(?:下载地址|点击投票|新浪财经股吧|手机看新闻|新浪财经吧)】|快来新浪众测|尽在新浪财经APP|xinlang-caijing"
)
_LONGEST_PROMO = 160  # characters, of one that is told by what stands inside
# The duty editor and his code; names in a newspaper's own closing line are the article's.
_EDITOR = re.compile(
    r"[（(【\[]?"
    r"(?:(?:责任编辑|责编)[：:]\s?(?P<name>[^，。、！？!?：:\s）)】\]]{1,16})"
    r"|编辑[：:]\s?(?P<short>S[A-Z]\d{2,4}|[\u4e00-\u9fff·]{2,4}))"
    r"(?:\s{1,3}S[A-Z]\d{2,4})?\s?[）)】\]]?"
)
_LONGEST_EDITOR = 40
_RELATED = re.compile(
    r"^[>＞\[【（(·•■▎\s]*(?:相关|推荐|延伸|更多|往期|热点|精彩|此前|之前|猜你|热门|专题|编辑)?"
    r"(?:阅读|新闻|报道|链接|推荐|专题|文章|内容|回顾|话题|视频|图集|喜欢)[\]】）)：:\s>＞]*$"
)
_RELATED_LINE = re.compile(
    r"^[>＞\[【\s]*(?:相关|此前|推荐|延伸|更多|往期)(?:阅读|新闻|报道|链接|文章|专题)\s*[：:]\s*"
)
_BESIDE_LINKS = 6  # characters that may stand between the links of such a line
_FOOTER = re.compile(
    r"^[—\-·▼↓\s]*(?:本期|往期|近期|更多)的?(?:精彩|热门|好文|推荐|文章|内容)?"
    r"(?:回顾|推荐|阅读|文章|精选|集锦)[—\-·▼↓：:\s]*$"
)
_FOOTER_ENDS = re.compile(r"^[【（(](?:本文|来源|原文|文章)")
_FOLLOW = re.compile(
    r"^(?:ID|微信号|公众号|微信ID)[：:]\s*[\w-]+$"
    r"|^.{0,8}(?:长按|扫一扫|识别)(?:上方|下方|图中)?(?:二维码|图片).{0,12}$|^(?:扫码|扫一扫)关注.{0,12}$"
)
_LONG = 60  # characters; headlines and calls to follow are shorter


def without_boilerplate(blocks: list[Block]) -> tuple[list[Block], str]:
    """The blocks that are the article, and the duty editor's name where a line of text gave it."""
    editor = ""
    kept: list[Block] = []
    for block in blocks:
        text = block.text if isinstance(block, Paragraph) else ""
        if name := _editor(text):
            editor = editor or name
        elif isinstance(block, Quote):
            block.blocks, _ = without_boilerplate(block.blocks)
            kept += [block] if block.blocks else []
        elif not is_promo(text) and not _is_boilerplate_table(block):
            kept.append(block)
    return _without_footer(_without_related(kept)), editor


def is_promo(text: str) -> bool:
    """True for a paragraph of Sina's own that advertises, disclaims or leads on."""
    if not text:
        return False
    return bool(_PROMO.match(text) or (len(text) <= _LONGEST_PROMO and _PROMO_INSIDE.search(text)))


def _editor(text: str) -> str:
    match = _EDITOR.fullmatch(text) if 0 < len(text) <= _LONGEST_EDITOR else None
    return (match["name"] or match["short"]) if match else ""


def _is_boilerplate_table(block: Block) -> bool:
    return isinstance(block, Table) and all(cell.is_link for cell in block.paragraphs())


def _without_related(blocks: list[Block]) -> list[Block]:
    """No 相关新闻 heading with links under it, no line of 此前报道 links, no list of links at the end."""
    links_from = [0] * (len(blocks) + 1)  # how many blocks from here on are links
    for index in reversed(range(len(blocks))):
        links_from[index] = links_from[index + 1] + 1 if _is_link(blocks[index]) else 0
    kept: list[Block] = []
    index = 0
    while index < len(blocks):
        block = blocks[index]
        if isinstance(block, Paragraph) and _leads_on(block, links_from[index + 1]):
            index += 1 + links_from[index + 1]
        else:
            kept.append(block)
            index += 1
    trailing = 0
    while trailing < len(kept) and _is_link(kept[-1 - trailing]):
        trailing += 1
    if trailing >= 2 or (trailing and isinstance(kept[-1], ItemList)):
        del kept[len(kept) - trailing :]
    return kept


def _leads_on(block: Paragraph, links_behind: int) -> bool:
    if _RELATED.match(block.text):
        return links_behind > 0  # without links behind it, it is a sub-heading of the article
    if not _RELATED_LINE.match(block.text):
        return False
    beside = "".join(inline.text for inline in block.inlines if not inline.href).strip()
    return any(inline.href for inline in block.inlines) and len(_RELATED_LINE.sub("", beside)) <= _BESIDE_LINKS


def _is_link(block: Block) -> bool:
    return isinstance(block, (Paragraph, ItemList)) and block.is_link


def _without_footer(blocks: list[Block]) -> list[Block]:
    """No 往期回顾 of a reposted account: its heading, headlines, pictures and call to follow."""
    start = len(blocks)
    while start and _is_headline(blocks[start - 1]):
        start -= 1
    for index in range(max(start, 1), len(blocks)):
        block = blocks[index]
        if isinstance(block, Paragraph) and _FOOTER.match(block.text) and index + 1 < len(blocks):
            return blocks[:index] + [other for other in blocks[index + 1 :] if _FOOTER_ENDS.match(_text(other))]
    return [block for block in blocks if not _FOLLOW.match(_text(block))]


def _is_headline(block: Block) -> bool:
    """True for what a footer is made of: pictures and short lines that are no sentences."""
    text = _text(block)
    return isinstance(block, Image) or (0 < len(text) < _LONG and not text.endswith("。"))


def _text(block: Block) -> str:
    return block.text if isinstance(block, Paragraph) else ""
