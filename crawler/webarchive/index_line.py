"""A capture from the fields of an index line, whichever archive's; what can't be one is named."""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from crawler.items import COMMON_CRAWL
from crawler.times import is_credible
from crawler.webarchive.memento import BadIndexLine, IndexAnswer, Memento

# The Internet Archive's names of fields, and Common Crawl's for the same.
_COMMON = {"original": "url", "mimetype": "mime", "statuscode": "status"}
_DIGEST = re.compile(r"[A-Z2-7]{32}")
_URL = re.compile(r"https?://[^/\s]\S*", re.I)
_TIME = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})([0-9]{2})([0-9]{2})([0-9]{2})")
_NUMBER = re.compile(r"[0-9]{1,15}", re.A)
_PLACE = re.compile(r"(?:[\w=-][\w.=-]*/)*[\w=-][\w.=-]*\.w?arc\.gz", re.A)


def memento_of(fields: Mapping[str, Any], line: str, archive: str, seen_at: datetime) -> Memento:
    """The capture of an index line that was read at `seen_at`. Raises BadIndexLine naming `line`."""
    named = {_COMMON.get(name, name): str(value) for name, value in fields.items() if value is not None}
    missing = [name for name in ("urlkey", "timestamp", "url", "digest") if not named.get(name)]
    if missing:
        raise BadIndexLine("missing_field", line)
    digest = named["digest"].removeprefix("sha1:").upper()
    if not _DIGEST.fullmatch(digest):
        raise BadIndexLine("bad_digest", line)
    if not _URL.fullmatch(named["url"]):
        raise BadIndexLine("bad_url", line)
    status, length, offset = (_number(named.get(name, "-"), line) for name in ("status", "length", "offset"))
    place = named.get("filename", "")
    if archive == COMMON_CRAWL and (not _PLACE.fullmatch(place) or offset is None or not length):
        raise BadIndexLine("no_place", line)
    return Memento(
        archive, named["url"], _moment(named["timestamp"], line, seen_at), named["urlkey"], status,
        named.get("mime", "unk"), digest, length, place, offset, named.get("truncated", ""),
    )  # fmt: skip


def answer_of(lines: Iterable[Memento | BadIndexLine], resume_key: str = "") -> IndexAnswer:
    """The captures among them in their order, each once; a repetition is a bad line."""
    mementos: dict[Memento, None] = {}
    bad_lines: list[BadIndexLine] = []
    for line in lines:
        if isinstance(line, BadIndexLine):
            bad_lines.append(line)
        elif line in mementos:
            bad_lines.append(BadIndexLine("repeated", f"{line.urlkey} {line.at:%Y%m%d%H%M%S} {line.url}"))
        else:
            mementos[line] = None
    return IndexAnswer(tuple(mementos), resume_key, tuple(bad_lines))


def _number(text: str, line: str) -> int | None:
    if text in ("-", ""):
        return None
    if not _NUMBER.fullmatch(text):
        raise BadIndexLine("bad_number", line)
    return int(text)


def _moment(text: str, line: str, seen_at: datetime) -> datetime:
    """Of 14 digits; one before Sina's time, or after `seen_at` by more than a day, is none."""
    match = _TIME.fullmatch(text)
    if not match:
        raise BadIndexLine("bad_time", line)
    year, month, day, hour, minute, second = map(int, match.groups())
    try:
        moment = datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        raise BadIndexLine("bad_time", line) from None
    if not is_credible(moment, seen_at):
        raise BadIndexLine("incredible_time", line)
    return moment
