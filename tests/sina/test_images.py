"""Which address an image really shows, and which images are boilerplate."""

import pytest

from crawler.sina.images import image_source
from tests.support.snippets import PICTURE, URL, element

LAZY = "//n.sinaimg.cn/finance/transparent.gif"


@pytest.mark.parametrize(
    "attributes",
    [
        pytest.param(f'src="{PICTURE}"', id="plain"),
        pytest.param('src="//n.sinaimg.cn/finance/a.jpg"', id="protocol-relative"),
        pytest.param(f'src=" {PICTURE}\n"', id="spaces-around"),
        pytest.param(f'src="{LAZY}" data-src="//n.sinaimg.cn/finance/a.jpg"', id="data-src"),
        pytest.param(f'src="{LAZY}" real_src="{PICTURE}"', id="real_src"),
        pytest.param(f'src="{LAZY}" data-original="{PICTURE}"', id="data-original"),
        pytest.param(f'src="small.jpg" big-src="{PICTURE}"', id="big-src"),
        pytest.param(f'src="{PICTURE}" data-src=""', id="empty-data-src"),
        pytest.param(f'src="data:image/gif;base64,R0lG" data-src="{PICTURE}"', id="data-uri"),
        pytest.param(f'src="{PICTURE}" data-src="http://[broken"', id="broken-data-src"),
        pytest.param(f'src="{PICTURE}" data-src="javascript:void(0)"', id="script-in-data-src"),
        pytest.param(f'src="{PICTURE}" width="640" height="21"', id="wide-and-low"),
        pytest.param(f'src="{PICTURE}" width="100%" height="auto"', id="relative-size"),
        pytest.param(f'src="{PICTURE}" width="49"', id="one-side-small"),
        pytest.param(f'src="{PICTURE}" img-size="640,360"', id="img-size"),
        pytest.param(f'src="{PICTURE}" img-size="x" width="{"9" * 5000}"', id="nonsense-size"),
        pytest.param(f'src="{PICTURE}" img-size="{"9" * 5000},{"9" * 5000}"', id="endless-size"),
        pytest.param(f'src="{PICTURE}" alt="港口" title="港口"', id="with-words"),
    ],
)
def test_an_articles_picture_has_an_absolute_address(attributes: str) -> None:
    assert image_source(element(f"<img {attributes}>"), URL) == PICTURE


@pytest.mark.parametrize(
    ("source", "address"),
    [
        ("/upload/a.jpg", "https://finance.sina.com.cn/upload/a.jpg"),
        ("a.jpg", "https://finance.sina.com.cn/china/2024-03-05/a.jpg"),
        ("https://n.sinaimg.cn/a b.jpg", "https://n.sinaimg.cn/a%20b.jpg"),
        ("http://i1.sinaimg.cn/cj/20120517/U7761P31T1D15084461F23DT.jpg", None),
        ("https://n.sinaimg.cn/sinacn10/212/w640h372/a.png?x=1", None),
        ("https://n.sinaimg.cn/finance/qrs/a.jpg", None),
        ("https://n.sinaimg.cn/emc/c.gifx.jpg", None),
    ],
)
def test_other_addresses_are_kept_as_they_are_or_made_absolute(source: str, address: str | None) -> None:
    assert image_source(element(f'<img src="{source}">'), URL) == (address or source)


@pytest.mark.parametrize(
    "attributes",
    [
        pytest.param("", id="no-address"),
        pytest.param('src=""', id="empty"),
        pytest.param('src="data:image/gif;base64,R0lG"', id="data-uri"),
        pytest.param('src="javascript:alert(1)"', id="script"),
        pytest.param('src="file:///etc/passwd"', id="file"),
        pytest.param('src="http://[::1"', id="broken"),
        pytest.param('src="http:///a.jpg"', id="no-host"),
        pytest.param('src="./新闻_files/a.jpg"', id="saved-by-a-browser"),
        pytest.param('src="http://i0.sinaimg.cn/c.gif"', id="spacer"),
        pytest.param('src="http://i0.sinaimg.cn/cj/transparent.gif"', id="transparent"),
        pytest.param('src="http://www.sinaimg.cn/dy/deco/2010/0423/entphone.gif"', id="phone-icon"),
        pytest.param('src="http://image.sinajs.cn/newchart/min/n/sh600519.gif"', id="live-chart"),
        pytest.param('src="//n.sinaimg.cn/finance/cece9e13/20230115/343233024.png"', id="app-code"),
        pytest.param('src="http://n.sinaimg.cn/default/2fb77759/20151125/320X320.png"', id="follow-code"),
        pytest.param('src="http://n.sinaimg.cn/finance/qr_code.png"', id="qr-code"),
        pytest.param(f'src="{PICTURE}" width="16" height="300"', id="low"),
        pytest.param(f'src="{PICTURE}" width="1"', id="pixel"),
        pytest.param(f'src="{PICTURE}" width=" 48px" height="48px"', id="icon"),
        pytest.param(f'src="{PICTURE}" img-size="20,20"', id="icon-by-img-size"),
        pytest.param('src="http://n.sinaimg.cn/a.gif" width="600" height="100"', id="banner"),
        pytest.param(f'src="{PICTURE}" alt="新浪财经二维码"', id="code-by-alt"),
        pytest.param(f'src="{PICTURE}" title="下载新浪财经APP"', id="promo-by-title"),
    ],
)
def test_boilerplate_and_broken_images_have_none(attributes: str) -> None:
    assert image_source(element(f"<img {attributes}>"), URL) == ""


@pytest.mark.parametrize("alt", ["市民在地铁站扫码乘车", "海岑二维码产业园一期投产"])
def test_a_picture_about_codes_is_the_articles(alt: str) -> None:
    assert image_source(element(f'<img src="{PICTURE}" alt="{alt}">'), URL) == PICTURE
