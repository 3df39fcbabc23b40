"""What of the body's text is Sina's own, and what only looks like it and is the article."""

import pytest

from crawler.sina.blocks import Block, Image, ItemList, Paragraph, Quote, Table, Video
from crawler.sina.boilerplate_text import Cleaned, without_boilerplate
from crawler.sina.inline import Inline

HEADLINE = "青泽县发布春季用工清单"
LONG = "泽阳市统计局公布的数据显示，上半年规模以上工业增加值同比增长百分之五点二，" * 3


def para(text: str) -> Paragraph:
    return Paragraph([Inline(text)])


def link(text: str) -> Paragraph:
    return Paragraph([Inline(text, href="https://finance.sina.com.cn/x")])


def kept(*blocks: Block) -> list[str]:
    """The first words of what is kept of these blocks."""
    return [
        block.text[:20] if isinstance(block, Paragraph) else type(block).__name__
        for block in without_boilerplate(list(blocks)).blocks
    ]


LOOK_ALIKES = [
    "编辑部的灯亮到凌晨三点。",
    "编辑出身的他，第一次管仓库。",
    "编辑：吴十、郑一",
    "责任编辑制度写进了新修订的管理办法。",
    "来源：新华社",
    "来源：海岑日报 作者：方若谷",
    "原标题：真金白银助企",
    "声明：本文作者持有文中提到的股票。",
    "声明：本公司股东均未减持。",
    "特别声明：本公司从未授权任何第三方以公司名义开展募资活动。",
    "免责声明：本公告所载预测数据不构成对投资者的实质承诺。",
    "本文仅代表作者个人观点。",
    "更多精彩的比赛将在下半年展开。",
    "更多猛兽被放归山林。",
    "二维码扫描枪的出货量下降一成。",
    "股市回落，资金转向债券。",
    "炒股的人少了，营业部改卖咖啡。",
    "热点栏目的收视率创下新低。",
    "新浪财经讯 3月5日消息，江穗重工公告称。",
    "新浪公司第四季度净营收增长一成。",
    "广告收入同比下降三成。",
    "广告公司纷纷转型。",
    "分享到场者的故事，是他的工作。",
    "我要把账算清楚。",
    "我有三点意见。",
    "进入股市讨论会现场的有三百人。",
    "已有58条生产线复工。",
    "欢迎词里没有提到裁员。",
    "保存网络交易记录是维权的第一步。",
    "自动播放功能被监管点名。",
    "24小时便利店多了一倍。",
    "相关新闻发布会将于3月8日举行。",
    "此前报道：本报3月2日刊发调查后，市住建局回应称将在一周内整改。",
    "推荐阅读一本书：《债务危机》",
    "（新华社）",
    "（记者 方若谷 实习生 姜越泽）",
    "本报记者 田既明 泽阳报道",
    "编辑：您怎么看今年的房价？",
    "更多精彩内容，将在下半年陆续推出，值得关注。",
    "扫描包装上的二维码，消费者可以看到产地信息。",
    "人脸识别技术引关注",
    "扫码支付受关注",
    "股市回暖，抄底资金连续三日净流入。",
    "炒股就看大盘脸色的日子过去了。",
    "微博推荐算法团队负责人表示，新版将于六月上线。",
    "我有话说不出口，他回忆道。",
    "我要评论的是这份预算。",
    "已有3条评论认为新规过严。",
    "24小时滚动播报制度是电台的传统。",
    "新浪财经App月活用户突破一亿。",
    "点击查看更多信息的用户占三成。",
    "保存网页证据是维权的第一步。",
    "欢迎参与调查的市民超过三千人。",
    "查看最新行情的老人挤满了营业部。",
    "新浪众测平台上月关闭，公司解释称用户太少。",
    "新浪声明：公司从未参与任何代币发行，将追究法律责任。",
]


@pytest.mark.parametrize("text", LOOK_ALIKES)
def test_what_only_looks_like_a_promo_is_the_article(text: str) -> None:
    assert kept(para("首段。"), para(text), para("末段。")) == ["首段。", text[:20], "末段。"]
    assert kept(para("首段。"), para(text)) == ["首段。", text[:20]]


@pytest.mark.parametrize(
    ("line", "editor"),
    [
        ("责任编辑：苏禾 SF123", "苏禾"),
        ("责任编辑：苏禾", "苏禾"),
        ("（责任编辑：苏禾 SF047）", "苏禾"),
        ("(编辑:SN067)", "SN067"),
        ("【责编：苏禾】", "苏禾"),
        ("[编辑： 苏禾]", "苏禾"),
    ],
)
def test_the_duty_editors_line_goes_and_names_him(line: str, editor: str) -> None:
    cleaned = without_boilerplate([para("首段。"), para(line)])
    assert (cleaned.blocks, cleaned.editor) == ([para("首段。")], editor)


def test_the_first_editor_is_the_one() -> None:
    assert without_boilerplate([para("编辑：甲乙"), para("责任编辑：丙丁")]).editor == "甲乙"


@pytest.mark.parametrize(
    "heading", ["相关新闻", "相关报道：", "【推荐阅读】", "> 延伸阅读", "更多新闻", "猜你喜欢", "专题"]
)
@pytest.mark.parametrize("links", [[link(HEADLINE)], [link(HEADLINE)] * 2, [ItemList.of([link(HEADLINE)] * 2)]])
def test_a_heading_goes_with_the_related_links_under_it(heading: str, links: list[Block]) -> None:
    assert kept(para("首段。"), para(heading), *links, para("末段。")) == ["首段。", "末段。"]


@pytest.mark.parametrize("heading", ["相关链接", "相关新闻", "专题", "新闻", "相关阅读："])
def test_the_same_heading_with_text_under_it_stays(heading: str) -> None:
    assert kept(para("首段。"), para(heading), para("国际仲裁院成立于1923年。")) == [
        "首段。",
        heading,
        "国际仲裁院成立于1923年。",
    ]


def related(words: str, *linked: str) -> Paragraph:
    return Paragraph([Inline(words), *(Inline(text, href="https://finance.sina.com.cn/x") for text in linked)])


def test_a_line_of_earlier_reports_goes() -> None:
    assert kept(para("首段。"), related("此前报道：", "青泽县发布用工清单"), para("末段。")) == ["首段。", "末段。"]


def test_a_sentence_about_an_earlier_report_stays() -> None:
    told = related("此前报道：本报3月2日刊发", "《某文》")
    told.inlines.append(Inline("后，市住建局回应称将在一周内整改，并约谈了相关企业负责人。"))
    assert len(kept(para("首段。"), told, para("末段。"))) == 3


@pytest.mark.parametrize(
    "links", [[link("附件1"), link("附件2")], [link(HEADLINE)] * 2, [ItemList.of([link("数据来源：统计局")])]]
)
def test_links_at_the_end_are_the_articles_own(links: list[Block]) -> None:
    assert len(kept(para("首段。"), *links)) == 1 + len(links)


@pytest.mark.parametrize(
    "link_block",
    [
        link("附件1：青泽县用工清单"),
        link("全文下载"),
        Paragraph([Inline("青泽县发布春季用工清单", href="https://www.gov.cn/x.html")]),
        Paragraph([Inline("青泽县发布春季用工清单", href="https://finance.sina.com.cn/x.pdf")]),
    ],
    ids=["an annex", "a download", "elsewhere", "a file"],
)
def test_links_under_a_related_heading_that_lead_to_no_article_stay_with_it(link_block: Paragraph) -> None:
    assert len(kept(para("首段。"), para("相关链接"), link_block)) == 3
    assert kept(para("首段。"), para("相关链接"), link(HEADLINE), link_block) == ["首段。", link_block.text[:20]]


def test_a_paragraph_that_is_a_link_stays_elsewhere() -> None:
    assert kept(link("导语"), para("首段。")) == ["导语", "首段。"]
    assert kept(para("首段。"), link("甲"), link("乙"), para("末段。")) == ["首段。", "甲", "乙", "末段。"]
    assert kept(para("首段。"), link("报告全文")) == ["首段。", "报告全文"]


def video() -> Video:
    return Video("港口", "http://video.sina.com.cn/1.html")


def test_videos_one_behind_the_other_stay() -> None:
    assert kept(para("首段。"), video(), video(), para("末段。")) == ["首段。", "Video", "Video", "末段。"]


def test_videos_at_the_end_stay() -> None:
    assert kept(para("首段。"), video(), video()) == ["首段。", "Video", "Video"]


@pytest.mark.parametrize(
    "heading", ["往期回顾", "— 往期精彩 —".replace("精彩", "精选"), "更多精彩文章", "近期热门文章：", "▼往期推荐"]
)
def test_a_reposted_accounts_footer_goes_but_for_the_source(heading: str) -> None:
    footer = [para("《看懂财报的三个窍门》"), Image("http://n.sinaimg.cn/a.jpg"), para("（来源：海岑财经周刊）")]
    assert kept(para("首段。"), para(heading), *footer) == ["首段。", "（来源：海岑财经周刊）"]


def test_such_a_heading_with_long_text_behind_it_stays() -> None:
    assert len(kept(para("首段。"), para("往期回顾"), para(LONG))) == 3


@pytest.mark.parametrize("behind", [[para("2019年上市，2021年退市。")], [Table([[para("年份"), para("营收")]])]])
def test_a_look_back_is_a_section_of_the_article(behind: list[Block]) -> None:
    assert len(kept(para("首段。"), para("历史回顾"), *behind)) == 2 + len(behind)


@pytest.mark.parametrize("call", ["ID：haicen-daily", "微信号：haicen_2024", "长按识别二维码关注我们", "扫一扫关注"])
def test_a_call_to_follow_an_account_goes(call: str) -> None:
    assert kept(para("首段。"), para(call)) == ["首段。"]


def test_boilerplate_in_a_quote_goes_and_a_quote_of_nothing_else_too() -> None:
    promo = para("炒股就看金麒麟分析师研报")
    assert kept(Quote([promo]), para("末段。")) == ["末段。"]
    quote = Quote([promo, para("甲")])
    assert (kept(quote), quote.blocks) == (["Quote"], [para("甲")])


def test_a_table_of_nothing_but_links_goes() -> None:
    assert kept(Table([[link("甲"), Paragraph([])], [link("乙"), link("丙")]]), para("末段。")) == ["末段。"]
    assert kept(Table([[link("甲"), para("1")]]), para("末段。")) == ["Table", "末段。"]


def test_images_and_lists_stay() -> None:
    blocks: list[Block] = [Image("http://n.sinaimg.cn/a.jpg"), ItemList.of([para("甲"), link("乙")])]
    assert without_boilerplate(list(blocks)) == Cleaned(blocks, "", [])
