"""Picture galleries: pages whose article is a set of images with captions, given as script data.

``slide.*.sina.com.cn`` pages hold ``var slide_data = {"slide": {…}, "images": […]}``; those of about
2012 hold a hidden list, ``div#eData > dl`` with the caption in ``dt`` and the address in the first ``dd``.
"""

import json
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from lxml.etree import _Element

from crawler.sina.blocks import Block, Image, Paragraph
from crawler.sina.dom import text_content
from crawler.sina.inline import Inline
from crawler.sina.page_index import PageIndex
from crawler.sina.web_address import BadAddress, web_address

NAME = "gallery-2010"
_UNFIT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")  # not allowed in XML, so not in lxml
_SPACE = re.compile(r"\s")
_DATA = re.compile(r"\bvar\s+slide_data\s*=\s*(?=\{)")


@dataclass(frozen=True, slots=True)
class Gallery:
    """``created`` is the time as the page has it, empty where it has none."""

    title: str
    created: str
    blocks: list[Block]


def find_gallery(tree: _Element, index: PageIndex) -> Gallery | None:
    """The page's gallery, or None if it holds none with an image."""
    for script in tree.iter("script"):
        if match := _DATA.search(script.text or ""):
            try:
                data, _ = json.JSONDecoder().raw_decode(script.text or "", match.end())
            except (ValueError, RecursionError):
                continue
            return _from_data(data)
    images = [image for item in index.find("#eData dl") if (image := _listed(item))]
    intro = [_paragraph(text_content(element)) for element in index.find("#d_picIntro")]
    return Gallery("", "", [*intro, *images]) if images else None


def _from_data(data: dict[str, Any]) -> Gallery | None:
    slide = data.get("slide")
    slide = slide if isinstance(slide, dict) else {}
    listed = data.get("images")
    images: list[Block] = []
    for image in listed if isinstance(listed, list) else []:
        address = _text(image, "image_url") or _text(image, "download_img") if isinstance(image, dict) else ""
        if address := _absolute(address):
            images.append(Image(address, _text(image, "intro") or _text(image, "title")))
    intro = _text(slide, "long_intro")
    blocks = [_paragraph(intro), *images] if intro else images
    return Gallery(_text(slide, "title"), _text(slide, "createtime"), blocks) if images else None


def _listed(item: _Element) -> Image | None:
    caption, address = item.findtext("dt") or "", _absolute((item.findtext("dd") or "").strip())
    return Image(address, " ".join(caption.split())) if address else None


def _paragraph(text: str) -> Paragraph:
    return Paragraph([Inline(" ".join(text.split()))])


def _text(data: dict[str, Any], name: str) -> str:
    value = data.get(name)
    if not isinstance(value, str):
        return ""
    value = _UNFIT.sub("", value.encode("utf-8", "ignore").decode())
    return " ".join(re.sub(r"<[^<>]{0,200}>", "", value).split())


def _absolute(address: str) -> str:
    try:
        address = web_address(f"https:{address}" if address.startswith("//") else address)
    except BadAddress:
        return ""
    return address if urlsplit(address).path.strip("/") and not _SPACE.search(address) else ""
