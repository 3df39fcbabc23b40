"""The roll API: the URL of a listing page, and what its answer lists.

Only ``result.data`` is the list; ``top``, ``cre`` and ``pdps`` beside it are recommendations and
advertisements.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from crawler.items import ListEntry
from crawler.sina.channels import Channel
from crawler.sina.json_answer import ListingError, number_of, result_of, text_of, url_of
from crawler.times import BEIJING, EARLIEST, LATEST, is_credible

API = "https://feed.mix.sina.com.cn/api/roll/get"
PAGE_SIZE = 50  # more is silently cut to 50


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of the roll API: its entries, the API's own total, and what was left out, by reason."""

    entries: tuple[ListEntry, ...]
    total: int | None
    left_out: Counter[str]


def listing_url(channel: Channel, page: int) -> str:
    """The request for `page` (from 1) of `channel`; the order of parameters is part of the contract."""
    return f"{API}?pageid={channel.pageid}&lid={channel.lid}&num={PAGE_SIZE}&page={page}"


def window_url(channel: Channel, page: int, start: datetime, end: datetime) -> str:
    """The request for `page` (from 1) of those entries of `channel` that were created from `start` to `end`.

    Seen with pageid 153 only: whether the window was honoured shows in the entries' own times.
    """
    first, last = int(start.timestamp()), int(end.timestamp())
    day = start.astimezone(BEIJING).date()
    return f"{listing_url(channel, page)}&etime={first}&stime={last}&ctime={last}&date={day}"


def cursor_url(channel: Channel, moment: datetime) -> str:
    """The request for those entries of `channel` that were created up to `moment`, newest first.

    Sina's own script sends the epoch of the last entry before as ``ctime``, in the place of ``page``.
    Whether the API takes it shows in the entries' own times.
    """
    return f"{API}?pageid={channel.pageid}&lid={channel.lid}&num={PAGE_SIZE}&ctime={int(moment.timestamp())}"


def parse_listing(body: bytes | str, channel: Channel, seen_at: datetime | None = None) -> Listing:
    """The entries of a JSON or JSONP answer that was given at `seen_at`.

    Raises ListingError where the answer is not JSON, has an error status, no list, or is another
    channel's. An entry without a usable URL is left out and counted, the others stand.
    """
    result = result_of(body)
    if str(result.get("lid") or channel.lid) != channel.lid:
        raise ListingError("other_channel", f"asked for lid {channel.lid}, got {result['lid']!r}")
    data = result.get("data")
    if not isinstance(data, list):
        raise ListingError("no_list", f"result.data is {type(data).__name__}, not a list")
    entries, left_out = [], Counter[str]()
    for raw in data:
        if not isinstance(raw, dict):
            left_out["malformed"] += 1
        elif not text_of(raw.get("url")):
            left_out["no_url"] += 1
        else:
            entries.append(_entry(raw, channel, seen_at))
    return Listing(tuple(entries), number_of(result.get("total")), left_out)


def _entry(raw: dict[str, Any], channel: Channel, seen_at: datetime | None) -> ListEntry:
    lids = [lid.strip() for lid in text_of(raw.get("lids")).split(",") if lid.strip()]
    return ListEntry(
        url=url_of(raw["url"]),
        title=text_of(raw.get("title")),
        doc_id=text_of(raw.get("docid")).rpartition(":")[2],
        created_at=_moment(raw.get("ctime"), seen_at),
        modified_at=_moment(raw.get("mtime"), seen_at),
        media=text_of(raw.get("media_name")),
        keywords=tuple(word.strip() for word in text_of(raw.get("keywords")).split(",") if word.strip()),
        channels=tuple(dict.fromkeys([channel.lid, *lids])),
    )


def _moment(value: Any, seen_at: datetime | None) -> datetime | None:
    """An epoch in seconds, as number or string; zero, nonsense and what is yet to come are no time."""
    seconds = number_of(value)
    if seconds is None or not EARLIEST.timestamp() <= seconds < LATEST.timestamp():
        return None
    moment = datetime.fromtimestamp(seconds, BEIJING)
    return moment if is_credible(moment, seen_at) else None
