"""How a body is read into blocks: what stands on lines of its own, what belongs together, and what is passed over."""

import pytest

from tests.support.snippets import PICTURE, SHOWN, blocks_html, shown

IMG = f'<img src="{PICTURE}">'
AD = "<!--NEWSZW_HZH_BEGIN--><table><tr><td>广告</td></tr></table><!--NEWSZW_HZH_END-->"


@pytest.mark.parametrize(
    ("body", "markup"),
    [
        pytest.param("<p>甲</p><p>乙</p>", "<p>甲</p><p>乙</p>", id="p"),
        pytest.param("<p>\u3000\u3000甲<p>\u3000\u3000乙", "<p>甲</p><p>乙</p>", id="unclosed-p-with-indents"),
        pytest.param("<p>&nbsp;&nbsp;&nbsp;&nbsp;甲</p>", "<p>甲</p>", id="indent-of-nbsp"),
        pytest.param(
            "<p>&emsp;&emsp;甲</p><p>&ensp;</p>",
            "<p>甲</p>",
            id="indent-of-emsp",
        ),
        pytest.param("甲<br><br>\u3000\u3000乙<br/>丙", "<p>甲</p><p>乙</p><p>丙</p>", id="br"),
        pytest.param("甲<div>乙</div>丙", "<p>甲</p><p>乙</p><p>丙</p>", id="bare-text-round-a-div"),
        pytest.param("<div>甲<p>乙</p>丙</div>", "<p>甲</p><p>乙</p><p>丙</p>", id="bare-text-round-a-p"),
        pytest.param("<center>甲</center>乙", "<p>甲</p><p>乙</p>", id="center"),
        pytest.param("<dl><dt>甲</dt><dd>乙</dd></dl>", "<p>甲</p><p>乙</p>", id="definitions"),
        pytest.param("<p></p><p> &nbsp;\u3000</p><br><div><span></span></div>", "", id="empty-ones-go"),
        pytest.param("<h1>甲</h1><h2>乙</h2><h3>丙</h3>", "<h2>甲</h2><h2>乙</h2><h3>丙</h3>", id="headings"),
        pytest.param(
            "<h2>甲<br>乙</h2>",
            "<h2>甲</h2><h2>乙</h2>",
            id="heading-of-two-lines",
        ),
        pytest.param(f"<h2>{IMG}甲</h2>", f"{SHOWN}<h2>甲</h2>", id="heading-with-a-picture"),
        pytest.param("<hr>甲<hr>", "<p>甲</p>", id="rule"),
    ],
)
def test_what_a_reader_sees_on_lines_of_its_own_is_a_paragraph(body: str, markup: str) -> None:
    assert blocks_html(body) == markup


@pytest.mark.parametrize(
    ("body", "markup"),
    [
        pytest.param("<p>甲<span>乙</span><font>丙</font></p>", "<p>甲乙丙</p>", id="span-and-font"),
        pytest.param("<p>甲<b>乙</b>丙</p>", "<p>甲<strong>乙</strong>丙</p>", id="b"),
        pytest.param(
            '<p><font cms-style="font-L strong-Bold">甲<font cms-style="strong-Bold">乙</font></font>丙</p>',
            "<p><strong>甲乙</strong>丙</p>",
            id="cms-style-nested",
        ),
        pytest.param(
            "<p><strong><b>甲</b></strong><strong>乙</strong></p>", "<p><strong>甲乙</strong></p>", id="twice"
        ),
        pytest.param("<b>甲<br>乙</b>", "<p><strong>甲</strong></p><p><strong>乙</strong></p>", id="bold-lines"),
        pytest.param("<p><b></b><b> </b>甲</p>", "<p>甲</p>", id="bold-nothing"),
        pytest.param("<p>甲<sub>2</sub><sup>3</sup></p>", "<p>甲<sub>2</sub><sup>3</sup></p>", id="sub-and-sup"),
        pytest.param("<p>第一行\n第二行</p>", "<p>第一行第二行</p>", id="chinese-lines"),
        pytest.param("<p>Sina\n  Corp</p>", "<p>Sina Corp</p>", id="english-lines"),
        pytest.param(
            "<p><b>小标题</b>\n正文</p>",
            "<p><strong>小标题</strong>正文</p>",
            id="line-behind-bold",
        ),
        pytest.param(
            "<p>据报道，<i>\n某文</i></p>",
            "<p>据报道，<em>某文</em></p>",
            id="line-in-italics",
        ),
        pytest.param("<p>a&nbsp;&nbsp;b</p>", "<p>a b</p>", id="nbsp"),
        pytest.param("<p>&lt;b&gt; &amp;lt;</p>", "<p>&lt;b&gt; &amp;lt;</p>", id="escaped-tags"),
        pytest.param(
            "<p>公司<st1:chsdate>3月</st1:chsdate>公告<o:p></o:p>，<del>旧</del><nobr>价</nobr></p>",
            "<p>公司3月公告，<del>旧</del>价</p>",
            id="unknown-tags",
        ),
    ],
)
def test_inline_markup_stays_in_its_paragraph(body: str, markup: str) -> None:
    assert blocks_html(body) == markup


@pytest.mark.parametrize(
    ("body", "markup"),
    [
        ('<p>甲<a href="http://a.cn/">乙</a></p>', '<p>甲<a href="http://a.cn/">乙</a></p>'),
        ('<p><b><a href="//a.cn/">乙</a></b></p>', '<p><a href="https://a.cn/"><strong>乙</strong></a></p>'),
        ('<a href="http://a.cn/"><p>甲</p></a>', '<p><a href="http://a.cn/">甲</a></p>'),
        ('<p>甲<a class="keyword" href="http://a.cn/">乙</a>丙</p>', "<p>甲乙丙</p>"),
        ('<p>甲<a class="wt_article_link" href="http://weibo.com/">乙</a>[微博]</p>', "<p>甲乙[微博]</p>"),
        ('<p>甲<a href="http://weibo.com/">[微博]</a>乙</p>', "<p>甲乙</p>"),
        (
            '<p><span id="stock_sh600519"><a href="http://a.cn/" class="keyword">甲</a></span>'
            '<span id="quote_sh600519">(115.395, 2.79, 2.47%)</span>涨</p>',
            "<p>甲涨</p>",
        ),
        ("<p><span>甲</span><span>(115.395, 2.79, 2.47%)</span></p>", "<p>甲</p>"),
        ('<p>甲<a href="javascript:alert(1)" onclick="x()">乙</a></p>', "<p>甲乙</p>"),
        pytest.param('<p><a name="top">甲</a>乙</p>', "<p>甲乙</p>"),
        pytest.param('<p>甲<a href="#top">乙</a></p>', "<p>甲乙</p>"),
    ],
    ids=["link", "bold", "round-a-p", "keyword", "weibo-link", "weibo", "stock", "quote", "script", "name", "fragment"],
)
def test_a_links_words_stay_and_its_address_where_it_is_the_articles(body: str, markup: str) -> None:
    assert blocks_html(body) == markup


@pytest.mark.parametrize(
    ("body", "markup"),
    [
        pytest.param(f"<p>甲{IMG}乙</p>", f"<p>甲</p>{SHOWN}<p>乙</p>", id="in-mid-paragraph"),
        pytest.param(
            f'<div class="img_wrapper">{IMG}<span class="img_descr">注</span></div>', shown("注"), id="wrapper"
        ),
        pytest.param(
            f'<div class="img_wrapper">{IMG}<span class="img_descr"> </span></div>', SHOWN, id="empty-caption"
        ),
        pytest.param(f"<center>{IMG}<br>注</center><p>甲</p>", f"{shown('注')}<p>甲</p>", id="center"),
        pytest.param(f"<center>{IMG}</center><center><font>注</font></center>", shown("注"), id="second-center"),
        pytest.param(f'<div align="center">{IMG}<br>注</div>', shown("注"), id="centred-div"),
        pytest.param(f"<figure>{IMG}<figcaption>注</figcaption></figure>", shown("注"), id="figure"),
        pytest.param(f'<figure>{IMG}<h2 class="art_img_tit">注</h2></figure>', shown("注"), id="figure-of-mobile"),
        pytest.param(f'{IMG}<p class="img_descr">注</p><p>甲</p>', f"{shown('注')}<p>甲</p>", id="caption-alone"),
        pytest.param(
            f"{IMG}<center><b>小标题</b></center>", f"{SHOWN}<p><strong>小标题</strong></p>", id="bold-is-none"
        ),
        pytest.param(f"{IMG}<p>甲</p>", f"{SHOWN}<p>甲</p>", id="a-paragraph-is-none"),
        pytest.param(f"<center>{IMG}<br>{'长' * 201}</center>", f"{SHOWN}<p>{'长' * 201}</p>", id="a-long-one-is-none"),
        pytest.param(
            f"<center>{IMG}<br>注<br><br>\u3000\u3000甲。<br><br>\u3000\u3000乙。",
            f"{shown('注')}<p>甲。</p><p>乙。</p>",
            id="unclosed-center",
        ),
        pytest.param(
            "<p>甲无句号</p><script></script><center>注<br>" + IMG + "</center>",
            f"<p>甲无句号</p><p>注</p>{SHOWN}",
            id="caption-above-behind-boilerplate",
        ),
        pytest.param('<p>甲<img src="http://i0.sinaimg.cn/c.gif">乙</p>', "<p>甲乙</p>", id="a-spacer-cuts-nothing"),
        pytest.param('<p>甲<img data-src="//n.sinaimg.cn/finance/a.jpg"></p>', f"<p>甲</p>{SHOWN}", id="lazy"),
    ],
)
def test_a_picture_stands_at_its_place_with_its_caption(body: str, markup: str) -> None:
    assert blocks_html(body) == markup


@pytest.mark.parametrize(
    ("body", "markup"),
    [
        pytest.param(
            "<ul><li>甲</li><li>乙<p>丙</li></ul>", "<ul><li>甲</li><li><p>乙</p><p>丙</p></li></ul>", id="ul"
        ),
        pytest.param("<ol><li>甲<li>乙</ol>", "<ol><li>甲</li><li>乙</li></ol>", id="ol"),
        pytest.param(
            "<ul><li>一<ul><li>二</ul><li>三</ul>", "<ul><li>一<ul><li>二</li></ul></li><li>三</li></ul>", id="nested"
        ),
        pytest.param("<ul><li> </li></ul>", "", id="empty"),
        pytest.param(f"<ul><li>{IMG}</li><li>甲</li></ul>", f"{SHOWN}<p>甲</p>", id="of-pictures"),
        pytest.param("<ul>甲<p>乙</p></ul>", "<p>甲</p><p>乙</p>", id="used-as-an-indent"),
        pytest.param(
            "<ul><li><blockquote>甲</blockquote></li></ul>",
            "<ul><li><blockquote><p>甲</p></blockquote></li></ul>",
            id="with-a-quote",
        ),
        pytest.param(
            '<ul><li style="display:none">甲<li>乙</ul>',
            "<ul><li>乙</li></ul>",
            id="with-a-hidden-item",
        ),
        pytest.param("<blockquote>甲<br>乙</blockquote>", "<blockquote><p>甲</p><p>乙</p></blockquote>", id="quote"),
        pytest.param("<blockquote> </blockquote>", "", id="empty-quote"),
    ],
)
def test_lists_and_quotes_are_blocks_of_their_own(body: str, markup: str) -> None:
    assert blocks_html(body) == markup


@pytest.mark.parametrize(
    "boilerplate",
    [
        "<style>.a{}</style><script>var a='<p>乙</p>'</script>",
        '<span class="contentPlayer"><style>a</style>播放</span>',
        '<span style="color:red; DISPLAY : none">藏</span>',
        '<ins class="sinaads">广告</ins>',
        "<!-- <p>藏</p> -->",
        "<!--article_adlist[<p>藏</p>]article_adlist-->",
        '<img src="http://i0.sinaimg.cn/c.gif">',
        AD,
        AD.replace("<table>", "<!--画中画--><table align=left>"),
    ],
    ids=["script", "player", "hidden", "ins", "comment", "adlist", "spacer", "hzh", "hzh-with-comment"],
)
@pytest.mark.parametrize("body", ["<p>前{}后</p>", "前{}后", "<font>前{}</font>后"])
def test_boilerplate_in_mid_word_cuts_nothing(boilerplate: str, body: str) -> None:
    assert blocks_html(body.format(boilerplate)) == "<p>前后</p>"


@pytest.mark.parametrize(
    ("body", "markup"),
    [
        pytest.param("<p>前，</p><script></script>后", "<p>前，后</p>", id="behind-a-cut-paragraph"),
        pytest.param("<p>前。</p><script></script>后", "<p>前。</p><p>后</p>", id="behind-a-finished-one"),
        pytest.param("<p>前</p><script></script>\u3000\u3000后", "<p>前</p><p>后</p>", id="indented"),
        pytest.param("<p>前</p><script></script><p>后</p>", "<p>前</p><p>后</p>", id="in-a-p-of-its-own"),
        pytest.param(
            "<p><b>题</b></p><script></script>后", "<p><strong>题</strong></p><p>后</p>", id="behind-a-heading"
        ),
        pytest.param("<h2>题</h2><script></script>后", "<h2>题</h2><p>后</p>", id="behind-an-h2"),
        pytest.param("<p>前</p><script></script><br>后", "<p>前</p><p>后</p>", id="behind-a-line-break"),
    ],
)
def test_bare_text_behind_boilerplate_goes_on_only_with_what_was_cut(body: str, markup: str) -> None:
    assert blocks_html(body) == markup


@pytest.mark.parametrize(
    ("body", "markup"),
    [
        pytest.param("前" + AD + "中" + AD + "后", "<p>前中后</p>", id="two-advertisements"),
        pytest.param("前<!--NEWSZW_HZH_BEGIN-->后", "<p>前后</p>", id="one-without-end"),
        pytest.param("前<!--NEWSZW_HZH_END-->后", "<p>前后</p>", id="one-without-begin"),
        pytest.param(
            "<p>前。</p><!--NEWSZW_HZH_BEGIN--><table><tr><td>广告<!--NEWSZW_HZH_END--></table><p>后。</p>",
            "<p>前。</p><p>后。</p>",
            id="an-end-inside-the-table",
        ),
        pytest.param("<p>甲</p><!-- publish_helper_end --><p>乙</p>", "<p>甲</p>", id="end-of-text"),
        pytest.param(
            "甲<!-- publish_helper_end -->乙<!-- publish_helper_end -->丙", "<p>甲乙</p>", id="the-last-end-counts"
        ),
        pytest.param("<div>甲<!--原始正文end--></div><p>乙</p>", "<p>甲</p>", id="end-inside-a-div"),
        pytest.param(
            "<p>甲</p><noscript><!-- publish_helper_end --></noscript><p>乙</p>",
            "<p>甲</p><p>乙</p>",
            id="in-boilerplate",
        ),
    ],
)
def test_sinas_comments_tell_where_advertisements_and_the_text_end(body: str, markup: str) -> None:
    assert blocks_html(body) == markup


def test_data_of_a_picture_set_are_read_though_hidden() -> None:
    assert blocks_html('<div id="dataSource1" style="display:none"><p>甲</p></div>') == "<p>甲</p>"
