"""Site furniture that only its words give away: promos, disclaimers of Sina's, related links.

What is Sina's own and the same on thousands of pages goes; what the article's author wrote stays
(原标题, 来源, datelines, reporters' names, the author's own notes).
"""

import re

from crawler.sina.blocks import Block, Image, ItemList, Paragraph, Quote, Table

# A paragraph that begins like this is Sina's, whatever follows in it.
_PROMO = re.compile(
    r"""^[>＞\s]*(?:
    新浪声明[：:] | 声明：新浪网独家稿件 | 免责声明[：:]\s*(?:自媒体综合|本信息由新浪财经)
    | (?:特别声明|免责声明)[：:]\s*以上(?:文章)?内容仅代表作者
    | (?:特别)?声明[：:]\s*(?:本文由)?新浪(?:网|财经|看点|财经头条).{0,40}(?:作者|不代表)
    | 新浪财经(?:头条)?(?:作者|意见领袖).{0,30}仅代表作者
    | 炒股就看 | 炒股开户享福利 | 股市(?:跌了别害怕|回暖，抄底) | 反弹行情下的专属 | 股市瞬息万变，投资难以决策
    | (?:7[x×*]24小时|24小时)(?:全球实时|滚动播报) | 热点栏目\s*(?:自选股|资金流向) | 安装新浪财经客户端
    | 新浪(?:财经|港股)(?:App|APP|Level2|公众号)[：:]? | 新浪财经意见反馈 | 新浪(?:科技|网)?意见反馈 | 下载新浪财经
    | 登录新浪财经(?:App|APP) | 【?线索征集令 | 海量资讯、精准解读 | 更多猛料[！!]
    | 更多精彩(?:内容|资讯).{0,30}(?:关注|扫)
    | (?:扫描|长按|扫一扫|识别)(?:上方|下方|上图|下图|左方|右方|左侧|右侧)?.{0,6}二维码 | 欢迎扫描
    | 进入.{0,4}新浪财经股吧 | 进入.{0,12}吧】?讨论 | (?:我要|欢迎)(?:发表)?评论 | 我有话说 | 已有\d*条评论
    | 文章关键词[：:] | 我要反馈 | 保存网页 | 分享到[：:] | 转发此文至微博 | THE_END | @@title@@
    | 广告(?:\s*[|｜].{0,20})?$
    | 点击(?:进入|查看)(?:专题|更多) | 点击此处(?:查看|查询)(?:全部|更多) | 查看最新行情 | 新浪理财师 | 微博推荐
    | 视频加载中 | 自动播放$ | 欢迎参与调查 | 您还未登录，该调查 | 查看调查结果 | 查看更多(?:董秘问答|美图)
    | 语音播报\s | 股市直播\s*图文直播间 | .{0,12}消费曝光台.{0,4}我要投诉 | 看明星八卦、查影讯 | 第一时间免费试玩
    | 关注同花顺财经 | .{0,60}上手机新浪网 | 新酷产品第一时间
    )""",
    re.X,
)
_PROMO_INSIDE = re.compile(
    r"【(?:下载地址|点击投票|新浪财经股吧|手机看新闻|新浪财经吧)】|新浪众测|尽在新浪财经APP|官方微信（xinlang-caijing）"
)
# The duty editor and his code; names in a newspaper's own closing line are the article's.
_EDITOR = re.compile(
    r"^[（(【\[]?\s*(?:责任编辑|责编|编辑)\s*[：:]\s*(?P<who>[^，。、]{1,24}?)\s*(?:S[A-Z]\d{2,4})?\s*[）)】\]]?$"
)
_RELATED = re.compile(
    r"^[>＞\[【（(·•■▎\s]*(?:相关|推荐|延伸|更多|往期|热点|精彩|此前|之前|猜你|热门|专题|编辑)?"
    r"(?:阅读|新闻|报道|链接|推荐|专题|文章|内容|回顾|话题|视频|图集|喜欢)[\]】）)：:\s>＞]*$"
)
_RELATED_LINE = re.compile(r"^[>＞\[【\s]*(?:相关|此前|推荐|延伸|更多|往期)(?:阅读|新闻|报道|链接|文章|专题)\s*[：:]")
_FOOTER = re.compile(
    r"^[—\-·▼↓\s]*(?:本期|往期|近期|历史|更多)(?:的)?(?:精彩|热门|好文|推荐|文章|内容)?(?:回顾|推荐|阅读|文章|精选|集锦)[—\-·▼↓：:\s]*$"
)
_FOOTER_ENDS = re.compile(r"^[【（(](?:本文|来源|原文|文章)")
_FOLLOW = re.compile(
    r"^(?:ID|微信号|公众号|微信ID)[：:]\s*[\w-]+$|^.{0,8}(?:长按|扫码|扫一扫|识别).{0,10}(?:关注|二维码).{0,12}$"
)
_LONG = 80  # characters; headlines and calls to follow are shorter


def without_furniture(blocks: list[Block]) -> tuple[list[Block], str]:
    """The blocks that are the article, and the duty editor's name where a line of text gave it."""
    editor = ""
    kept: list[Block] = []
    for block in blocks:
        text = block.text if isinstance(block, Paragraph) else ""
        if found := _EDITOR.match(text):
            editor = editor or found["who"].strip()
        elif isinstance(block, Quote):
            block.blocks, _ = without_furniture(block.blocks)
            kept += [block] if block.blocks else []
        elif not (text and is_promo(text)) and not _is_furniture_table(block):
            kept.append(block)
    return _without_footer(_without_related(kept)), editor


def is_promo(text: str) -> bool:
    """True for a paragraph of Sina's own that advertises, disclaims or leads on."""
    return bool(_PROMO.match(text) or (len(text) <= _LONG * 2 and _PROMO_INSIDE.search(text)))


def _is_furniture_table(block: Block) -> bool:
    return isinstance(block, Table) and all(cell.is_link or not cell.text for row in block.rows for cell in row)


def _without_related(blocks: list[Block]) -> list[Block]:
    """No 相关新闻 heading with links under it, no line of 此前报道 links, no list of links at the end."""
    kept: list[Block] = []
    at = 0
    while at < len(blocks):
        block = blocks[at]
        links = _links_from(blocks, at + 1)
        if isinstance(block, Paragraph) and _leads_on(block, links):
            at += 1 + links
        else:
            kept.append(block)
            at += 1
    trailing = 0
    while trailing < len(kept) and _is_link(kept[-1 - trailing]):
        trailing += 1
    if trailing >= 2 or (trailing and isinstance(kept[-1], ItemList)):
        del kept[len(kept) - trailing :]
    return kept


def _leads_on(block: Paragraph, links_behind: int) -> bool:
    if _RELATED.match(block.text):
        return links_behind > 0  # without links behind it, it is a sub-heading of the article
    return bool(_RELATED_LINE.match(block.text)) and any(run.href for run in block.runs)


def _links_from(blocks: list[Block], start: int) -> int:
    count = 0
    while start + count < len(blocks) and _is_link(blocks[start + count]):
        count += 1
    return count


def _is_link(block: Block) -> bool:
    return isinstance(block, (Paragraph, ItemList)) and block.is_link


def _without_footer(blocks: list[Block]) -> list[Block]:
    """No 往期回顾 of a reposted account: its heading, headlines, pictures and call to follow."""
    for at, block in enumerate(blocks):
        if at and isinstance(block, Paragraph) and _FOOTER.match(block.text):
            rest = blocks[at + 1 :]
            if all(isinstance(other, Image) or len(_text(other)) < _LONG for other in rest):
                return blocks[:at] + [other for other in rest if _FOOTER_ENDS.match(_text(other))]
    return [block for block in blocks if not _FOLLOW.match(_text(block))]


def _text(block: Block) -> str:
    return block.text if isinstance(block, (Paragraph, ItemList)) else ""
