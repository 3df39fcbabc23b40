"""The title and address of an embedded video: in the rendered player, or in the script behind it."""

import re

from lxml.etree import _Element

from crawler.sina.blocks import Video
from crawler.sina.dom import text_content
from crawler.sina.web_address import BadAddress, web_address

_FIELD = r"\b{}\s*:\s*(?P<quote>['\"])(?P<value>.*?)(?<!\\)(?P=quote)"
_TITLE = re.compile(_FIELD.format("title"))
_URL = re.compile(_FIELD.format("url"))


def find_video(player: _Element) -> Video | None:
    """The video of a ``div.video-2017``; its data stand in the script inside it or right behind it."""
    for link in player.iter("a"):
        title, href = " ".join(text_content(link).split()), link.get("href") or ""
        if title and (address := _absolute(href)):
            return Video(title, address)
    sibling = player.getnext()
    for script in [*player.iter("script"), *([sibling] if sibling is not None and sibling.tag == "script" else [])]:
        text = script.text or ""
        title_match, url_match = _TITLE.search(text), _URL.search(text)
        title = title_match["value"].strip() if title_match else ""
        if title and url_match and (address := _absolute(url_match["value"].replace("\\/", "/"))):
            return Video(title, address)
    return None


def _absolute(text: str) -> str:
    try:
        return web_address(text)
    except BadAddress:
        return ""
