"""The Markdown of an article's body: all of it, whatever trafilatura takes for boilerplate."""

import pytest
from lxml import html

from crawler.post.extraction import extract
from crawler.post.markdown import to_markdown

URL = "https://finance.sina.com.cn/china/2024-03-06/doc-inampzyw9417730.shtml"
SENTENCE = "青泽江航运管理局3月6日发布消息，青泽江中游枢纽二线船闸完成有水调试，计划4月上旬试通航。"
PARAGRAPHS = [f"{SENTENCE}第{number}段，一线船闸右侧闸室有效长度二百八十米。" for number in range(6)]
UNKNOWN_PAGE = f"""<html><head><title>x</title></head><body><nav><a href="/">新浪首页</a> <a href="/f">财经</a></nav>
<main><h1>二线船闸</h1><article>{"".join(f"<p>{text}</p>" for text in PARAGRAPHS)}
<p>下载新浪财经APP，阅读体验更佳</p></article></main><footer>Copyright © SINA</footer></body></html>"""


@pytest.mark.parametrize(
    "body",
    [
        f"<div><p>{SENTENCE}</p></div>",
        "<div><p>短讯。</p></div>",
        f"<div><p>{SENTENCE}</p><p>{SENTENCE}</p></div>",
        f'<div><p>{SENTENCE}</p><p><a href="http://k.sina.com.cn/x">链接</a></p></div>',
        f"<div><p>{SENTENCE}</p><h3>尾标题</h3></div>",
        f"<div><h2>一</h2><p>{SENTENCE}</p><h3>二</h3><p><strong>小标题</strong></p><p>尾。</p></div>",
        f"<div><p>{SENTENCE}</p><ol><li>一</li><li>二</li></ol><ul><li>三</li></ul></div>",
        f"<div><blockquote><p>引一</p><p>引二</p></blockquote><p>{SENTENCE}</p></div>",
        f"<div><p>{SENTENCE}</p><table><tr><th>年</th><th>额</th></tr><tr><td>2023</td><td></td></tr></table></div>",
        '<div><p><img src="https://n.sinaimg.cn/1.jpg" alt="图"></p><p><em>图</em></p></div>',
        "<div><p>\ue123私用 👨\u200d👩\u200d👧 a\u200bb &lt;b&gt; &amp;lt;</p></div>",
        f"<div><p>{SENTENCE}<strong>“粗”</strong>体<em>斜</em></p></div>",
    ],
    ids=[
        "paragraph", "flash", "repeated", "link line", "heading at the end", "headings", "lists", "quote", "table",
        "image", "hostile characters", "bold and italic",
    ],
)  # fmt: skip
def test_an_isolated_body_comes_out_whole_and_in_form(body: str) -> None:
    assert extract(body, "article-2017", URL).markdown == to_markdown(html.fragment_fromstring(body))


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(
            f"<div><p>{SENTENCE}<strong><em>粗斜</em></strong></p></div>",
            id="bold italics",
        ),
        pytest.param(
            f"<div><blockquote><h3><strong>{SENTENCE}</strong></h3></blockquote></div>",
            id="heading in a quote",
        ),
    ],
)
def test_what_trafilatura_changes_in_form_comes_out_as_it_was(body: str) -> None:
    assert extract(body, "article-2017", URL).markdown == to_markdown(html.fragment_fromstring(body))


def test_images_are_named_in_order() -> None:
    sources = ["https://n.sinaimg.cn/2.jpg", "https://n.sinaimg.cn/1.jpg"]
    body = "".join(f'<p>{SENTENCE}</p><p><img src="{source}" alt=""></p>' for source in sources)
    assert extract(f"<div>{body}</div>", "article-2017", URL).images == tuple(sources)


def test_a_body_that_trafilatura_cuts_is_used_as_it_is_and_said_to_be() -> None:
    cut = f'<div><p>{SENTENCE}</p><p><a href="http://k.sina.com.cn/x">短</a></p><p>短</p><p>短</p></div>'
    whole = f"<div><p>{SENTENCE}</p><p>{SENTENCE[::-1]}</p></div>"
    assert not extract(whole, "article-2017", URL).lossy
    assert extract(cut, "article-2017", URL).markdown == to_markdown(html.fragment_fromstring(cut))


def test_a_page_of_no_known_layout_is_searched_and_cleaned() -> None:
    extraction = extract(UNKNOWN_PAGE, "unknown", URL)
    assert extraction.markdown.split("\n\n")[-6:] == PARAGRAPHS
    assert "首页" not in extraction.markdown
    assert "APP" not in extraction.markdown
    assert "Copyright" not in extraction.markdown


def test_a_page_without_text_gives_none() -> None:
    assert extract("<html><body></body></html>", "unknown", URL).markdown == ""


def unknown_page(body: str) -> str:
    """A page of no known layout round a body, with links before and behind it."""
    others = "".join(f'<a href="/{number}">其他新闻的标题也有这么长第{number}条</a>' for number in range(8))
    return (
        f'<html><body><nav><a href="/">新浪首页</a></nav><main><h1>二线船闸</h1><div class="txt">{body}</div></main>'
        f"<div>{others}</div><footer>Copyright © SINA</footer></body></html>"
    )


TEXT = "".join(f"<p>{text}</p>" for text in PARAGRAPHS)


@pytest.mark.parametrize(
    ("body", "markdown"),
    [
        (f"<h2>二线船闸</h2>{TEXT}", []),
        (f'{TEXT}<p><a href="https://a.cn/1">附件1</a></p>', ["[附件1](https://a.cn/1)"]),
        (f"{TEXT}<p>3×10<sup>8</sup>吨</p>", ["3×10<sup>8</sup>吨"]),
        (f'{TEXT}<ol start="3"><li>甲</li><li>乙</li></ol>', ["3. 甲\n4. 乙"]),
        (f'{TEXT}<p><img src="https://n.sinaimg.cn/1.jpg"></p>', ["![](https://n.sinaimg.cn/1.jpg)"]),
        (f"<p>2024年03月06日 09:17 海岑日报</p>{TEXT}", []),
        (f"{TEXT}<p>责任编辑：苏禾 SF123</p><p>发布于：上海</p>", []),
    ],
    ids=["title", "annex", "raised", "numbers", "picture", "time and source", "editor and place"],
)
def test_a_searched_page_has_what_a_known_one_would(body: str, markdown: list[str]) -> None:
    assert extract(unknown_page(body), "unknown", URL).markdown.split("\n\n") == [*PARAGRAPHS, *markdown]


def test_what_is_removed_of_a_searched_page_is_named() -> None:
    removed = extract(unknown_page(f"<h2>二线船闸</h2>{TEXT}<p>我要反馈</p>"), "unknown", URL).removed
    assert [(removal.rule, removal.text) for removal in removed] == [
        ("feedback", "我要反馈"),
        ("repeated_title", "二线船闸"),
    ]


def test_a_sentence_that_begins_with_the_time_is_no_line_of_the_head() -> None:
    flash = "3月6日09:17，青泽江上游发生一次小型滑坡，暂无人员伤亡"
    assert extract(unknown_page(f"<p>{flash}</p>{TEXT}"), "unknown", URL).markdown.startswith(flash)
