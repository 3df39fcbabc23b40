"""The title and address of an embedded video."""

from dataclasses import replace

import pytest

from crawler.post.post import PostForm
from crawler.sina.article import parse_page
from crawler.sina.videos import Video, find_video
from tests.support.snippets import URL, blocks_html, element, page

VIDEO = Video("港口投产", "http://video.sina.com.cn/p/1.html")
FORM = PostForm(("财经",), "新浪财经", "http://a.cn/default.jpg", source_line=True)
POSTER = "http://a.cn/1.jpg"
LINK = f'<a href="{VIDEO.url}">{VIDEO.title}</a>'
DATA = f"SinaPage.loadWidget({{ videos: [{{ pic: '{POSTER}', title: '{VIDEO.title}', url: '{VIDEO.url}' }}] }})"


@pytest.mark.parametrize(
    "inside",
    [
        pytest.param(LINK, id="rendered"),
        pytest.param(f'<video poster="{POSTER}"></video>{LINK}', id="rendered-with-poster"),
        pytest.param(f'<img src="{POSTER}">{LINK}', id="rendered-with-picture"),
        pytest.param(f'<a href="#">播放</a><a href="{VIDEO.url}"></a>{LINK}', id="links-without-title-or-address"),
        pytest.param(f"<script>{DATA}</script>", id="script"),
        pytest.param(f"<script>var x=1</script><script>{DATA}</script>", id="second-script"),
        pytest.param("<script>" + DATA.replace("'", '"') + "</script>", id="double-quotes"),
        pytest.param("<script>" + DATA.replace("/", "\\/") + "</script>", id="escaped-slashes"),
    ],
)
def test_a_video_is_found_in_its_player(inside: str) -> None:
    video = find_video(element(f'<div class="video-2017">{inside}</div>'))
    assert video == replace(VIDEO, poster=POSTER if POSTER.rpartition("/")[2] in inside else "")


def test_a_video_is_found_in_the_script_behind_its_player() -> None:
    player = element(f'<div><div class="video-2017"></div><script>{DATA}</script></div>')[0]
    assert find_video(player) == replace(VIDEO, poster=POSTER)


@pytest.mark.parametrize(
    "inside",
    [
        "",
        "<script></script>",
        "<script>title: '港口投产'</script>",
        "<script>title: '', url: 'http://video.sina.com.cn/'</script>",
        "<script>title: '港口投产', url: 'javascript:x'</script>",
        '<a href="javascript:x">港口投产</a>',
    ],
)
def test_a_player_without_title_or_address_holds_none(inside: str) -> None:
    assert find_video(element(f'<div class="video-2017">{inside}</div>')) is None


def test_a_player_becomes_a_link_at_its_place() -> None:
    link = f'<p><a href="{VIDEO.url}" title="{VIDEO.title}">视频</a></p>'
    body = f'<p>甲。</p><div class="video-2017" id="videoList0">{LINK}</div><p>乙。</p>'
    assert blocks_html(body) == f"<p>甲。</p>{link}<p>乙。</p>"


@pytest.mark.parametrize(
    ("picture", "expected"), [("", POSTER), ('<p><img src="http://a.cn/2.jpg"></p>', "http://a.cn/2.jpg")]
)
def test_the_poster_is_the_head_image_of_a_post_without_pictures(picture: str, expected: str) -> None:
    body = f'<p>甲。</p>{picture}<div class="video-2017"></div><script>{DATA}</script>'
    post = FORM.render(parse_page(page(body), URL).article)
    assert f"headimg: '{expected}'\n" in post
    assert f"thumbnail: '{expected}'\n" in post
