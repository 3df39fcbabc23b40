"""The roll API: the URL of a listing page, and what its answer lists.

Only ``result.data`` is the list; ``top``, ``cre`` and ``pdps`` beside it are recommendations and
advertisements.
"""

import json
import re
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from crawler.items import ListEntry
from crawler.sina.channels import Channel
from crawler.sina.web_address import BadAddress, web_address
from crawler.times import BEIJING, EARLIEST, LATEST, is_credible

API = "https://feed.mix.sina.com.cn/api/roll/get"
PAGE_SIZE = 50  # more is silently cut to 50

_LARGEST = 2**53  # what JSON's numbers hold exactly; no database takes more than 2**63
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f]")  # those that are no white space
_CALLBACK = re.compile(r"(?:try\s{0,9}\{\s{0,9})?[\w.$]{1,200}+\s{0,9}\(")


class ListingError(ValueError):
    """The answer is no listing; ``reason`` is one word, fit for a stat's name."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason


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


def parse_listing(body: bytes | str, channel: Channel, seen_at: datetime | None = None) -> Listing:
    """The entries of a JSON or JSONP answer that was given at `seen_at`.

    Raises ListingError where the answer is not JSON, has an error status, no list, or is another
    channel's. An entry without a usable URL is left out and counted, the others stand.
    """
    result = _result(_load(body))
    if str(result.get("lid") or channel.lid) != channel.lid:
        raise ListingError("other_channel", f"asked for lid {channel.lid}, got {result['lid']!r}")
    data = result.get("data")
    if not isinstance(data, list):
        raise ListingError("no_list", f"result.data is {type(data).__name__}, not a list")
    entries, left_out = [], Counter[str]()
    for raw in data:
        if not isinstance(raw, dict):
            left_out["malformed"] += 1
        elif not _text(raw.get("url")):
            left_out["no_url"] += 1
        else:
            entries.append(_entry(raw, channel, seen_at))
    return Listing(tuple(entries), _number(result.get("total")), left_out)


def _load(body: bytes | str) -> Any:
    text = body.decode("utf-8", errors="replace") if isinstance(body, bytes) else body
    text = text.lstrip("\ufeff \t\r\n")
    try:
        if call := _CALLBACK.match(text):
            return json.JSONDecoder().raw_decode(text, call.end())[0]
        return json.loads(text)
    except ValueError as error:
        kind = "html" if text.lstrip()[:1] == "<" else "not_json"
        raise ListingError(kind, f"{error}; it begins {text.strip()[:60]!r}") from error
    except RecursionError as error:
        raise ListingError("not_json", "nested too deep") from error


def _result(answer: Any) -> dict[str, Any]:
    result = answer.get("result") if isinstance(answer, dict) else None
    if not isinstance(result, dict):
        raise ListingError("no_result", f"no result object in {str(answer)[:60]!r}")
    status = result.get("status")
    code = status.get("code") if isinstance(status, dict) else None
    if _number(code) != 0:
        raise ListingError("error_status", f"status is {str(status)[:60]}")
    return result


def _entry(raw: dict[str, Any], channel: Channel, seen_at: datetime | None) -> ListEntry:
    lids = [lid.strip() for lid in _text(raw.get("lids")).split(",") if lid.strip()]
    return ListEntry(
        url=_url(raw["url"]),
        title=_text(raw.get("title")),
        doc_id=_text(raw.get("docid")).rpartition(":")[2],
        created_at=_moment(raw.get("ctime"), seen_at),
        modified_at=_moment(raw.get("mtime"), seen_at),
        media=_text(raw.get("media_name")),
        keywords=tuple(word.strip() for word in _text(raw.get("keywords")).split(",") if word.strip()),
        channels=tuple(dict.fromkeys([channel.lid, *lids])),
    )


def _text(value: Any) -> str:
    """The text on one line, without what JSON may escape and no text holds: halves and control characters."""
    if not isinstance(value, str):
        return ""
    return " ".join(_CONTROL.sub("", value.encode("utf-8", "ignore").decode()).split())


def _url(value: str) -> str:
    """The address as it can be asked for; what is none stays as it is, to be refused by whoever asks for it."""
    try:
        return web_address(value.encode("utf-8", "ignore").decode().replace("\0", ""))
    except BadAddress:
        return _text(value)


def _number(value: Any) -> int | None:
    try:
        number = int(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return number if abs(number) <= _LARGEST else None


def _moment(value: Any, seen_at: datetime | None) -> datetime | None:
    """An epoch in seconds, as number or string; zero, nonsense and what is yet to come are no time."""
    seconds = _number(value)
    if seconds is None or not EARLIEST.timestamp() <= seconds < LATEST.timestamp():
        return None
    moment = datetime.fromtimestamp(seconds, BEIJING)
    return moment if is_credible(moment, seen_at) else None
