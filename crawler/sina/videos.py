"""The title, address and poster of an embedded video: in the rendered player, or in the script behind it."""

import re

from lxml.etree import _Element

from crawler.sina.blocks import Video
from crawler.sina.dom import text_content
from crawler.sina.web_address import BadAddress, web_address

_FIELD = r"\b{}\s*:\s*(?P<quote>['\"])(?P<value>.*?)(?<!\\)(?P=quote)"
_TITLE = re.compile(_FIELD.format("title"))
_URL = re.compile(_FIELD.format("url"))
_POSTER = re.compile(_FIELD.format("(?:pic|thumbUrl)"))


def find_video(player: _Element) -> Video | None:
    """The video of a ``div.video-2017``; its data stand in the script inside it or right behind it."""
    for link in player.iter("a"):
        title, href = " ".join(text_content(link).split()), link.get("href") or ""
        if title and (address := _absolute(href)):
            return Video(title, address, _shown_poster(player))
    sibling = player.getnext()
    for script in [*player.iter("script"), *([sibling] if sibling is not None and sibling.tag == "script" else [])]:
        text = script.text or ""
        title, address = _field(_TITLE, text), _absolute(_field(_URL, text))
        if title and address:
            return Video(title, address, _absolute(_field(_POSTER, text)) or _shown_poster(player))
    return None


def _field(pattern: re.Pattern[str], script: str) -> str:
    match = pattern.search(script)
    return match["value"].replace("\\/", "/").strip() if match else ""


def _shown_poster(player: _Element) -> str:
    addresses = [element.get("poster") or element.get("src") or "" for element in player.iter("video", "img")]
    return next(filter(None, map(_absolute, addresses)), "")


def _absolute(text: str) -> str:
    try:
        return web_address(text)
    except BadAddress:
        return ""
