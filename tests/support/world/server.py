"""Sina's servers, of some character and in some trouble: what they answer at a moment, and what they answered."""

import hashlib
import json
import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from urllib.parse import parse_qs, urlsplit

from crawler.run.retry_after import retry_after
from crawler.sina.urls import identify
from crawler.times import iso
from tests.support.sites import GONE, Story
from tests.support.world.author import LIDS, Piece, moment_of
from tests.support.world.plan import HOUR, LATER_TROUBLES, TROUBLES, Plan

HOME = "https://finance.sina.com.cn/"
HOME_PAGE = "<html><head><title>新浪财经</title></head><body><div class='nav'>新浪首页</div></body></html>"
VERIFICATION = (
    "<html><head><title>安全验证</title></head><body><div id='captcha'>请完成验证后继续访问</div></body></html>"
)
LIST_HOST = "feed.mix.sina.com.cn"
BOUND = 3  # pages of a list whose depth is bounded
_LASTS = (2, 6, 14)  # hours that a trouble may take
_IN_FULL = {"blocked", "forbidden", "busy"}  # they don't look at what is asked for


@dataclass(frozen=True)
class Reply:
    """An answer; ``status`` 0 is none: ``body`` says why. ``story``: which text it shows."""

    status: int
    body: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    story: Story | None = None
    trouble: str = ""
    cut: bool = False


@dataclass(frozen=True)
class Asked:
    """A request, as the server saw it. ``doc_id``, or the lid of a list."""

    at: datetime
    url: str
    reply: Reply
    doc_id: str = ""
    lid: str = ""

    @property
    def says_gone(self) -> bool:
        """True for Sina's own word that the article is no more, of one that is not."""
        return bool(self.doc_id) and not self.reply.trouble and not self.reply.story and self.reply.status != 304

    @property
    def is_word(self) -> bool:
        """True for what nobody can tell from it: a server that lost the article for hours says the same."""
        return self.says_gone or self.reply.trouble == "lost"

    @property
    def asks_for(self) -> timedelta:
        """For how long we are to wait."""
        value = dict(self.reply.headers).get("Retry-After", "")
        return (retry_after(value, self.at) if value else None) or timedelta()


@dataclass(frozen=True)
class Trouble:
    """A time in which the server does not do what it should, to all or to some."""

    what: str
    start: datetime
    end: datetime
    to: str  # all, articles, lists
    is_for_all: bool
    detail: int = 0

    def hits_robots(self, host: str, at: datetime) -> bool:
        """True for a robots.txt that can't be had."""
        is_of_lists = host == LIST_HOST
        is_there = (self.to != "articles") if is_of_lists else (self.to != "lists")
        return self.what == "robots_fail" and is_there and self.start <= at < self.end

    @property
    def reply(self) -> Reply:
        """Of robots.txt."""
        return (Reply(0, "timeout", trouble=self.what), Reply(503, trouble=self.what))[self.detail % 2]

    def busy(self, at: datetime) -> Reply:
        """It says when to come again: soon, or when an hour is over; in seconds, or as a date."""
        chance = random.Random(self.detail)
        status, is_date = chance.choice((429, 503)), chance.random() < 0.5
        seconds = int((self.end - at).total_seconds()) if self.is_long else chance.choice((1, 5, 40))
        value = format_datetime(at.astimezone(UTC) + timedelta(seconds=seconds), usegmt=True) if is_date else seconds
        return Reply(status, headers=(("Retry-After", str(value)),), trouble=self.what)

    @property
    def is_long(self) -> bool:
        """True for a busy server that asks us to wait for hours."""
        return self.detail % 2 == 0

    def hits(self, doc_id: str, lid: str, at: datetime) -> bool:
        if (
            self.what == "robots_fail"
            or not self.start <= at < self.end
            or (self.to == "articles" and lid)
            or (self.to == "lists" and doc_id)
        ):
            return False
        return self.is_for_all or bool(lid) or hashlib.sha256(doc_id.encode()).digest()[0] % 2 == 0


@dataclass
class Server:
    """Of a plan and its articles."""

    plan: Plan
    pieces: dict[str, Piece]
    log: list[Asked] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.troubles = [_trouble(step.what, step.minute, step.detail) for step in self.plan.steps
                         if step.what in (*TROUBLES, *LATER_TROUBLES)]  # fmt: skip

    def ask(self, url: str, at: datetime, etag: str = "") -> Reply:
        """The answer, which is noted."""
        lid, doc_id = _lid(url), _doc_id(url)
        reply = self._reply(url, lid, doc_id, at, etag)
        self.log.append(Asked(at, url, reply, doc_id, lid))
        return reply

    def listed(self, lid: str, at: datetime) -> list[Piece]:
        """What a list is to show, newest first."""
        then = at - timedelta(minutes=self.plan.character.stale)
        keeps = self.plan.character.deleted == "listed"
        shown = [
            piece
            for piece in self.pieces.values()
            if lid in piece.first.channels and piece.listed_at <= then and (keeps or piece.at(then))
        ]
        return sorted(shown, key=lambda piece: (piece.first.created, piece.doc_id), reverse=True)

    def reachable(self, lid: str, at: datetime) -> list[Piece]:
        """Those of them that its pages show."""
        character = self.plan.character
        most = BOUND * character.cap if character.depth == "bounded" else None
        return self.listed(lid, at)[:most]

    def in_trouble(self, start: datetime, end: datetime) -> bool:
        return any(trouble.start < end and start < trouble.end for trouble in self.troubles)

    def _reply(self, url: str, lid: str, doc_id: str, at: datetime, etag: str) -> Reply:
        if urlsplit(url).path == "/robots.txt":
            return self._robots(urlsplit(url).hostname or "", at)
        whole = (
            self._list(url, lid, at) if lid else self._article(doc_id, at, etag) if doc_id else Reply(200, HOME_PAGE)
        )
        trouble = next((trouble for trouble in self.troubles if trouble.hits(doc_id, lid, at)), None)
        if not trouble or not (lid or doc_id):
            return whole
        if trouble.what == "busy":
            return trouble.busy(at)
        return _troubled(trouble.what, whole)

    def _robots(self, host: str, at: datetime) -> Reply:
        trouble = next((trouble for trouble in self.troubles if trouble.hits_robots(host, at)), None)
        if trouble:
            return trouble.reply
        return Reply(404) if self.plan.character.robots == "404" else Reply(200, "User-agent: *\nAllow: /\n")

    def _article(self, doc_id: str, at: datetime, etag: str) -> Reply:
        piece = self.pieces.get(doc_id)
        story = piece.at(at) if piece else None
        if story is None:
            gone = self.plan.character.gone
            return Reply(200, GONE) if gone == "text" else Reply(int(gone))
        page = story.page()
        if self.plan.character.etags == "no":
            return Reply(200, page, story=story)
        own = f'"{hashlib.sha256(page.encode()).hexdigest()[:16]}"'
        headers = (("ETag", own),)
        return Reply(304, "", headers, story) if own == etag else Reply(200, page, headers, story)

    def _list(self, url: str, lid: str, at: datetime) -> Reply:
        character = self.plan.character
        query = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        pieces = self.listed(lid, at)
        if "etime" in query and character.window == "honoured":
            start, end = int(query["etime"]), int(query["stime"])
            pieces = [piece for piece in pieces if start <= piece.first.created.timestamp() < end]
        size = min(character.cap, int(query["num"]))
        pages = [pieces[first : first + size] for first in range(0, len(pieces), size)]
        total = {"true": len(pieces), "high": len(pieces) + 2, "low": len(pieces) // 2, "none": None}[character.total]
        if character.depth == "bounded":
            pages = pages[:BOUND]
        if "page" not in query and "ctime" in query and character.cursor == "taken":
            below = [piece for piece in pieces if piece.first.created.timestamp() <= int(query["ctime"])]
            pages = [below[:size]]
        page = int(query.get("page", "1"))  # one that does not know the cursor gives the first
        if page > len(pages):
            shown = pages[-1] if pages and character.beyond == "repeats" else []
        else:
            shown = list(pages[page - 1])
        if character.order == "shuffled":
            random.Random(f"{url}{at}").shuffle(shown)
        then = at - timedelta(minutes=character.stale)
        data = [_entry(piece, lid, then) for piece in shown]
        result = {"status": {"code": 0}, "lid": int(lid), "data": data, "top": []}
        if total is not None:
            result["total"] = total
        return Reply(200, json.dumps({"result": result}))


def _entry(piece: Piece, lid: str, at: datetime) -> dict[str, object]:
    return (piece.at(at) or piece.last()).entry() | {"url": piece.urls[lid]}


def _trouble(what: str, minute: int, detail: int) -> Trouble:
    chance = random.Random(detail)
    start = moment_of(minute)
    to = chance.choice(("all", "articles", "lists"))
    to = "lists" if what == "lists_fail" else "articles" if what in ("lost", "home", "empty", "cut") else to
    is_for_all = chance.random() < 0.6 or what in _IN_FULL
    return Trouble(what, start, start + timedelta(minutes=chance.choice(_LASTS) * HOUR), to, is_for_all, detail)


def _troubled(what: str, whole: Reply) -> Reply:
    replies = {
        "blocked": Reply(200, VERIFICATION),
        "forbidden": Reply(403, VERIFICATION),
        "errors": Reply(503),
        "hangs": Reply(0, "timeout"),
        "reset": Reply(0, "reset"),
        "home": Reply(302, headers=(("Location", HOME),)),
        "lost": Reply(404),
        "empty": Reply(200),
        "lists_fail": Reply(200, '{"result":{"status":{"code":11},"data":[]}}'),
        "cut": Reply(200, whole.body[: len(whole.body) // 2], whole.headers, whole.story, cut=True),
    }
    reply = replies[what]
    return Reply(reply.status, reply.body, reply.headers, reply.story, what, reply.cut)


def _lid(url: str) -> str:
    parts = urlsplit(url)
    lid = parse_qs(parts.query).get("lid", [""])[0]
    return lid if parts.path == "/api/roll/get" and lid in LIDS else ""


def _doc_id(url: str) -> str:
    try:
        return identify(url).doc_id
    except ValueError:
        return ""


def say(asked: Asked) -> str:
    """One line of it."""
    text = asked.reply.trouble or ("whole" if asked.reply.story else "")
    return f"    {iso(asked.at)} {asked.reply.status} {text:9} {asked.url}"
