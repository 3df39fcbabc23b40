"""What the answers to a probe say of the assumptions of this program; pure."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from protego import Protego

from crawler.items import Article
from crawler.run.robots import is_there, is_unreachable
from crawler.sina.channels import Channel
from crawler.sina.json_answer import ListingError
from crawler.sina.layouts import UNKNOWN
from crawler.sina.roll_api import PAGE_SIZE, Listing, parse_listing

NOT_ASKED = "not_asked"
_ISSUE = "the maintainers: an issue with this line and its capture"
_NOBODY = "nobody"
_FRESH = timedelta(hours=24)
_SLOW = timedelta(minutes=2)  # the difference of two clocks that matters
# By the kind of an assumption: what is expected, what the program does where it holds and where not, whom it concerns.
_ABOUT = {
    "robots": ("robots.txt lets us ask", "asks at its pace", "asks nothing that is forbidden there",
               "the operator of this archive: ask Sina for leave, or stop"),
    "list": ("JSON with entries, newest first", "reads it", "archives nothing, exit status 10", _ISSUE),
    "fresh": ("the newest entry is of the last 24 hours", "follows it", "archives what it lists, late", _ISSUE),
    "num": (f"num above {PAGE_SIZE} is cut to {PAGE_SIZE}", f"asks for {PAGE_SIZE}",
            f"asks for {PAGE_SIZE} all the same, and goes by what comes", _ISSUE),
    "window": ("only entries of the window", "backfills day by day", "backfills from the list's top, see paging",
               _ISSUE),
    "beyond": ("a page beyond the end is empty", "ends there", "ends where a page brings nothing new", _ISSUE),
    "paging": ("every page of the list is shown", "a backfill reaches its oldest day by pages",
               "a backfill names the days that it does not reach (paging_bounded)", _ISSUE),
    "cursor": ("ctime in the place of page leads on", "a backfill jumps to its window", "a backfill pages instead",
               _ISSUE),
    "column": ("list and column page agree", "reads the list only", "reads the list only", _NOBODY),
    "article": ("title, date and text in a known layout", "archives it", "counts the loss, exit status 11 or 12",
                _ISSUE),
    "mobile": ("the mobile page has the same article", "archives either as one", "archives the desktop page", _ISSUE),
    "image": ("the image is sent", "ARCHIVE_IMAGES=local works", "ARCHIVE_IMAGES=local loses pictures", _ISSUE),
    "clock": ("both clocks agree within 2 minutes", "dates captures by ours", "dates captures by ours all the same",
              "the operator of this machine: set its clock"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reply:
    """What came for one request; ``error`` in one word where nothing came, ``not_asked`` where it was left out."""

    url: str
    status: int = 0
    body: bytes = b""
    error: str = ""

    @property
    def trouble(self) -> str:
        """Why it is no page, in one word; empty for one."""
        return self.error or ("" if self.status == 200 else f"http_{self.status}")


@dataclass(frozen=True, slots=True)
class Fact:
    """An assumption and what is: one line of the probe. ``holds``: None where it is not known."""

    name: str
    holds: bool | None
    expected: str
    seen: str
    does: str
    report: str

    @classmethod
    def of(cls, name: str, kind: str, holds: bool | None, seen: str) -> "Fact":
        """With what is said of its kind."""
        expected, does, does_else, whom = _ABOUT[kind]
        return cls(name, holds, expected, seen, does_else if holds is False else does, whom if not holds else _NOBODY)

    def line(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


def listing_of(reply: Reply, channel: Channel) -> Listing | str:
    """What a list shows, or in one word why it shows nothing."""
    if reply.trouble:
        return reply.trouble
    try:
        return parse_listing(reply.body, channel)
    except ListingError as error:
        return error.reason


def robots(host: str, reply: Reply, agent: str, urls: list[str]) -> Fact:
    """As ObeyRobots goes by it."""
    name = f"robots {host}"
    if reply.error == NOT_ASKED:
        return Fact.of(name, "robots", None, "not asked")
    if reply.error or is_unreachable(reply.status):
        return Fact.of(name, "robots", False, f"{reply.trouble}, so nothing is allowed for now")
    if not is_there(reply.status):
        return Fact.of(name, "robots", True, f"there is none ({reply.status}), so all is allowed")
    parser = Protego.parse(reply.body.decode("utf-8", "replace"))
    forbidden = sorted({urlsplit(url).path for url in urls if not parser.can_fetch(url, agent)})
    delay = parser.crawl_delay(agent)
    seen = f"forbids {', '.join(forbidden)}" if forbidden else f"allows the {len(urls)} pages that we ask for"
    return Fact.of(name, "robots", not forbidden, seen + (f"; Crawl-delay {delay:g}" if delay else ""))


def list_shape(listing: Listing | str) -> Fact:
    """Of the first page."""
    if isinstance(listing, str) or not listing.entries:
        return Fact.of("list", "list", False, listing if isinstance(listing, str) else "no entries")
    times = _times(listing)
    seen = f"{len(listing.entries)} entries, total {listing.total}, {len(times)} with ctime"
    is_ordered = times == sorted(times, reverse=True)
    return Fact.of("list", "list", is_ordered, seen + ("" if is_ordered else ", not in the order of ctime"))


def freshness(listing: Listing | str, at: datetime) -> Fact:
    """Of the first page."""
    times = [] if isinstance(listing, str) else _times(listing)
    if not times:
        return Fact.of("list is fresh", "fresh", None, "not known")
    return Fact.of("list is fresh", "fresh", max(times) > at - _FRESH, f"newest entry {max(times):%Y-%m-%d %H:%M}")


def num_cap(listing: Listing | str, asked: int) -> Fact:
    """Of an answer to a higher number than is given."""
    if isinstance(listing, str):
        return Fact.of("num", "num", None, listing)
    count = len(listing.entries) + listing.left_out.total()
    return Fact.of("num", "num", count == PAGE_SIZE, f"asked for {asked}, {count} came")


def window(pageid: str, listing: Listing | str, start: datetime, end: datetime) -> Fact:
    """Nothing at all says nothing."""
    name = f"window_{pageid}"
    if isinstance(listing, str):
        return Fact.of(name, "window", None, listing)
    outside = sum(not start <= moment <= end for moment in _times(listing))
    seen = f"{start:%Y-%m-%d}: {len(listing.entries)} entries, {outside} of them of other days"
    return Fact.of(name, "window", outside == 0 if listing.entries else None, seen)


def cursor(pageid: str, listing: Listing | str, top: Listing, moment: datetime) -> Fact:
    """Asked for with `moment`, that of the last entry of `top` and a second."""
    name = f"cursor_{pageid}"
    if isinstance(listing, str) or not _times(listing):
        return Fact.of(
            name,
            "cursor",
            None if isinstance(listing, str) else False,
            listing if isinstance(listing, str) else "no entries",
        )
    joins = bool({entry.url for entry in listing.entries} & {entry.url for entry in top.entries})
    works = max(_times(listing)) <= moment and joins
    return Fact.of(name, "cursor", works, "goes on where the first page ends" if works else "shows other entries")


def beyond_end(page: int, listing: Listing | str, top: Listing) -> Fact:
    """Asked for a page that no list has."""
    if isinstance(listing, str) or not listing.entries:
        seen = listing if isinstance(listing, str) else "empty"
        return Fact.of("beyond the end", "beyond", not isinstance(listing, str), f"page {page}: {seen}")
    which = "the first page" if urls_of(listing) == urls_of(top) else "a page of the list"
    return Fact.of("beyond the end", "beyond", False, f"page {page}: {which} again")


def paging(deepest: int, missing: int, last: int) -> Fact:
    """`deepest` page that was shown, the highest page `missing` (0: none), and the last one by the list's total."""
    if deepest < 2 and not missing:
        return Fact.of("paging", "paging", None, "not asked")
    seen = f"page {deepest} is shown" + (f", page {missing} is not" if missing else "") + f"; by the total {last}"
    return Fact.of("paging", "paging", not missing, seen)


def column_list() -> Fact:
    """Its page is not read by this program."""
    return Fact.of("column page agrees", "column", None, "not asked: this program has no parser for it")


def article(read: Article | str) -> Fact:
    """As it was read, or in one word why not."""
    if isinstance(read, str):
        return Fact.of("article", "article", None if read == NOT_ASKED else False, read)
    lack = read.lacks() or ("" if read.layout != UNKNOWN else "unknown layout")
    date = f"{read.date:%Y-%m-%d %H:%M}" if read.date else "no date"
    seen = f"{read.layout}, {read.title!r}, {date}, {len(read.body_html)} characters of markup {lack}".strip()
    return Fact.of("article", "article", not lack, seen)


def mobile(read: Article | str, desktop: Article | str) -> Fact:
    """The page of the mobile host beside that of the desktop."""
    if isinstance(read, str) or isinstance(desktop, str):
        return Fact.of(
            "mobile twin",
            "mobile",
            None if NOT_ASKED in (read, desktop) else False,
            read if isinstance(read, str) else "not compared",
        )
    same = (read.doc_id, read.title) == (desktop.doc_id, desktop.title)
    return Fact.of("mobile twin", "mobile", same, f"{read.layout}, {read.title!r}")


def image(reply: Reply, with_referer: bool) -> Fact:
    """One image of the article's."""
    name = f"image {'with' if with_referer else 'without'} Referer"
    if reply.error == NOT_ASKED:
        return Fact.of(name, "image", None, "not asked")
    return Fact.of(name, "image", not reply.trouble, reply.trouble or f"{len(reply.body)} bytes")


def clock(theirs: datetime | None, ours: datetime) -> Fact:
    """`theirs`: the header Date of an answer."""
    if theirs is None:
        return Fact.of("clock", "clock", None, "no Date in the answer")
    ahead = (ours - theirs).total_seconds()
    return Fact.of("clock", "clock", abs(ours - theirs) <= _SLOW, f"ours is {ahead:+.0f} s ahead")


def is_another_page(listing: Listing | str, others: Sequence[Listing | str]) -> bool:
    """True for a page that was shown in earnest, not one of `others` in its place."""
    if isinstance(listing, str) or not listing.entries:
        return False
    return all(isinstance(other, str) or urls_of(listing) != urls_of(other) for other in others)


def urls_of(listing: Listing) -> frozenset[str]:
    """Of its entries."""
    return frozenset(entry.url for entry in listing.entries)


def _times(listing: Listing) -> list[datetime]:
    return [entry.created_at for entry in listing.entries if entry.created_at]
