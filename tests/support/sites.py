"""Builds saved sites, laid out as ``wget -x`` lays them, whose articles and lists change between runs.

A site also says, for what no saved file can say, how its server behaves: see ``behaviour.json`` and
tests/support/serving.py.
"""

import json
import shutil
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from crawler.sina.channels import CHANNELS, Channel
from crawler.sina.roll_api import PAGE_SIZE, listing_url, window_url
from crawler.times import BEIJING

CHANNEL = CHANNELS[0]
NOON = datetime(2024, 3, 4, 12, tzinfo=BEIJING)
GONE = "<html><body><div class='main'>页面没有找到 5秒钟之后将会带您进入新浪首页!</div></body></html>"

_PAGE = """<!DOCTYPE html>
<html><head><meta charset="utf-8"><title>{title}_新浪财经_新浪网</title>
<meta property="og:title" content="{title}">
<meta name="weibo: article:create_at" content="{created:%Y-%m-%d %H:%M:%S}">
<meta property="article:author" content="{media}"></head>
<body><div class="main-content w1240"><div class="top-banner"><ins class="sinaads" data-ad-pdps="{boilerplate}"></ins>
</div>
<h1 class="main-title">{title}</h1>
<div class="date-source"><span class="date">{created:%Y年%m月%d日 %H:%M}</span>
<a class="source" href="#">{media}</a></div>
<div class="article" id="artibody">
{body}
<div class="appendQr_wrap"><p>海量资讯、精准解读，尽在新浪财经APP {boilerplate}</p></div>
<p class="article-editor">责任编辑：王某 SF031</p>
</div></div><div class="sidebar"><a href="#">热门文章 {boilerplate}</a></div></body></html>
"""


@dataclass(frozen=True)
class Story:
    """One article: what its page and its list entries say. ``boilerplate`` is the page's of the day."""

    doc_id: str
    title: str
    paragraphs: tuple[str, ...]
    created: datetime
    modified: datetime | None = None
    channels: tuple[str, ...] = (CHANNEL.lid,)
    media: str = "海岑日报"
    boilerplate: str = "一"

    @property
    def url(self) -> str:
        return f"https://finance.sina.com.cn/china/{self.created:%Y-%m-%d}/doc-i{self.doc_id}.shtml"

    def edited(self, text: str, after: timedelta = timedelta(hours=1)) -> "Story":
        """With another first paragraph, and a moved mtime."""
        paragraphs = (text, *self.paragraphs[1:])
        return replace(self, paragraphs=paragraphs, modified=(self.modified or self.created) + after)

    def page(self) -> str:
        """Its HTML, in the layout of 2017."""
        body = "\n".join(f"<p>　　{paragraph}</p>" for paragraph in self.paragraphs)
        return _PAGE.format(
            title=self.title, created=self.created, media=self.media, boilerplate=self.boilerplate, body=body
        )

    def entry(self) -> dict[str, Any]:
        """Its entry of a list."""
        return {
            "docid": f"comos:{self.doc_id}",
            "url": self.url,
            "title": self.title,
            "media_name": self.media,
            "ctime": str(int(self.created.timestamp())),
            "mtime": str(int((self.modified or self.created).timestamp())),
            "lids": ",".join(self.channels),
        }


def story(number: int, created: datetime | None = None, **changes: Any) -> Story:
    """The article `number`; the higher, the newer by a minute. No two have a sentence in common."""
    paragraphs = tuple(f"第{number}号报道第{part}段：{_words(number * 7 + part)}。" for part in range(1, 4))
    plain = Story(f"naaaaaa{number:07d}", f"第{number}号新闻", paragraphs, created or NOON + timedelta(minutes=number))
    return replace(plain, **changes)


def stories(count: int, first: int = 1, **changes: Any) -> list[Story]:
    """`count` articles, oldest first."""
    return [story(number, **changes) for number in range(first, first + count)]


def answer(entries: Iterable[Story | dict[str, Any]], total: int | None = None, **result: Any) -> str:
    """What the roll API sends."""
    data = [entry.entry() if isinstance(entry, Story) else entry for entry in entries]
    counted = {"total": len(data) if total is None else total}
    return json.dumps({"result": {"status": {"code": 0}, **counted, "data": data, "top": [], **result}})


@dataclass
class Site:
    """The site in `folder`. Change it, then ``save``.

    ``status`` gives an URL another status, or as text a redirection; ``delay`` is the seconds an answer
    takes, ``tick`` those it takes by the clock of tests.support.runner.
    """

    folder: Path
    stories: dict[str, Story] = field(default_factory=dict)
    channels: tuple[Channel, ...] = (CHANNEL,)
    depth: int = 40  # pages of a list
    status: dict[str, int | str] = field(default_factory=dict)
    etags: bool = False
    delay: float = 0
    tick: int = 0
    _texts: dict[str, str | bytes | None] = field(default_factory=dict)

    def add(self, *new: Story) -> "Site":
        """Publishes articles, or puts another version in the place of one."""
        self.stories |= {one.doc_id: one for one in new}
        return self

    def put(self, url: str, text: str | bytes | None) -> "Site":
        """Another answer at `url` than its article or list; None: nothing is there."""
        self._texts[url] = text
        return self

    def restore(self, url: str) -> "Site":
        """What belongs at `url` again."""
        self._texts.pop(url, None)
        self.status.pop(url, None)
        return self

    def listed(self, channel: Channel = CHANNEL) -> list[Story]:
        """The articles of a channel, newest first."""
        of_channel = [one for one in self.stories.values() if channel.lid in one.channels]
        return sorted(of_channel, key=lambda one: (one.created, one.doc_id), reverse=True)

    def in_window(self, channel: Channel, start: datetime, end: datetime) -> list[Story]:
        """Those of them that were created from `start` up to `end`."""
        return [one for one in self.listed(channel) if start <= one.created < end]

    def window(self, start: datetime, end: datetime, channel: Channel = CHANNEL, total: int | None = None) -> "Site":
        """Puts the answers for one window of time: pages until an empty one."""
        found = self.in_window(channel, start, end)
        total = len(found) if total is None else total
        for page, at in enumerate(range(0, len(found) + PAGE_SIZE, PAGE_SIZE), start=1):
            self.put(window_url(channel, page, start, end), answer(found[at : at + PAGE_SIZE], total))
        return self

    def save(self) -> Path:
        """Writes all of it anew; returns the folder."""
        shutil.rmtree(self.folder, ignore_errors=True)
        texts: dict[str, str | bytes | None] = {one.url: one.page() for one in self.stories.values()}
        for channel in self.channels:
            texts |= self.lists(channel)
        for url, text in (texts | self._texts).items():
            if text is not None:
                save_page(self.folder, url, text)
        self.folder.mkdir(parents=True, exist_ok=True)
        behaviour = {"status": self.status, "etags": self.etags, "delay": self.delay, "tick": self.tick}
        (self.folder / "behaviour.json").write_text(json.dumps(behaviour), encoding="utf-8")
        return self.folder

    def lists(self, channel: Channel) -> dict[str, str]:
        """The pages of a channel's list by URL, up to an empty one."""
        found = self.listed(channel)
        pages = [found[at : at + PAGE_SIZE] for at in range(0, len(found), PAGE_SIZE)][: self.depth]
        return {
            listing_url(channel, number): answer(page, len(found)) for number, page in enumerate([*pages, []], start=1)
        }


def save_page(folder: Path, url: str, text: str | bytes) -> None:
    """One file of a ``wget -x`` folder."""
    path = folder / url.partition("://")[2]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode() if isinstance(text, str) else text)


def _words(seed: int) -> str:
    """Sixty characters that look like a sentence and are like no other seed's."""
    state, characters = seed * 2654435761 % 2**32 or 1, []
    for _ in range(60):
        state = (state * 1664525 + 1013904223) % 2**32
        characters.append(chr(0x4E00 + (state >> 8) % 2000))
    return "".join(characters)
