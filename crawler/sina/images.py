"""Which address an ``<img>`` really shows, and whether it is a picture of the article at all."""

import re
from urllib.parse import urlsplit

from lxml.etree import _Element

from crawler.sina.dom import text_content
from crawler.sina.layouts import BOILERPLATE_IMAGES
from crawler.sina.web_address import BadAddress, web_address

# In lazy pages `src` is a placeholder and the picture is named here (big-src: albums of 2012–16).
_LAZY = ("big-src", "real_src", "data-src", "data-original", "srcurl")
_SMALLEST = 50  # pixels; icons, spacers and emoticons are smaller on both sides or on one by far
_BOILERPLATE_ALT = re.compile(r"广告|.{0,8}二维码|扫码(?:下载|关注|开户|看).{0,6}|下载新浪财经.*")
# Of a picture beside figures, whose size the page does not say.
_ICON = re.compile(
    r"(?:^|[_.-])(?:arrow|up|down|rise|fall|flag|icon|ico|star|dot|new|hot|bullet)s?(?:[_.-]|\d|$)", re.I
)
_LONGEST_ICON_ALT = 8  # characters
_STYLED_SIZE = re.compile(r"(?<![\w-])(width|height)\s*:\s*(\d{1,5}\s{0,3}px)", re.I)
_SIGNS = re.compile(r"[^\w\s]{1,2}")
_NO_TEXT = re.compile(r"图标|图片|图|icon|img|image|点击.*|\S{1,8}\.(?:gif|png|jpe?g)", re.I)
_BOILERPLATE = re.compile(BOILERPLATE_IMAGES.replace("\n", ""), re.I)


def is_sinas(url: str) -> bool:
    """True for an address on the hosts of Sina's from which images are fetched."""
    try:
        host = (urlsplit(web_address(url)).hostname or "").lower()
    except BadAddress:
        return False
    return host.endswith((".sinaimg.cn", ".sina.com.cn", ".sina.cn"))


def image_source(node: _Element, base_url: str) -> str:
    """The absolute address of a picture of the article, or empty for boilerplate and broken tags."""
    if (
        _is_strip(node)
        or _is_tiny(node)
        or any(_BOILERPLATE_ALT.fullmatch((node.get(name) or "").strip()) for name in ("alt", "title"))
    ):
        return ""
    for name in (*_LAZY, "src"):
        address = (node.get(name) or "").strip()
        if not address or address.startswith(("data:", "./")):  # ./ is a browser's saved copy
            continue
        try:
            address = web_address(f"https:{address}" if address.startswith("//") else address, base_url)
        except BadAddress:
            continue
        if not _BOILERPLATE.search(address):
            return re.sub(r"\s", "%20", address)
    return ""


def is_icon(node: _Element) -> bool:
    """True for what stands in the line like a sign, by its size or, as far as that is not known, by its name."""
    if _is_tiny(node):
        return True
    known = [size for size in _size(node) if size is not None]
    if known:
        return max(known) < _SMALLEST
    return bool(_ICON.search((node.get("src") or "").partition("?")[0].rpartition("/")[2]))


def icon_text(node: _Element, beside_figures: bool) -> str:
    """What an icon says that no text beside it does: signs such as ``↑``, `beside_figures` in a table also a word."""
    alt = " ".join((node.get("alt") or "").split())
    parent = node.getparent()
    if parent is not None and alt in text_content(parent):
        return ""
    if len(alt) > _LONGEST_ICON_ALT or _NO_TEXT.fullmatch(alt) or _BOILERPLATE_ALT.fullmatch(alt):
        return ""
    return alt if beside_figures or _SIGNS.fullmatch(alt) else ""


def _is_tiny(node: _Element) -> bool:
    known = [size for size in _size(node) if size is not None]
    return any(size <= 20 for size in known) or (len(known) == 2 and max(known) < _SMALLEST)


def _is_strip(node: _Element) -> bool:
    """The banner of a reposted account: an animated strip, three times as wide as it is high."""
    width, height = _size(node)
    is_gif = (node.get("src") or "").partition("?")[0].lower().endswith(".gif")
    return bool(is_gif and width and height and width >= 3 * height)


def _size(node: _Element) -> tuple[int | None, int | None]:
    """Width and height in pixels, as far as the tag says."""
    if match := re.fullmatch(r"(\d{1,5}),(\d{1,5})", node.get("img-size") or ""):
        return int(match[1]), int(match[2])
    style = dict(_STYLED_SIZE.findall(node.get("style") or ""))
    return _pixels(node.get("width") or style.get("width")), _pixels(node.get("height") or style.get("height"))


def _pixels(value: str | None) -> int | None:
    match = re.fullmatch(r"(\d{1,5})(?:\s*px)?", (value or "").strip())
    return int(match[1]) if match else None
