"""What leads to other articles: related links, and the look back with which an account closes its texts.

A list of links is the article's own (annexes, sources) unless it is known for another: by the heading over
it, and by each link, which leads to a page of Sina's and has the words of a headline.
"""

import re
from urllib.parse import urlsplit

from crawler.items import Removal
from crawler.sina.blocks import Block, Image, ItemList, Paragraph, Table, readable_text
from crawler.sina.inline import Inline
from crawler.sina.urls import is_sina

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
_SHORTEST_HEADLINE = 6  # characters
_NO_HEADLINE = re.compile(
    r"^[《（(【\s]*(?:附件|附录|附表|附图|附[：:]|点击下载|下载|全文|原文|报告全文|公告|来源|资料来源|参考)"
)
_FILE = re.compile(r"\.(?:pdf|docx?|xlsx?|pptx?|zip|rar|csv|txt)$", re.I)
RELATED, RELATED_LINE, LINK_TABLE, FOOTER, FOLLOW = (
    "related_links", "related_line", "link_table", "account_footer", "call_to_follow",
)  # fmt: skip
RULES = (RELATED, RELATED_LINE, LINK_TABLE, FOOTER, FOLLOW)


def is_link_table(block: Block) -> bool:
    """True for a table of nothing but links to other pages of Sina's."""
    return isinstance(block, Table) and all(
        cell.is_link and all(_is_on_sina(inline) for inline in cell.inlines if inline.href)
        for cell in block.paragraphs()
    )


def without_related(blocks: list[Block], removed: list[Removal]) -> list[Block]:
    """No 相关新闻 heading with links to other articles under it, no line of 此前报道 links."""
    links_from = [0] * (len(blocks) + 1)  # how many blocks from here on lead to other articles
    for index in reversed(range(len(blocks))):
        links_from[index] = links_from[index + 1] + 1 if _is_of_other_articles(blocks[index]) else 0
    kept: list[Block] = []
    index = 0
    while index < len(blocks):
        block = blocks[index]
        rule, links = _leads_on(block, links_from[index + 1]) if isinstance(block, Paragraph) else ("", 0)
        if rule:
            removed += [Removal(rule, readable_text(other)) for other in blocks[index : index + 1 + links]]
        else:
            kept.append(block)
        index += 1 + links
    return kept


def _leads_on(block: Paragraph, links_behind: int) -> tuple[str, int]:
    """By which rule the paragraph leads to other articles, if it does, and how many blocks behind it go with it."""
    if _RELATED.match(block.text):  # without links behind it, it is a sub-heading of the article
        return (RELATED, links_behind) if links_behind else ("", 0)
    links = [inline for inline in block.inlines if inline.href]
    if not links or not _RELATED_LINE.match(block.text) or not all(map(_is_on_sina, links)):
        return "", 0
    beside = "".join(inline.text for inline in block.inlines if not inline.href).strip()
    return (RELATED_LINE, 0) if len(_RELATED_LINE.sub("", beside)) <= _BESIDE_LINKS else ("", 0)


def _is_of_other_articles(block: Block) -> bool:
    if not isinstance(block, (Paragraph, ItemList)) or not block.is_link:
        return False
    links = [inline for paragraph in block.paragraphs() for inline in paragraph.inlines if inline.href]
    return all(_is_on_sina(link) and _is_headline_like(link.text) for link in links)


def _is_headline_like(text: str) -> bool:
    return len(text.strip()) >= _SHORTEST_HEADLINE and not _NO_HEADLINE.match(text)


def _is_on_sina(link: Inline) -> bool:
    """True for a link to a page of Sina's; a file is no page."""
    parts = urlsplit(link.href)
    return is_sina((parts.hostname or "").lower()) and not _FILE.search(parts.path)


def without_footer(blocks: list[Block], removed: list[Removal]) -> list[Block]:
    """No 往期回顾 of a reposted account: its heading, headlines, pictures and call to follow."""
    start = len(blocks)
    while start and _is_headline(blocks[start - 1]):
        start -= 1
    for index in range(max(start, 1), len(blocks)):
        block = blocks[index]
        if isinstance(block, Paragraph) and _FOOTER.match(block.text) and index + 1 < len(blocks):
            behind = blocks[index + 1 :]
            ends = [other for other in behind if _FOOTER_ENDS.match(_text(other))]
            removed += [Removal(FOOTER, readable_text(other)) for other in [block, *behind] if other not in ends]
            return blocks[:index] + ends
    removed += [Removal(FOLLOW, _text(block)) for block in blocks if _FOLLOW.match(_text(block))]
    return [block for block in blocks if not _FOLLOW.match(_text(block))]


def _is_headline(block: Block) -> bool:
    """True for what a footer is made of: pictures and short lines that are no sentences."""
    text = _text(block)
    return isinstance(block, Image) or (0 < len(text) < _LONG and not text.endswith("。"))


def _text(block: Block) -> str:
    return block.text if isinstance(block, Paragraph) else ""
