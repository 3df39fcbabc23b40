"""For each rule of what is no text of the article: what it must clean away, and sentences that it must not touch."""

from dataclasses import dataclass

_OTHER = "https://finance.sina.com.cn/china/2024-03-04/doc-inamqaaa1111111.shtml"
_LINKS = f'<p><a href="{_OTHER}">青泽县发布春季用工清单</a></p><p><a href="{_OTHER}">消费券的三本账怎么算</a></p>'
_ANNEX = '<p><a href="https://www.gov.cn/annex1.pdf">附件1：青泽县用工清单</a></p>'


@dataclass(frozen=True, slots=True)
class Examples:
    """HTML that stands in a body behind a first paragraph; each of ``cleans`` goes by the rule, ``keeps`` stays."""

    cleans: tuple[str, ...]
    keeps: tuple[str, ...]


def _lines(*texts: str) -> tuple[str, ...]:
    return tuple(f"<p>{text}</p>" for text in texts)


BY_WORDS = {
    "statement": Examples(
        _lines(
            "新浪声明：此消息系转载自新浪合作媒体，新浪网登载此文出于传递更多信息之目的",
            "声明：新浪网独家稿件，未经授权禁止转载。",
        ),
        _lines("新浪声明：公司从未参与任何代币发行，将追究法律责任。", "声明：本公司股东均未减持。"),
    ),
    "disclaimer_of_media": Examples(
        _lines(
            "免责声明：自媒体综合提供的内容均源自自媒体，版权归原作者所有",
            "免责声明：本信息由新浪财经从公开信息中摘录",
        ),
        _lines("免责声明：本公告所载预测数据不构成对投资者的实质承诺。"),
    ),
    "disclaimer_of_platform": Examples(
        _lines(
            "特别声明：以上文章内容仅代表作者本人观点，不代表新浪网观点或立场。",
            "免责声明：以上内容仅代表作者",
            "声明：新浪财经登载此文不代表赞同其观点",
            "特别声明：本文由新浪财经头条作者上传",
            "新浪财经意见领袖专栏文章均仅代表作者个人观点",
            "特别声明：本文为自媒体平台“新浪看点”作者上传并发布，仅代表该作者观点，新浪网仅提供信息发布平台。",
            "特别声明：以上内容(如有图片或视频亦包括在内)为自媒体平台用户上传并发布，本平台仅提供信息存储服务。",
        ),
        _lines(
            "声明：本文作者持有文中提到的股票。",
            "特别声明：本公司从未授权任何第三方以公司名义开展募资活动。",
            "本文仅代表作者个人观点。",
            "声明：本文由作者原创，转载须经同意。",
            "特别声明：本文为作者个人观点，与其所在机构无关。",
        ),
    ),
    "brokers": Examples(
        _lines(
            "炒股就看金麒麟分析师研报，权威，专业，及时，全面，助您挖掘潜力主题机会！",
            "炒股开户享福利，入金抽188元红包，100%中奖！",
            "股市跌了别害怕，这里有妙招",
            "股市回暖，抄底炒股先开户！",
            "反弹行情下的专属福利",
            "股市瞬息万变，投资难以决策？来#A股参谋部#超话聊一聊",
        ),
        _lines(
            "炒股的人少了，营业部改卖咖啡。",
            "炒股就看大盘脸色的日子过去了。",
            "股市回暖，抄底资金连续三日净流入。",
            "股市跌了三成，居民存款反而增加。",
            "反弹行情能走多远，取决于成交量。",
        ),
    ),
    "ticker": Examples(
        _lines(
            "7x24小时全球实时财经新闻直播",
            "24小时滚动播报最新的财经资讯和视频，更多粉丝福利扫描二维码关注",
            "热点栏目 自选股 数据中心 行情中心 资金流向 模拟交易 客户端",
        ),
        _lines("24小时便利店多了一倍。", "24小时滚动播报制度是电台的传统。", "热点栏目的收视率创下新低。"),
    ),
    "app": Examples(
        _lines(
            "安装新浪财经客户端第一时间接收最全面的市场资讯",
            "新浪财经App：直播上线 博主一对一指导",
            "下载新浪财经APP，了解全球实时汇率",
            "登录新浪财经APP 搜索【信披】查看更多考评等级",
            "打开APP阅读全文",
            "打开新浪新闻APP查看更多",
            "动感短信，让您的手机个性飞扬！",
            "第一时间免费试玩",
            "新酷产品第一时间免费试玩，还有众多优质达人分享独到生活经验",
            "看明星八卦、查影讯电视节目，上手机新浪网",
            "手机看行情、读要闻，上手机新浪网财经频道 finance.sina.cn",
        ),
        _lines(
            "新浪财经App月活用户突破一亿。",
            "打开App阅读的习惯，正在改变地方报纸的发行。",
            "第一时间免费试玩的用户超过百万。",
            "下载量最大的是三款记账应用。",
        ),
    ),
    "qr_code": Examples(
        _lines(
            "更多精彩内容请扫描二维码关注",
            "长按图片识别二维码",
            "海量资讯、精准解读，尽在新浪财经APP",
            "更多猛料！欢迎扫描左方二维码关注新浪新闻官方微信",
            "扫描下方二维码关注新浪财经官方微信，获取更多资讯",
            "欢迎扫描下方二维码",
        ),
        _lines(
            "更多精彩的比赛将在下半年展开。",
            "更多精彩内容，将在下半年陆续推出，值得关注。",
            "更多猛兽被放归山林。",
            "扫描包装上的二维码，消费者可以看到产地信息。",
        ),
    ),
    "tips": Examples(
        _lines("【线索征集令！】你吐槽，我倾听；您爆料，我报道！", "新浪消费曝光台：我要投诉"),
        _lines("线索征集工作持续到六月底。", "消费曝光台的投诉量上月翻番。"),
    ),
    "forum": Examples(
        _lines("进入【新浪财经股吧】讨论", "进入【江穗重工吧】讨论"),
        _lines("进入股市讨论会现场的有三百人。"),
    ),
    "template": Examples(
        _lines("THE_END", "@@title@@", "文章关键词： 港口 集装箱"),
        _lines("THE END是影片的最后一个镜头。", "文章关键在最后一段。"),
    ),
    "feedback": Examples(
        _lines("我要反馈", "保存网页", "我要反馈 保存网页", "新浪财经意见反馈留言板", "举报/反馈"),
        _lines("我要把账算清楚。", "保存网页证据是维权的第一步。", "举报反馈机制上线一年，办结率过九成。"),
    ),
    "sharing": Examples(
        _lines("分享到：", "转发此文至微博", "新浪理财师", "微博推荐"),
        _lines("分享到场者的故事，是他的工作。", "微博推荐算法团队负责人表示，新版将于六月上线。"),
    ),
    "comments": Examples(
        _lines("我要评论", "欢迎发表评论", "我有话说", "已有58条评论", "已有12条评论 我要评论"),
        _lines(
            "我要评论的是这份预算。", "我有话说不出口，他回忆道。", "已有3条评论认为新规过严。", "已有58条生产线复工。"
        ),
    ),
    "lead_on": Examples(
        _lines(
            "&gt; 点击进入专题：两会",
            "点击查看更多",
            "点击此处查看全部财经新闻图片",
            "查看最新行情",
            "查看更多董秘问答&gt;&gt;",
            "查看更多美图",
        ),
        _lines("点击查看更多信息的用户占三成。", "查看最新行情的老人挤满了营业部。"),
    ),
    "advertising": Examples(_lines("广告", "广告 | 查看详情"), _lines("广告收入同比下降三成。", "广告公司纷纷转型。")),
    "playing": Examples(
        _lines("视频加载中，请稍候...", "自动播放", "语音播报 缩小字体 放大字体", "股市直播 图文直播间 视频直播间"),
        _lines("自动播放功能被监管点名。", "视频加载速度成为运营商比拼的重点。", "股市直播间里挤满了新手。"),
    ),
    "survey": Examples(
        _lines("欢迎参与调查", "您还未登录，该调查需登录后参与", "查看调查结果"),
        _lines("欢迎参与调查的市民超过三千人。", "查看调查结果的人很多。"),
    ),
    "promo_inside": Examples(
        _lines("完整版报告【下载地址】抢先看", "“年度样本”评选开启！【点击投票】为家乡助力"),
        _lines("新浪众测平台上月关闭，公司解释称用户太少。", "评选开启后，市民点击投票三十万次。"),
    ),
    "editor": Examples(
        _lines("责任编辑：苏禾 SF123", "(编辑:SN067)", "【责编：苏禾】"),
        _lines("编辑：吴十、郑一", "责任编辑制度写进了新修订的管理办法。", "编辑：您怎么看今年的房价？"),
    ),
    "place": Examples(
        _lines("发布于：上海", "IP属地：广东", "发布于 ：北京"),
        (
            *_lines("产品发布于：上海国家会展中心。", "新规发布于去年，上海率先执行。"),
            "<p>发布于：上海</p><p>正文从这里开始。</p>",
        ),
    ),
    "related_links": Examples(
        (
            f"<p>相关新闻</p>{_LINKS}",
            f"<p>【推荐阅读】</p>{_LINKS}",
            f"<p>猜你喜欢</p><ul><li>{_LINKS[3:-4]}</li></ul>",
        ),
        (f"<p>相关链接</p>{_ANNEX}", "<p>专题</p><p>国际仲裁院成立于1923年。</p>", _LINKS, _ANNEX * 2),
    ),
    "related_line": Examples(
        (f'<p>此前报道：<a href="{_OTHER}">青泽县发布用工清单</a></p>',),
        (
            f'<p>此前报道：本报3月2日刊发<a href="{_OTHER}">《某文》</a>后，市住建局回应称将在一周内整改。</p>',
            '<p>相关链接：<a href="https://www.gov.cn/annex1.pdf">通知全文</a></p>',
        ),
    ),
    "link_table": Examples(
        (
            f'<table><tr><td><a href="{_OTHER}">股票</a><td><a href="{_OTHER}">基金</a><tr>'
            f'<td><a href="{_OTHER}">期货</a>'
            f'<td><a href="{_OTHER}">外汇</a></table>',
        ),
        (
            '<table><tr><td><a href="https://a.cn/1">附表1</a><td><a href="https://a.cn/2">附表2</a><tr>'
            '<td><a href="https://a.cn/3">附表3</a><td><a href="https://a.cn/4">附表4</a></table>',
        ),
    ),
    "account_footer": Examples(
        ("<p>往期回顾</p><p>看懂财报的三个窍门</p>", "<p>▼往期推荐</p><p>看懂财报的三个窍门</p>"),
        ("<p>历史回顾</p><p>2019年上市，2021年退市。</p>",),
    ),
    "call_to_follow": Examples(
        _lines("ID：haicen-daily", "微信号：haicen_2024", "长按二维码，关注我们", "扫一扫关注"),
        _lines("人脸识别技术引关注", "扫码支付受关注"),
    ),
}

# By tag, class, id or a part of an attribute; what stays has names that only look like those of the rule.
BY_MARKUP = {
    "machinery": Examples(
        (
            '<script src="//d1.sina.com.cn/litong/zhitou/sinaads/release/sinaads.js"></script>',
            "<style>.appendQr_wrap{border:1px solid #E6E6E6}</style>",
            "<noscript>请开启脚本。</noscript>",
            '<iframe src="//finance.sina.com.cn/iframe/286/2014.html">框架</iframe>',
            '<object id="flash" data="//you.video.sina.com.cn/p.swf">请安装播放器</object>',
            '<form action="//comment5.news.sina.com.cn/">用户名<input name="user">密码</form>',
            '<input type="text" value="代码">',
            "<select><option>上证指数</option><option>深证成指</option></select>",
            "<textarea>发表评论</textarea>",
            '<button class="btn">提交</button>',
            '<link rel="stylesheet" href="//n.sinaimg.cn/finance/zt.css">',
            '<meta name="sudameta" content="comment_channel:cj">',
        ),
        ("<p><tt>script</tt>：脚本。</p>",),
    ),
    "media": Examples(
        (
            '<video src="//edge.ivideo.sina.com.cn/1.mp4" poster="">您的浏览器不支持</video>',
            '<audio controls src="//a.sina.cn/1.mp3">听新闻</audio>',
            '<canvas width="300">走势图</canvas>',
            '<svg width="16"><title>分享</title></svg>',
        ),
        ("<p>音频和视频的区别。</p>",),
    ),
    "hidden": Examples(
        (
            '<span style="color:red; DISPLAY : none">甲乙丙丁</span>',
            "<p hidden>甲乙丙丁</p>",
            '<div style="visibility:hidden">浮层</div>',
        ),
        (
            '<p style="display:block">甲。</p>',
            '<div id="dataSource1" style="display:none"><p>甲。</p></div>',
        ),
    ),
    "advertisement": Examples(
        (
            '<ins class="sinaads" data-ad-pdps="PDPS000000055009">广告</ins>',
            '<div class="sinaere">推广链接</div>',
            '<div class="ad">广告位</div>',
            '<div class="ad adNone">广告位</div>',
            '<p class="adNone">广告位</p>',
            '<div class="otherContent_01" style="width:300px">家装博览会</div>',
            '<table class="tb-ad0"><tr><td>炒股软件</td></tr></table>',
            '<div class="new_style_article">新品试用</div>',
            '<div class="goods-card">同款商品 ¥99</div>',
            '<div class="tech-quotation">新浪众测：体验新品</div>',
            '<div id="left_hzh_ad">画中画</div>',
            '<div id="sinaads_box">推广</div>',
            '<div id="ad_44099">推广</div>',
            '<div id="PublicRelation4">公关推广</div>',
            '<div class="ad_250_300">推广</div>',
            '<div sax-type="proxy">推广</div>',
            '<div data-ad-pdps="PDPS000000026796">推广</div>',
            '<div data-sudaclick="ad_content_1">文字链</div>',
            '<div class="j_native_box">猜您需要</div>',
        ),
        (
            '<p class="address">甲。</p>',
            '<div id="address_1">甲。</div>',
            '<p class="advice">甲。</p>',
        ),
    ),
    "app_or_account": Examples(
        (
            '<div class="finance_app_sina">手机看新闻</div>',
            '<div class="finance_app_zqtg finance_lcsds_ds_cls">大势看诊股</div>',
            '<div class="xb_new_finance_app">新浪财经客户端</div>',
            '<div class="live-finance-banner-wrap">正在直播</div>',
            '<div class="zhitou-wrap">智投</div>',
            '<div class="sv_cont_c14">看财经视频</div>',
            '<div class="news_weixin_ercode">扫一扫</div>',
            '<div class="blk-wxfollow">关注新浪财经微信</div>',
            '<p class="ecode_weixin">扫描左方</p>',
            '<div id="lcs1_w">理财师问答</div>',
            '<div id="lcs_wrap">理财师问答</div>',
            '<div id="wx_pic">微信</div>',
            '<div data-sudaclick="suda_1028_guba"><a href="https://finance.sina.com.cn/x/">股吧热议</a></div>',
            '<div class="appendQr_wrap">海量资讯</div>',
            '<div class="app-kaihu-qr">开户</div>',
            '<div class="finance_lcsds_ds_cls">理财大赛</div>',
            '<div id="finance_lcsds_ds_cls">理财大赛</div>',
        ),
        (
            '<p class="appendix">甲。</p>',
            '<p class="finance-summary">甲。</p>',
        ),
    ),
    "quotes_or_chart": Examples(
        (
            '<div class="ct_hqimg">行情图</div>',
            '<div class="hqimg_wrapper">行情图</div>',
            '<div class="hqimg_related">相关行情</div>',
            '<p><span id="stock_sh600519"></span><span id="quote_sh600519">(1688.00, 2.79, 0.17%)</span></p>',
        ),
        (
            '<div class="quotation">甲。</div>',
            '<span id="stock_sh600519">甲。</span>',
        ),
    ),
    "editor_or_disclaimer": Examples(
        (
            '<p class="article-editor">编辑甲</p>',
            '<p class="show_author">编辑甲</p>',
            '<p class="article-notice">转载说明</p>',
            '<div class="show_statement">声明文字</div>',
            '<div class="se_edit">编辑甲</div>',
            '<div class="article-bottom">页脚</div>',
        ),
        (
            '<p class="ori_titlesource">甲。</p>',
            '<p class="author">甲。</p>',
        ),
    ),
    "related": Examples(
        (
            '<div class="wap_special"><a href="https://finance.sina.com.cn/x/">专题：港口</a></div>',
            '<div class="seo_data_list"><a href="https://finance.sina.com.cn/x/">行情中心</a></div>',
            '<div class="feed-wrap"><a href="https://finance.sina.com.cn/x/">精彩推荐</a></div>',
            '<div class="guessulike2"><a href="https://finance.sina.com.cn/x/">你可能喜欢</a></div>',
            '<div class="content_aboutNews"><a href="https://finance.sina.com.cn/x/">另一条新闻</a></div>',
            '<div class="corrTxt_01"><a href="https://finance.sina.com.cn/x/">另一条新闻</a></div>',
            '<div class="blk-related"><a href="https://finance.sina.com.cn/x/">另一条新闻</a></div>',
            '<div class="art_keywords"><a href="https://finance.sina.com.cn/x/">港口</a></div>',
            '<div class="article-keywords"><a href="https://finance.sina.com.cn/x/">港口</a></div>',
            '<div class="article-a_keywords"><a href="https://finance.sina.com.cn/x/">港口</a></div>',
            '<div class="keywords"><a href="https://finance.sina.com.cn/x/">港口</a></div>',
            '<div id="relatedNewsWrap"><a href="https://finance.sina.com.cn/x/">另一条新闻</a></div>',
            '<div id="most_read"><a href="https://finance.sina.com.cn/x/">热文</a></div>',
        ),
        (
            '<b class="keyword">甲。</b>',
            '<p class="special">甲。</p>',
        ),
    ),
    "player": Examples(
        (
            '<div class="artical-player-wrap">正在播放</div>',
            '<div class="Video_Cont">正在播放</div>',
            '<div class="contentPlayer">正在播放</div>',
            '<div class="blk-video">正在播放</div>',
            '<div class="blk_video_news">正在播放</div>',
            '<div class="a-p-hd">正在播放</div>',
            '<div class="hdFigureWrap">正在播放</div>',
            '<div class="sdFigureWrap">正在播放</div>',
            '<div class="fin_reference">正在播放</div>',
            '<div class="blk_ntchack1">正在播放</div>',
            '<div id="p_player">正在播放</div>',
            '<div id="J_Article_Player">正在播放</div>',
        ),
        ('<p class="players">甲。</p>',),
    ),
    "comments_or_sharing": Examples(
        (
            '<div class="blkComment">参与互动</div>',
            '<div class="blkContentFooter">参与互动</div>',
            '<div class="blk_cir_bottom">参与互动</div>',
            '<div class="content_shareto">参与互动</div>',
            '<div class="weiboListBox">参与互动</div>',
            '<div class="weibo-2017">参与互动</div>',
            '<div class="wb_rec">参与互动</div>',
            '<div class="nav_weibo">参与互动</div>',
            '<div class="Mblk_09">参与互动</div>',
            '<div class="muLink">参与互动</div>',
            '<div class="d_impLink">参与互动</div>',
            '<div id="bottomTools">工具条</div>',
            '<div id="sinashareto">转发</div>',
        ),
        ('<p class="comment-on-budget">甲。</p>',),
    ),
    "paging": Examples(
        (
            '<p class="page">[1] [2] [下一页]</p>',
            '<div class="pagebox">上一页 下一页</div>',
            '<div class="pagebox_div">上一页 下一页</div>',
        ),
        ('<p class="page-lead">甲。</p>',),
    ),
    "readers_browser": Examples(
        (
            '<div id="gtx-trans">翻译</div>',
            '<div id="xunlei_com_thunder_helper_plugin_d462f475">迅雷</div>',
        ),
        ('<p id="gtx">甲。</p>',),
    ),
}
