"""Which address an ``<img>`` really shows, and whether it is a picture of the article at all."""

import re
from urllib.parse import urlsplit

from lxml.etree import _Element

from crawler.sina.layouts import BOILERPLATE_IMAGES
from crawler.sina.web_address import BadAddress, web_address

# In lazy pages `src` is a placeholder and the picture is named here (big-src: albums of 2012–16).
_LAZY = ("big-src", "real_src", "data-src", "data-original", "srcurl")
_SMALLEST = 50  # pixels; icons, spacers and emoticons are smaller on both sides or on one by far
_BOILERPLATE_ALT = re.compile(r"广告|.{0,8}二维码|扫码(?:下载|关注|开户|看).{0,6}|下载新浪财经.*")
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
    return _pixels(node.get("width")), _pixels(node.get("height"))


def _pixels(value: str | None) -> int | None:
    match = re.fullmatch(r"(\d{1,5})(?:\s*px)?", (value or "").strip())
    return int(match[1]) if match else None
